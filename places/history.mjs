// From editions to rows: when each code had which name, and what became of it.

/** Codes of a level that is there for the numbering only: there are no such places, but places that lie in them. */
const LEVELS_WITHOUT_NAMES = [
  "1101",
  "1102",
  "1201",
  "1202",
  "3101",
  "3102",
  "5001",
  "5002",
  "5003",
  "4190",
  "4290",
  "4690",
  "6590",
];
/** GB/T 2260 does not divide these. */
const REGIONS = { 71: "台湾省", 81: "香港特别行政区", 82: "澳门特别行政区" };
/** The Bureau's own numbers of development zones, of which only its editions tell. */
export const isZone = (code) => /^\d{4}7[1-9]$/.test(code);
/** In some editions codes are missing that are in force before and after: they did not lapse for so many months. */
const LAPSE = 30;
/** Some editions are months behind others. */
const LAG = 12;

const months = (month) => 12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1;
const monthOf = (months) => `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;

/** The part of a name that stays when a county becomes a city: 监利县 and 监利市. */
export const stem = (name) => {
  const short = name.replace(/((.|..|...)族)*自治(州|县|旗)$/, "").replace(/(?<=.)(地区|特区|市|县|区|盟|旗|州)$/, "");
  return short === "" ? name : short;
};

/**
 * Rows `{ code, from, until, zh, became }` by code, then time. A change lies between two editions: `from` is the first month in
 * which it may have happened, `until` the last one.
 */
export function history(editions, changes) {
  const rows = [...new Set(editions.flatMap(({ names }) => [...names.keys()]))].flatMap((code) =>
    code in REGIONS ? [] : rowsOf(code, editions),
  );
  for (const [code, zh] of Object.entries(REGIONS)) rows.push({ code, from: "", until: "", zh, became: [] });
  for (const code of LEVELS_WITHOUT_NAMES) rows.push({ code, from: "", until: "", zh: "", became: [] });
  rows.sort((a, b) => (a.code === b.code ? (a.from < b.from ? -1 : 1) : a.code < b.code ? -1 : 1));
  const last = new Map(rows.map((row) => [row.code, row]));
  for (const row of rows) {
    if (row.until === "") continue;
    const next = rows.find(({ code, from }) => code === row.code && from > row.from);
    // The same place under another name keeps its code, unless another one has got the name.
    const renamed = next && months(next.from) <= months(row.until) + 1;
    const found = successors(row, rows, renamed ? 4 : 2);
    row.became = renamed && found.length === 0 ? [row.code] : found;
  }
  for (const { code, month, became } of changes) {
    const near = (row) => row.until !== "" && (month === "" || Math.abs(months(row.until) - months(month)) <= LAPSE);
    const row = rows.findLast((row) => row.code === code && near(row));
    if (row === undefined) throw new Error(`${code} is in force, or never was`);
    row.became = became;
    if (month === "" || month > row.until) continue;
    row.until = month;
    for (const code of became) {
      const heir = last.get(code);
      if (heir === undefined) throw new Error(`${code} never was`);
      if (heir.from !== "" && heir.from < month && months(month) - months(heir.from) < LAPSE) heir.from = month;
    }
  }
  return rows;
}

function rowsOf(code, editions) {
  const telling = isZone(code) ? editions.filter(({ names }) => [...names.keys()].some(isZone)) : editions;
  const rows = [];
  let open;
  for (const [at, { month, names }] of telling.entries()) {
    const zh = names.get(code);
    const before = telling[at - 1]?.month;
    if (zh === open?.zh) {
      if (open) open.seen = month;
      continue;
    }
    if (zh === undefined) {
      const again = telling.slice(at).find(({ names }) => names.get(code) === open.zh);
      if (again && months(again.month) - months(open.seen) <= LAPSE) continue;
    }
    if (open) open.until = month;
    open = zh && {
      code,
      from: before === undefined ? "" : monthOf(months(before) + 1),
      until: "",
      zh,
      became: [],
      seen: month,
    };
    if (open) rows.push(open);
  }
  return rows;
}

/**
 * What a code that ended became, as far as the names tell: what begins at about that time under the same name, and shares at
 * least so many digits.
 */
function successors(row, rows, least) {
  const within = (digits) => (other) => other.code.slice(0, digits) === row.code.slice(0, digits);
  const distance = (other) => Math.abs(months(other.from) - months(row.seen) - 1);
  const began = rows.filter(
    (other) =>
      other.from !== "" &&
      other.code !== row.code &&
      other.code.length === row.code.length &&
      distance(other) <= LAG &&
      (other.until === "" || other.until > row.until),
  );
  const same = began.filter((other) => stem(other.zh) === stem(row.zh));
  // The nearest place of that name: one that moved with its prefecture has another code altogether.
  const near =
    [4, 2]
      .filter((digits) => digits >= least)
      .map((digits) => same.filter(within(digits)))
      .find((found) => found.length > 0) ?? [];
  if (near.length > 0) return [near.sort((a, b) => distance(a) - distance(b))[0].code];
  // One ended and one began in that prefecture, between the same two editions.
  const together = began.filter((other) => within(4)(other) && distance(other) === 0);
  const ended = rows.filter(
    (other) => other.until === row.until && within(4)(other) && other.code.length === row.code.length,
  );
  return least === 2 && together.length === 1 && ended.length === 1 && row.code.length === 6 ? [together[0].code] : [];
}
