// What TypeScript says of an app's own texts: what is missing, what is not there, and what has another form.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import ts from "typescript-5";
import { scratch } from "../../../browser/readers.mjs";
import { arabic } from "../languages/arabic.mjs";
import { install } from "../prepare.mjs";

const ended = [];
let folder;
let installed;
before(async () => {
  folder = await scratch({ after: (act) => ended.push(act) });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  await install(folder);
  installed = join(folder, "node_modules", "healthcode");
});
after(() => Promise.all(ended.map((act) => act())));

/** The errors of a script in the strictest settings. */
async function errors(script, name = "app.ts") {
  const path = join(folder, name);
  await writeFile(path, script);
  const program = ts.createProgram([path], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the guide's own language has the right types, and lists what is to be written", async () => {
  const guide = await readFile(join(installed, "docs", "languages.md"), "utf8");
  const [own] = [/```ts\n([\s\S]*?)```/.exec(guide)[1]];
  const [loaded] = [/```js\n([\s\S]*?)```/.exec(guide)[1]];
  assert.deepEqual(await errors(own), []);
  assert.deepEqual(await errors(loaded), []);
  const names = `${own}
const missing: Record<ToBeWritten, true> = {} as Record<ToBeWritten, true>;
export const some = [missing["code.qr"], missing["time.units.hour"], missing["errors"]];
// @ts-expect-error: it is there
export const none = missing["code.wait"];`;
  assert.deepEqual(await errors(names), []);
});

test("traditional characters are all there by the types, too", async () => {
  const module = await readFile(join(installed, "languages", "zh-Hant.mjs"), "utf8");
  const typed = module.replace(
    /^(?:export )?(const|var|let) (\w+)\s*=/m,
    "import type { AllTexts, LanguageTexts, Missing } from 'healthcode';\nconst $2: LanguageTexts & { texts: AllTexts } =",
  );
  assert.notEqual(typed, module);
  assert.deepEqual(await errors(typed, "all.ts"), []);
  const shipped = `import { zhHant } from "healthcode/languages/zh-Hant";
import { addLanguage, type Missing } from "healthcode";
addLanguage(zhHant);
export const nothing: Missing<typeof zhHant.texts>[] = [] satisfies never[];`;
  assert.deepEqual(await errors(shipped), []);
});

test("whoever leaves one out is told which", async () => {
  const script = (texts, check) => `import type { AllTexts, LanguageTexts } from "healthcode";
import { zhHant } from "healthcode/languages/zh-Hant";
const all = zhHant.texts;
export const mine = ${texts} ${check};
export type { LanguageTexts };`;
  assert.deepEqual(await errors(script("{ ...all }", "satisfies AllTexts")), []);
  const [form] = await errors(script("{ ...all, code: { ...all.code, qr: 'QR' } }", "satisfies AllTexts"));
  assert.match(form, /Type 'string' is not assignable to type '\(colour: string\) => string'/);
  const [missing] = await errors(script("{ ...all, waiting: { opening: '…' } }", "satisfies AllTexts"));
  assert.match(missing, /Property 'again' is missing/);
  const [unknown] = await errors(
    script("{ tag: 'fr', texts: { waiting: { opend: '…' } } }", "satisfies LanguageTexts"),
  );
  assert.match(unknown, /'opend' does not exist/);
});

test("the sample from right to left has names and forms that there are", async () => {
  const source = (await readFile(new URL("../languages/arabic.mjs", import.meta.url), "utf8")).replace(
    "export const arabic =",
    "import type { LanguageTexts } from 'healthcode';\nexport const arabic: LanguageTexts =",
  );
  assert.deepEqual(await errors(source, "arabic.ts"), []);
  assert.equal(arabic.dir, "rtl");
});
