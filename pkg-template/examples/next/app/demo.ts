// The demonstration alone: the demo issuer's root key and its clock, which may be of another time. Both are kept, so that the code
// also opens without a network. As soon as config.ts has root keys, nothing asks for it.
import type { PhoneOptions } from "healthcode";

interface Kept {
  readonly roots: PhoneOptions["roots"];
  readonly ahead: number;
}

export async function demo(): Promise<PhoneOptions> {
  let kept = localStorage.getItem("demo");
  if (kept === null) {
    const answer = await fetch("/demo.json");
    if (!answer.ok) throw new Error(`the demo issuer answers ${answer.status}`);
    const { roots, clock } = await answer.json();
    kept = JSON.stringify({ roots, ahead: Date.parse(clock.now) - Date.now() });
    localStorage.setItem("demo", kept);
  }
  const { roots, ahead }: Kept = JSON.parse(kept);
  return { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
}
