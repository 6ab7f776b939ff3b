// Writes the API reference of an assembled package from its types: `node make.mjs PACKAGE`.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";

const folder = resolve(process.argv[2]);
const into = join(folder, "docs", "reference");
const config = join(folder, "docs", "tsconfig.json");

const hosts = ["wechat", "browser-module", "node-module", "alipay", "douyin", "anywhere"];

/** What is read: what an app imports, and the types of what it passes. */
const pages = [
  {
    title: "What `healthcode/issuer` has",
    to: "issuing-api",
    intro: "[An issuer of your own](issuing.md) says what it is for.",
    entry: `
export * from "../types/esm/hosts/issuer/node-module.js";
`,
    groups: {
      "Signing and publishing": [
        "init",
        "newKey",
        "publicKey",
        "signTrustList",
        "rulesOf",
        "signRules",
        "signRiskTable",
        "publish",
      ],
      "Answering phones": ["listener", "openRequest", "signCertificate", "maskIdentity"],
    },
    last: {},
    rest: "What these take and give",
  },
  {
    title: "The API of every host's entry",
    to: "api",
    intro: `Every host's entry for phones, \`healthcode\` and the like, and its entry for checkpoints, \`healthcode/checkpoint\` and the like, have what is
below; \`openPhone\`, \`openFamily\` and \`Holder\` are in those for phones, \`openCheckpoint\`, \`verdictText\` and \`Verifier\` in those for checkpoints. What only some hosts
have stands under headings that name them.`,
    entry: `
${hosts.map((host) => `export * from "../types/esm/hosts/${host}.js";`).join("\n")}
export { type Checkpoint, openCheckpoint, verdictText, type Wanted } from "../types/esm/hosts/checkpoint/wechat.js";
export { Checkpoint as Verifier } from "../types/esm/engine/verifier/healthcode.js";
export { fallbackEngine } from "../types/esm/engine/fallback.js";
export { engineBytes } from "../types/esm/engine/inside-of-phone.js";
`,
    groups: {
      Opening: [
        "init",
        "openPhone",
        "openFamily",
        "openCheckpoint",
        "PhoneOptions",
        "OpenOptions",
        "InitOptions",
        "maskIdentity",
        "storedCopy",
        "setAside",
        "engine",
        "engineProblem",
        "version",
        "EngineKind",
      ],
      Phone: ["Phone", "Done", "Answers", "Answer", "Trip", "Asked", "Identity", "Visit", "News"],
      Checkpoint: [
        "Checkpoint",
        "Wanted",
        "verdictText",
        "Judgement",
        "Challenge",
        "Verdict",
        "Accepted",
        "Refusal",
        "Vouched",
      ],
      Family: ["Family", "Person"],
      "Drawing a code": ["Qr", "drawQr", "DrawnQr"],
      "Problems and their sentences": [
        "Problem",
        "problemOf",
        "problemText",
        "errorText",
        "ErrorText",
        "Text",
        "Language",
        "knownCodes",
        "errorCodes",
        "HealthcodeError",
        "KnownCode",
        "FailureCode",
      ],
      Adaptors: [
        "Adaptors",
        "hostAdaptors",
        "Random",
        "Clock",
        "Storage",
        "memoryStorage",
        "Scan",
        "Location",
        "Position",
        "Network",
        "NetworkRequest",
        "NetworkAnswer",
        "Screen",
        "Canvas",
        "FoundSurface",
        "Surface",
        "Pen",
      ],
    },
    last: {
      "Moving to another phone: browsers and Node": (name) => /^(un)?packPhone$/.test(name),
      "Browsers' own": (name) => /^browser/i.test(name),
      "Node's own": (name) => ["folderStorage", "nodeRandom"].includes(name),
      "WeChat's own": (name) => /^wechat|^WeChat|^placeLines$|^PackageWebAssembly$/.test(name),
      "Alipay's own": (name) => /^alipay/i.test(name),
      "In the entries of Alipay, Douyin and any other host": (name) => name === "pooledRandom",
      "Engines: `healthcode/fallback`, `healthcode/inline/engine`": (name) =>
        ["fallbackEngine", "engineBytes"].includes(name),
      "The core": (name) => ["Holder", "Verifier"].includes(name),
    },
    rest: "What these take and give",
  },
  {
    title: "What the components' module gives to an app",
    to: "components",
    entry: `
export * from "../types/esm/components/web/open.js";
`,
    groups: { "In an app": ["connect", "Session", "prefer", "Preferred", "renew", "drawn", "phoneShown"] },
    last: { "On the web": (name) => name === "ComponentElement" },
    rest: "Names of places",
  },
];

const compilerOptions = {
  target: "ES2022",
  module: "ESNext",
  moduleResolution: "bundler",
  lib: ["ES2022", "ESNext.Disposable", "DOM"],
  types: [],
  strict: true,
  skipLibCheck: true,
};
const entries = pages.map(({ to }) => join(folder, "docs", `${to}.d.ts`));
pages.forEach(({ entry }, at) => writeFileSync(entries[at], entry));
writeFileSync(config, JSON.stringify({ compilerOptions, files: entries }));

const app = await Application.bootstrapWithPlugins({
  plugin: [fileURLToPath(import.meta.resolve("typedoc-plugin-markdown"))],
  tsconfig: config,
  entryPoints: entries,
  name: "healthcode",
  readme: "none",
  out: into,
  logLevel: "Error",
  disableSources: true,
  disableGit: true,
  excludePrivate: true,
  hideGenerator: true,
  sort: ["source-order"],
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
});
const project = await app.convert();
if (project === undefined) throw new Error("the types have errors");
await app.generateOutputs(project);

/** The parts of a page, each of one thing that is exported. */
function parts(text) {
  const found = [];
  for (const [, part] of text.matchAll(/^### ([\s\S]*?)(?=^###? |(?![\s\S]))/gm)) {
    const [heading] = part.split("\n", 1);
    const own = part
      .slice(heading.length)
      .replace(/\n\*\*\*\s*$/, "\n")
      .trim();
    found.push({ name: heading.replace(/\\|\(\)$|<.*$|\\<.*$/g, ""), heading, own, function: heading.endsWith("()") });
  }
  // A name may be that of a type and of a value: one part says both.
  const whole = new Map();
  for (const part of found) {
    const before = whole.get(part.heading);
    if (before === undefined) whole.set(part.heading, part);
    else before.own += `\n\n${part.own}`;
  }
  return [...whole.values()];
}

/** Where a part is; functions may be named as types are but for the case of a letter. */
const anchor = ({ name, function: called }) => (called ? `${name}-function` : name);

const made = pages.map((page) => {
  // The crate's comments name their sections as Rust does, which would be headings of the whole page.
  const text = readFileSync(join(into, `${page.to}.md`), "utf8")
    .replace(/^# (Errors|Panics|Examples)$/gm, "**$1**")
    // An object of a union is one line.
    .replace(/\{\n((?: {2}\S.*;\n)+)\}/g, (_, fields) => `{ ${fields.trim().replace(/\n\s*/g, " ")} }`);
  return { ...page, parts: parts(text) };
});
const known = new Map(
  made.flatMap(({ to, parts }) =>
    parts.filter(({ function: called }) => !called).map((part) => [part.name, { page: to, anchor: anchor(part) }]),
  ),
);

for (const { title, to, intro, groups, last, rest, parts } of made) {
  const left = new Set(parts);
  const take = (of) => {
    const taken = of([...left]);
    taken.forEach((part) => left.delete(part));
    return taken;
  };
  const first = Object.entries(groups).map(([heading, names]) => [
    heading,
    take((left) => names.flatMap((name) => left.filter((part) => part.name === name))),
  ]);
  const end = Object.entries(last).map(([heading, is]) => [
    heading,
    take((left) => left.filter(({ name }) => is(name))),
  ]);
  const sections = [...first, [rest, [...left]], ...end].filter(([, parts]) => parts.length > 0);
  // A link goes to the one that it names, wherever that is now.
  const link = (name) => {
    const there = known.get(name);
    return there === undefined
      ? `\`${name}\``
      : `[\`${name}\`](${there.page === to ? "" : `${there.page}.md`}#${there.anchor})`;
  };
  const linked = (text) =>
    text
      .replace(/\[`(\w+)`\]\([^)]*\)/g, (_, name) => link(name))
      .replace(/\| `([A-Z]\w+)` \|/g, (_, name) => `| ${link(name)} |`);
  const contents = sections.map(
    ([heading, parts]) => `- **${heading}**: ${parts.map((part) => `[${part.name}](#${anchor(part)})`).join(", ")}`,
  );
  const written = sections.map(
    ([heading, parts]) =>
      `## ${heading}\n\n${parts.map((part) => `<a id="${anchor(part)}"></a>\n\n### ${part.heading}\n\n${linked(part.own)}\n`).join("\n")}`,
  );
  writeFileSync(
    join(folder, "docs", `${to}.md`),
    `# ${title}\n\n${intro ? `${intro}\n\n` : ""}${contents.join("\n")}\n\n${written.join("\n")}`,
  );
}
for (const path of [into, config, ...entries]) rmSync(path, { recursive: true });
