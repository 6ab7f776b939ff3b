// What both stacks are given, and the way through it.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

/** The vectors as a page uses them. */
export async function inputs() {
  const { journey, busy } = await (await fetch("/inputs.json")).json();
  const files = (risk) => [journey.trust_list, journey.rules, risk, journey.certificate].map(bytes);
  return {
    root: journey.roots[0],
    random: bytes(journey.random),
    now: Date.parse(journey.now),
    trustList: bytes(journey.trust_list),
    files: files(journey.risk),
    people: journey.people,
    busy: { ...busy, files: files(busy.risk) },
  };
}

/** A phone that has verified the signed files and knows the facts. */
export function phone(stack, { root, random, now }, files, { reports, diary }) {
  const phone = new stack.Phone(root, random);
  for (const file of files) phone.load(file, now);
  for (const report of reports) phone.report(report);
  for (const visit of diary) phone.visit(visit, now);
  return phone;
}

/** All of it: verify the signed files, assess 70 visits by 1,000 rows, sign the code, draw the symbol. */
export function journey(stack, given) {
  const busy = phone(stack, given, given.busy.files, given.busy);
  const drawing = stack.svg(busy.show(given.now));
  busy.free();
  return drawing;
}
