// What an editor shows of the package, and the README and the guides word for word in the strictest TypeScript, in an empty folder.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import ts from "typescript-5";
import { scratch } from "../../../browser/readers.mjs";
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

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: false,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
};

/** Every file of types that `exports` names. */
function entries(exports, found = new Set()) {
  if (typeof exports === "string") {
    if (exports.endsWith(".d.ts")) found.add(exports);
  } else Object.values(exports).forEach((inner) => entries(inner, found));
  return [...found];
}

/** These are as their vendors or the language have them. */
const OTHERS = /^(WeChatLike|Alipay|PackageWebAssembly)\.|\.(free|\[Symbol\.dispose\]|constructor)$/;

/** What an entry exports, and the members of that, of which an editor has nothing to say. */
function silent(file) {
  const program = ts.createProgram([file], STRICT);
  const checker = program.getTypeChecker();
  const told = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "";
  const [names, found] = [[], []];
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    names.push(exported.name);
    if (!told(symbol)) found.push(exported.name);
    for (const declared of symbol.declarations ?? []) {
      for (const { name, modifiers } of declared.members ?? []) {
        const own = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
        const path = name && `${exported.name}.${name.getText()}`;
        if (!path || own || OTHERS.test(path)) continue;
        if (!told(checker.getSymbolAtLocation(name))) found.push(path);
      }
    }
  }
  return { names, found };
}

test("whatever an entry exports, an editor says what it is: each name, and each member", () => {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const all = entries(exports);
  assert.ok(all.length > 8, all.join());
  for (const entry of all) {
    const { names, found } = silent(join(installed, entry));
    const [, kind = "phone"] = /hosts\/(checkpoint|issuer)/.exec(entry) ?? [];
    const has = {
      phone: ["openPhone", "Phone", "KnownCode"],
      checkpoint: ["openCheckpoint", "Checkpoint", "KnownCode"],
      issuer: ["publish", "listener"],
    };
    if (/hosts/.test(entry)) for (const name of has[kind]) assert.ok(names.includes(name), entry);
    assert.deepEqual(found, [], entry);
  }
});

test("whatever an entry exports, the reference has it, and frameworks' own types the guide to them", () => {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const headings = (page) =>
    new Set([...readFileSync(join(installed, page), "utf8").matchAll(/^### ([\w$]+)/gm)].map(([, name]) => name));
  const [api, components, issuing] = ["api", "components", "issuing-api"].map((page) => headings(`docs/${page}.md`));
  const guides = ["frameworks", "mini-program-frameworks", "languages"]
    .map((page) => readFileSync(join(installed, `docs/${page}.md`), "utf8"))
    .join("\n");
  for (const entry of entries(exports)) {
    const has = /\/components\/(web\/)?open/.test(entry)
      ? (name) => components.has(name)
      : /\/(frameworks|bundlers|languages)\//.test(entry)
        ? (name) => new RegExp(`\\b${name}\\b`).test(guides)
        : (name) => (/hosts\/issuer/.test(entry) ? issuing : api).has(name);
    const { names } = silent(join(installed, entry));
    assert.deepEqual(
      names.filter((name) => !has(name)),
      [],
      entry,
    );
  }
  // Each once, so that each link goes to what it names.
  for (const page of ["docs/api.md", "docs/components.md", "docs/issuing-api.md"]) {
    const ids = [...readFileSync(join(installed, page), "utf8").matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, page);
  }
});

test("what opens a phone says its shape and its codes, and an answer what each type of question takes", () => {
  const hover = (name, entry = "node-module") => {
    const file = join(installed, `types/esm/hosts/${entry}.d.ts`);
    const program = ts.createProgram([file], STRICT);
    const checker = program.getTypeChecker();
    const exported = checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))
      .find((one) => one.name === name);
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return ts.displayPartsToString(symbol.getDocumentationComment(checker));
  };
  assert.match(hover("openPhone"), /roots: \{ keys: .*`storage-damaged`.*`misuse-argument`/s);
  assert.match(hover("openCheckpoint", "checkpoint/node-module"), /desk\.verify/);
  for (const type of ["yes-no", "one-of", "many-of", "number", "date", "place", "text", "trips"])
    assert.ok(hover("Answer").includes(`\`${type}\``), type);
});

/** The errors of a script, with its place. */
function errors(script, options = {}) {
  const program = ts.createProgram([script], { ...STRICT, ...options });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, start, messageText }) =>
        `${file?.fileName}:${start}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

/** The JavaScript of a page of the package, from a text on. */
async function block(page, from) {
  const text = await readFile(join(installed, page), "utf8");
  assert.ok(text.includes(from), `${page}: ${from}`);
  return /```js\n([\s\S]*?)```/.exec(text.slice(text.indexOf(from)))[1];
}

/** As in TypeScript: modules, and arguments with a type. */
const typed = (script) =>
  script
    .replace(/^const (\{[^}]*\}) = require\(("[^"]+")\);/gm, "import $1 from $2;")
    .replace("start(name, number)", "start(name: string, number: string)");

test("the README's scripts are right in strict TypeScript, with exact optional properties", async () => {
  await mkdir(join(folder, "src"), { recursive: true });
  const readme = [
    typed(await block("README.md", "**2. Open a phone")),
    await block("README.md", "**1. Configure"),
    await block("README.md", "questionnaire above it"),
    'import { challengeOf } from "healthcode";',
    'import { openCheckpoint } from "healthcode/checkpoint";',
    "const phone = await openPhone(options);",
    "const checkpoint = await openCheckpoint(options);",
    "declare const scannedOrTyped: string, scanned: string;",
    await block("README.md", "a challenge:"),
    "export { start, verdict, shown };",
  ];
  const script = join(folder, "src", "readme.ts");
  await writeFile(script, readme.join("\n"));
  assert.deepEqual(errors(script), []);
});

test("so are those of the guides for Node and for answers, and a switch over known codes", async () => {
  const script = join(folder, "src", "guides.ts");
  const desk = await block("docs/node.md", "On a server");
  const answers = await block("docs/answers.md", "# Answers");
  await writeFile(
    script,
    `${desk.replace("desk.verify(text)", "desk.verify(String(process.argv[2]))")}
import {
  type Answers,
  HealthcodeError,
  type KnownCode,
  openPhone,
  type Person,
  type Problem,
  problemText,
  type QuestionFault,
  type Refusal,
} from "healthcode";
declare const process: { argv: string[] };
const phone = await openPhone({ roots, server: undefined, region: undefined, adaptors: { scan: undefined } });
${answers.replace("let answers = {}", "let answers: Answers = {}")}
export function isNetwork({ code }: HealthcodeError): boolean {
  const known: KnownCode[] = ["network-unreachable", "file-rollback"];
  // @ts-expect-error: no such code
  known.push("network-unreachabel");
  switch (code) {
    case "network-unreachable":
      return true;
    default:
      return code === "of-a-newer-server";
  }
}
/** Whether a type names each known code, so that an editor offers it. */
type Names<Code> = KnownCode extends Extract<Code, KnownCode> ? true : false;
const named: [
  Names<Problem["code"]>,
  Names<HealthcodeError["code"]>,
  Names<Refusal["code"]>,
  Names<QuestionFault["code"]>,
  Names<Person["problem"]>,
] = [true, true, true, true, true];
export function codeOf(thrown: unknown): string {
  return thrown instanceof HealthcodeError ? thrown.code : "of-something-else";
}
// An app's own adaptors may throw others.
const own: Problem = { code: "of-an-adaptor", message: "" };
// @ts-expect-error: a type of any text names none
const none: Names<string> = true;
export { questions, faults, named, own, none };
`,
  );
  const node = { customConditions: ["node"], lib: [...STRICT.lib] };
  assert.deepEqual(errors(script, node), []);
});
