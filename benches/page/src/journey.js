// What both stacks are given, and the ways through it.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

/** The vectors as a page uses them. */
export async function inputs() {
  const { journey, busy } = await (await fetch("/inputs.json")).json();
  const files = ({ manifest, risk }) => [journey.trust_list, manifest, journey.rules, risk].map(bytes);
  const [{ verdict }] = journey.people;
  return {
    roots: journey.roots,
    random: bytes(journey.random),
    day: bytes(journey.day),
    identity: { name: verdict.name, digits: verdict.digits },
    now: Date.parse(journey.now),
    trustList: bytes(journey.trust_list),
    request: bytes(journey.request),
    certificate: bytes(journey.certificate),
    files: files(journey),
    people: journey.people,
    busy: { ...busy, files: files(busy) },
  };
}

/** A phone with its key and the public files: trust list, manifest, rules, risk table. */
export function enrolled(stack, given, files) {
  const phone = stack.Phone.enrol(given);
  for (const file of files) phone.load(file, given.now);
  return phone;
}

/** A phone that has its certificate too and knows the facts. */
export function phone(stack, given, { files = given.files, reports, diary }) {
  const phone = enrolled(stack, given, files);
  phone.request(given);
  phone.load(given.certificate, given.now);
  for (const report of reports) phone.report(report);
  for (const visit of diary) phone.visit(visit, given.now);
  return phone;
}

/** The code as a drawing. */
function drawn(stack, phone, { now }) {
  const drawing = stack.svg(phone.show(now));
  phone.free();
  return drawing;
}

/** The first day: a new key, all files, a request, 70 visits told one by one, and then the code. */
export const firstDay = (stack, given) => drawn(stack, phone(stack, given, given.busy), given);

/** Each start of the app: the saved phone's files are verified, 70 visits assessed by 1,000 rows, the code signed and drawn. */
export const start = (stack, given, saved) => drawn(stack, stack.Phone.restore(given, saved), given);

/** The first part of each start, for a phone without certificate and facts. */
export const open = (stack, given, saved) => stack.Phone.restore(given, saved).free();
