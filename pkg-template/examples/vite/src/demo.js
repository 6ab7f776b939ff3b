/**
 * What only the demonstration needs: the demo issuer's root key, and its clock, which stands in February 2020. Both are
 * kept, so that the code also opens without a network.
 */
export async function demo(server) {
  if (!localStorage.demo) {
    const { roots, clock } = await (await fetch(`${server}/demo.json`)).json();
    localStorage.demo = JSON.stringify({ roots, ahead: Date.parse(clock.now) - Date.now() });
  }
  const { roots, ahead } = JSON.parse(localStorage.demo);
  return { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
}
