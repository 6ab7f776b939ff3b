// What every host must make of the signed vectors.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { vectors } from "./installed.mjs";

/** All signed vectors that a package can be given. */
export const all = Object.fromEntries(["files", "codes", "states", "journey"].map((name) => [name, vectors(name)]));

const sha512 = (content) => createHash("sha512").update(content).digest("hex");

/** Every so many-th of the cases, and one person: for hosts that take seconds for what others do in milliseconds. */
export function some(every) {
  const thinned = ({ cases, ...rest }) => ({ ...rest, cases: cases.filter((_, index) => index % every === 0) });
  const { files, codes, states, journey } = all;
  return {
    files: thinned(files),
    codes: thinned(codes),
    states: thinned(states),
    journey: { ...journey, people: journey.people.slice(-1) },
  };
}

/** Fails unless the transcript is what the vectors say, byte for byte. */
export function same(json, all) {
  const { files, codes, states, people, request } = JSON.parse(json);
  assert.deepEqual(
    files,
    all.files.cases.map(({ name, code }) => [name, code ?? null]),
  );
  const verdict = ({ name, verdict, stage, code, colour }) => [
    name,
    verdict,
    stage ?? null,
    code ?? null,
    colour ?? null,
  ];
  assert.deepEqual(codes, all.codes.cases.map(verdict));
  const state = ({ name, code, files }) => (code ? [name, code, null, null] : [name, null, files ?? [], true]);
  assert.deepEqual(states, all.states.cases.map(state));
  assert.equal(request, all.journey.request);
  assert.equal(people.length, all.journey.people.length);
  for (const [index, expected] of all.journey.people.entries()) {
    const { modules, svg, saved, ...found } = people[index];
    const { name, assessment, forecast, text, verdict } = expected;
    assert.deepEqual(found, { name, assessment, forecast, text, version: expected.qr_version, verdict });
    assert.equal(sha512(Buffer.from(modules, "hex")), expected.qr_sha512, `${name}: QR`);
    assert.equal(sha512(svg), expected.svg_sha512, `${name}: SVG`);
    assert.equal(sha512(Buffer.from(saved, "hex")), expected.saved_sha512, `${name}: saved state`);
  }
}
