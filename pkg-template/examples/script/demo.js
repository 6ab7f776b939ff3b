// The demonstration alone: puts the demo issuer's root key and its clock, which may be of another time, in place of config.js.
// As soon as that has root keys, it does nothing; nor does it anywhere but on the computer that it runs on.
async function demo() {
  const answer = await fetch("/demo.json").catch(() => undefined);
  if (!answer?.ok) {
    const told = answer ? `answers ${answer.status}` : "does not answer";
    const error = new Error(`the demo issuer ${told}: does it run, and is this its own address?`);
    throw Object.assign(error, { code: "network-unreachable" });
  }
  const { roots, clock } = await answer.json();
  const ahead = Date.parse(clock.now) - Date.now();
  return { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
}

if (config.roots.keys.length === 0 && ["localhost", "127.0.0.1"].includes(location.hostname)) window.config = demo();
