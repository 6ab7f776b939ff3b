// The columns of a risk table, and its rows.

// Groups of seven bits, the lowest first, in the shortest form. Gives the numbers; undefined if they are cut off, too long or others.
export function numbers(column) {
  const found = [];
  for (let at = 0; at < column.length; ) {
    let number = 0n;
    let length = 0;
    do {
      if (length === 9 || at === column.length) return undefined;
      number |= BigInt(column[at] & 127) << BigInt(7 * length);
      length += 1;
      at += 1;
    } while (column[at - 1] & 128);
    if (length > 1 && column[at - 1] === 0) return undefined;
    found.push(Number(number));
  }
  return found;
}

export function written(numbers) {
  const bytes = [];
  for (const number of numbers) {
    let left = BigInt(number);
    for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
    bytes.push(Number(left));
  }
  return Buffer.from(bytes);
}

const bits = (column, at, width) => (column[(at * width) >> 3] >> ((at * width) & 7)) & ((1 << width) - 1);
function packed(values, width) {
  const column = Buffer.alloc(Math.ceil((values.length * width) / 8));
  values.forEach((value, at) => {
    column[(at * width) >> 3] |= value << ((at * width) & 7);
  });
  return column;
}

// Rows as {key, compound, start, end, level}; an open end is undefined, and so is the compound of a row for all of its place.
// undefined if the columns do not fit each other.
export function rows(table) {
  const [base, unit, count, places, levels, starts, durations] = [0, 1, 2, 3, 4, 5, 6].map((field) => table.get(field));
  const [steps, from, length] = [places, starts, durations].map(numbers);
  if ([steps, from, length].some((column) => column?.length !== count)) return undefined;
  let key = 0;
  const read = steps.map((step, at) => {
    key += step;
    const start = base + from[at] * unit;
    return { key, start, end: length[at] === 0 ? undefined : start + length[at] * unit, level: bits(levels, at, 2) };
  });
  const compounds = table.get(7);
  let used = Math.ceil(count / 8);
  if (compounds) {
    read.forEach((row, at) => {
      if (bits(compounds, at, 1) === 0) return;
      row.compound = compounds.subarray(used, used + 8);
      used += 8;
    });
    if (compounds.length !== used) return undefined;
  }
  const again = table.get(7) ? columns(read).get(7) : undefined;
  const fits =
    Buffer.compare(
      packed(
        read.map((row) => row.level),
        2,
      ),
      levels,
    ) === 0;
  return fits && (!compounds || (again && Buffer.compare(again, compounds) === 0)) ? read : undefined;
}

const UNITS = [86400, 3600, 60, 1];

// The one table of these rows, which are in their order.
export function columns(rows) {
  const base = rows.length > 0 ? rows.reduce((least, row) => Math.min(least, row.start), Infinity) : 0;
  const length = (row) => (row.end === undefined ? 0 : row.end - row.start);
  const unit = UNITS.find((unit) => rows.every((row) => (row.start - base) % unit === 0 && length(row) % unit === 0));
  const table = new Map([
    [0, base],
    [1, unit],
    [2, rows.length],
    [3, written(rows.map((row, at) => row.key - (rows[at - 1]?.key ?? 0)))],
    [
      4,
      packed(
        rows.map((row) => row.level),
        2,
      ),
    ],
    [5, written(rows.map((row) => (row.start - base) / unit))],
    [6, written(rows.map((row) => length(row) / unit))],
  ]);
  const of = rows.filter((row) => row.compound).map((row) => row.compound);
  if (of.length > 0)
    table.set(
      7,
      Buffer.concat([
        packed(
          rows.map((row) => (row.compound ? 1 : 0)),
          1,
        ),
        ...of,
      ]),
    );
  return table;
}

// By key, then the compound, the start and the end, what is open first, and the level.
export function compare(one, other) {
  const parts = (row) => [row.key, row.compound?.toString("hex") ?? "", row.start, row.end ?? -Infinity, row.level];
  const [mine, yours] = [parts(one), parts(other)];
  const at = mine.findIndex((part, at) => part !== yours[at]);
  return at < 0 ? 0 : mine[at] < yours[at] ? -1 : 1;
}
