// The form of the package: what others' tools say of it, its sizes, its syntax, and what it must never do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { parse } from "acorn";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { files, installed, packed, required, root, text } from "./installed.mjs";

const bin = (name) => new URL(`node_modules/.bin/${name}`, import.meta.url).pathname;
const size = (path) => readFileSync(join(installed, path)).length;
const brotli = (path) => brotliCompressSync(readFileSync(join(installed, path))).length;

/** What a mini-program with a questionnaire and a code carries: WeChat's tools leave out what nobody names. */
const MAIN = files().filter(
  (path) =>
    /^miniprogram_dist\/([^/]*|components\/[^/]*|components\/(questionnaire|code)\/.*)$/.test(path) &&
    !/\/(explain|checkpoint)\.(js|wasm\.br)$/.test(path),
);

/** What one of checkpoints carries. */
const GATE = files().filter(
  (path) =>
    /^miniprogram_dist\/([^/]*|components\/[^/]*|components\/checkpoint\/.*)$/.test(path) &&
    !/\/(explain|index|healthcode)\.(js|wasm\.br)$/.test(path.replace(/components\/checkpoint\/index/, "")),
);

/** The scripts that mini-programs take as they are. */
const MINI = files().filter((path) =>
  /^(miniprogram_dist|douyin|alipay|anywhere|fallback)\/.*\.js$|^inline\/.*engine\.js$/.test(path),
);

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("the types are right however they are resolved", () => {
  const [tarball] = readdirSync(packed).filter((name) => name.endsWith(".tgz"));
  const files = [
    ...["healthcode.wasm", "healthcode.wasm.br", "checkpoint.wasm", "checkpoint.wasm.br"],
    ...["web/healthcode.js", "web/checkpoint.js", "package.json"],
  ];
  // Custom elements and what frameworks make of them are for browsers, which have modules; `require` of components is WeChat's,
  // which has a file of its own.
  const modules = ["components", "react", "vue"];
  const runs = [
    ["--exclude-entrypoints", ...files, ...modules],
    ["--entrypoints", ...modules, "--ignore-rules", "cjs-resolves-to-esm"],
  ];
  for (const options of runs) {
    try {
      execFileSync(bin("attw"), [join(packed, tarball), ...options, "--format", "ascii"], { encoding: "utf8" });
    } catch (thrown) {
      assert.fail(thrown.stdout);
    }
  }
});

test("the sizes that were promised", (t) => {
  const sizes = {
    // 140 and 210 kB are aimed at. The rules of several regions and purposes on one phone came to 3.3 kB, corrections that hold
    // against a clock set back and a stale page to 1.9, venues with their codes, lists and rules to 4.9, names whose letters
    // have marks to 0.6, mailboxes with HKDF and ChaCha20-Poly1305 to 4.7, answers of "not sure" to 0.7, clocks with summer time and
    // ages to 0.9, tests, vaccinations and exemptions that end, with the facts that rules read of them, to 1.7,
    // packs' texts in further languages and the offsets of other seasons to 1.1,
    // proofs of the public log, and what shows that restrictions were logged, to 5.2; what a mini-program fetches in all, below, is within its own.
    wasm: [brotli("healthcode.wasm"), 161_100],
    // No app carries it: it runs on servers, and reads rules in TOML besides; the tags of languages are 2 kB of it.
    "an issuer's engine": [brotli("issuer.wasm"), 223_900],
    fallback: [brotli("web/fallback.js"), 239_700],
    // Lists of withdrawn certificates, which it reads, decompresses and keeps, came to 6.8 kB.
    "a checkpoint's engine": [brotli("checkpoint.wasm"), 59_700],
    "its translation": [brotli("web/checkpoint-fallback.js"), 88_900],
    "the engine as text": [brotli("inline/engine.js"), 204_100],
    "a checkpoint's engine as text": [brotli("inline/checkpoint-engine.js"), 77_000],
    // With the sentences of all its codes and verdicts; what codes are for, and the names of that, are 1.1 kB of it, fetching lists of
    // withdrawn certificates and saying how old they are 0.8, adding languages 0.9.
    "its script": [brotli("web/checkpoint.js"), 30_100],
    // An app loads it where somebody reads it.
    "traditional characters": [brotli("languages/zh-Hant.mjs"), 13_500],
    // With what starts WebAssembly where a version has it, and the pool of random bytes, which a worker has not. Adding languages is 0.7 kB of it.
    "the engine in Alipay's script": [
      brotli("alipay/index.js") + brotli("alipay/common.js") - brotli("alipay/worker.js"),
      253_600,
    ],
    "WeChat's main package, with the components for the questionnaire and the code": [
      MAIN.reduce((sum, path) => sum + (path.endsWith(".br") ? size(path) : brotli(path)), 0),
      240_000,
    ],
    // The budget is what is fetched, above, and a main package may have 2 MB in all; this notices what is there twice.
    // Noting colours for looking back came to 2 kB; the names by which other languages have their texts, and what puts these there, to 3.7;
    // what keeps words, clock and QR code whole in the largest type, and the way online out of the questions, to 0.9.
    "the same, as it lies there": [MAIN.reduce((sum, path) => sum + size(path), 0), 416_300],
    "WeChat's package of a checkpoint alone, as it lies there": [
      GATE.reduce((sum, path) => sum + size(path), 0),
      289_400,
    ],
  };
  for (const [what, [bytes, most]] of Object.entries(sizes)) t.diagnostic(`${what}: ${bytes} of ${most} bytes`);
  const over = Object.entries(sizes).filter(([, [bytes, most]]) => bytes > most);
  assert.deepEqual(
    over.map(([what, [bytes]]) => `${what}: ${bytes} bytes`),
    [],
  );
  assert.deepEqual(
    brotliDecompressSync(readFileSync(join(installed, "healthcode.wasm.br"))),
    readFileSync(join(installed, "healthcode.wasm")),
  );
  const [own, plain] = ["miniprogram_dist/healthcode.wasm.br", "healthcode.wasm.br"].map((path) =>
    readFileSync(join(installed, path)),
  );
  assert.deepEqual(own, plain, "one engine for all");
});

/** Calls `visit` with every node of a syntax tree. */
function walk(node, visit) {
  if (Array.isArray(node)) node.forEach((child) => walk(child, visit));
  else if (node && typeof node.type === "string") {
    visit(node);
    Object.values(node).forEach((child) => walk(child, visit));
  }
}

/** The names that a script reads, calls or writes without having declared them anywhere. */
function free(tree) {
  const [declared, used] = [new Set(["arguments", "undefined"]), new Map()];
  const bind = (pattern) => walk(pattern, (node) => node.type === "Identifier" && declared.add(node.name));
  walk(tree, (node) => {
    if (node.type === "VariableDeclarator") bind(node.id);
    if (/Function/.test(node.type)) [node.id, ...node.params].forEach((name) => name && bind(name));
    if (node.type === "CatchClause" && node.param) bind(node.param);
    if (/^Class(Declaration|Expression)$/.test(node.type) && node.id) bind(node.id);
    const inner = {
      MemberExpression: !node.computed && node.property,
      MethodDefinition: !node.computed && node.key,
      Property: !node.computed && node.key,
    };
    const names = Object.entries(node).filter(
      ([key, child]) => child?.type === "Identifier" && child !== inner[node.type] && !["label", "id"].includes(key),
    );
    for (const [, child] of names) used.set(child.name, node.type);
    for (const list of Object.values(node).filter(Array.isArray))
      list.forEach((child) => child?.type === "Identifier" && used.set(child.name, node.type));
  });
  return [...used.keys()].filter((name) => !declared.has(name)).sort();
}

/** What the language itself has, as of ES2017 without what Alipay's logic layer lacks; timers; and each host's own. */
const LANGUAGE =
  "Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array FinalizationRegistry Infinity Int16Array Int32Array Int8Array Iterator JSON Map Math NaN Number Object Promise RangeError Reflect RegExp Set String Symbol TypeError Uint16Array Uint32Array Uint8Array WeakMap";
const TIMERS = "setTimeout clearTimeout setInterval clearInterval";
const HOSTS = {
  miniprogram_dist: "WXWebAssembly wx",
  douyin: "TTWebAssembly tt",
  // The standard one is not documented, and only tried.
  alipay: "MYWebAssembly WebAssembly crypto my",
  anywhere: "",
  fallback: "",
  inline: "",
};

/** Where components say what an app forgot to connect, and why it could connect nothing. */
const SAYS = ["alipay/components.js", "miniprogram_dist/components.js", "web/components-*.mjs"];
/** What says on the console what an app's own function threw. */
const TELLS = [
  "alipay/index.js",
  "alipay/worker.js",
  "anywhere/index.js",
  "douyin/index.js",
  "inline/index.js",
  "miniprogram_dist/index.js",
  "node/index.cjs",
  "node/index.mjs",
  "web/healthcode.js",
  "web/index.mjs",
];
/** Where a server says what an integrator's own function threw. */
const SERVES = ["bin/healthcode.mjs", "node/issuer.cjs", "node/issuer.mjs"];
/** The path of a file whose name is made of what is in it. */
const plain = (path) => path.replace(/-[0-9A-Z]{8}\.mjs$/, "-*.mjs");

for (const path of MINI) {
  // Alipay takes npm code as it is, and no more than ES5; whoever runs WebAssembly knows ES2015.
  const ecmaVersion = /^(alipay|anywhere|fallback|inline)/.test(path) ? 5 : 2015;
  test(`${path}: ES${ecmaVersion}, strict, and no name but the language's and the host's`, () => {
    const tree = parse(text(path), { ecmaVersion, sourceType: "script" });
    assert.equal(tree.body[0].directive, "use strict");
    const known =
      `${LANGUAGE} ${TIMERS} module exports require ${HOSTS[path.split("/")[0]]} ${[...SAYS, ...TELLS].includes(path) ? "console" : ""}`.split(
        " ",
      );
    // Component, Page and the like are the components'.
    const names = free(tree).filter(
      (name) => !known.includes(name) && !["Component", "getApp", "getCurrentPages"].includes(name),
    );
    assert.deepEqual(names, []);
  });
}

test("nothing is evaluated, and nothing is said on the console but what an app forgot to connect, why it could not, and what its own functions threw", () => {
  const said = [];
  for (const path of files().filter((path) => /^(?!examples\/).*\.[cm]?js$/.test(path))) {
    const tree = parse(text(path), {
      ecmaVersion: 2022,
      allowHashBang: true,
      sourceType: path.endsWith(".mjs") ? "module" : "script",
    });
    walk(tree, (node) => {
      const called = ["CallExpression", "NewExpression"].includes(node.type) ? node.callee : undefined;
      assert.ok(!["eval", "Function"].includes(called?.name), `${path}: ${called?.name}`);
      if (called?.object?.name !== "console") return;
      said.push(`${plain(path)}: ${called.property.name} of ${node.arguments.length}`);
      if (node.arguments.length === 1 && !SERVES.includes(path))
        assert.equal(text(path).split('"misuse-not-connected"').length, 2, path);
    });
  }
  assert.deepEqual(
    said.sort(),
    [
      ...SAYS.flatMap((path) => [`${path}: error of 1`, `${path}: warn of 1`]),
      ...TELLS.map((path) => `${path}: error of 2`),
      ...SERVES.map((path) => `${path}: error of 1`),
    ].sort(),
  );
});

/** What the scripts say in literals that looks like a code, apart from names of fields; and those that they give a failure. */
function codesInScripts() {
  const [named, given] = [new Set(), new Set()];
  const isCode = (node) => node?.type === "Literal" && /^[a-z]+(-[a-z]+)+$/.test(node.value);
  for (const path of files().filter((path) => /^(?!examples\/).*\.[cm]?js$/.test(path))) {
    const tree = parse(text(path), {
      ecmaVersion: 2022,
      allowHashBang: true,
      sourceType: path.endsWith(".mjs") ? "module" : "script",
    });
    const fields = new Set();
    walk(tree, (node) => {
      if (node.type === "Property") fields.add(node.key);
      if (isCode(node) && !fields.has(node)) named.add(node.value);
      const [first, second, ...more] = node.type === "CallExpression" ? node.arguments : [];
      const sentence = second?.type === "TemplateLiteral" || / /.test(second?.value);
      if (isCode(first) && sentence && more.length === 0) given.add(first.value);
    });
  }
  return { named, given };
}

/** The codes that the server of this checkout says in its own name. */
function codesOfServer() {
  const folders = ["issuer", "serve"].map((room) => join(root, "src/bin/healthcode", room));
  const paths = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const sources = paths.map((path) => readFileSync(path, "utf8"));
  return sources.flatMap((source) => [...source.matchAll(/"((?:issuer|http)-[a-z-]+)"/g)].map(([, code]) => code));
}

test("every code that the package or its server gives has a sentence in both languages, and no other code has", async () => {
  const entries = [required("healthcode"), required("healthcode/checkpoint")];
  for (const { init } of entries) await init();
  const all = (name) => new Set(entries.flatMap((entry) => entry[name]()));
  const [known, core, { named, given }] = [all("knownCodes"), all("errorCodes"), codesInScripts()];
  assert.ok(core.size > 100 && given.size > 15, `${core.size} codes of the core, ${given.size} of the scripts`);
  const server = codesOfServer();
  const without = [...core, ...given, ...server].filter((code) => !known.has(code));
  assert.deepEqual(without, [], "a code without a sentence");
  const never = [...known].filter((code) => !core.has(code) && !named.has(code) && !server.includes(code));
  assert.deepEqual(never, [], "a sentence for a code that nothing gives");
  for (const code of known) {
    const { errorText } = entries.find(({ knownCodes }) => knownCodes().includes(code));
    const { says, todo } = errorText(code);
    for (const sentence of [says, ...(todo ? [todo] : [])]) {
      assert.match(sentence["zh-Hans"], /[\u4e00-\u9fff].*。$/, code);
      assert.match(sentence.en, /^[A-Z“][^\u4e00-\u9fff]*\.$/, code);
    }
  }
  const { says, todo } = entries[0].errorText("of-a-newer-server");
  assert.ok(
    says["zh-Hans"].includes("of-a-newer-server") && says.en.includes("of-a-newer-server"),
    "it is at least named",
  );
  assert.equal(todo, undefined);
});

test("each entry has sentences for whatever its engine gives, the same where both have them", async () => {
  const [phone, gate] = [required("healthcode"), required("healthcode/checkpoint")];
  for (const { init, errorCodes, knownCodes } of [phone, gate]) {
    await init();
    const known = new Set(knownCodes());
    assert.deepEqual(
      errorCodes().filter((code) => !known.has(code)),
      [],
    );
  }
  const only = (one, other) => one.errorCodes().filter((code) => !other.errorCodes().includes(code));
  const families = (codes) => [...new Set(codes.map((code) => code.split("-")[0]))].sort().join(" ");
  assert.equal(families(only(gate, phone)), "checkpoint code status text");
  assert.equal(families(only(phone, gate)), "answer correction delta holder mailbox pack proof risk rule venue");
  const both = phone.knownCodes().filter((code) => gate.knownCodes().includes(code));
  assert.ok(both.length > 80, `${both.length}`);
  for (const code of both) assert.deepEqual(gate.errorText(code), phone.errorText(code), code);
});

test("types use no `any`, and nothing names the machine that built it", () => {
  for (const path of files().filter((path) => path.endsWith(".d.ts"))) {
    assert.doesNotMatch(
      text(path)
        .replace(/\/\*[\s\S]*?\*\//g, "")
        .replace(/\/\/.*/g, "")
        .replace(/"[^"]*"/g, "text")
        // The type of the DOM's own, which a declaration that merges with it must repeat.
        .replace("interface CustomEvent<T = any>", ""),
      // A text may have that name.
      /\bany\b(?!\??:)/,
      path,
    );
  }
  for (const path of files().filter((path) => /\.([cm]?js|d\.ts|json|md|wasm)$/.test(path))) {
    const content = readFileSync(join(installed, path), "latin1");
    for (const machine of [root, "/home/", "/root/", "/tmp/"])
      assert.ok(!content.includes(machine), `${path}: ${machine}`);
  }
});

/** The anchors of a page: what it names itself, and its headings as GitHub and npm name them. */
function anchors(page) {
  const named = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
  const headings = [...page.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)];
  return new Set([
    ...named,
    ...headings.map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  ]);
}

test("no link in the pages is dead", () => {
  const pages = files().filter((path) => path.endsWith(".md"));
  assert.ok(pages.includes("docs/api.md") && pages.includes("docs/tested.md"), pages.join());
  const all = new Set(files());
  const folders = new Set(
    [...all].flatMap((path) => path.split("/").map((_, at, parts) => parts.slice(0, at).join("/"))),
  );
  let links = 0;
  for (const page of pages) {
    const prose = text(page)
      .replace(/^ *```[\s\S]*?^ *```/gm, "")
      .replace(/`[^`\n]*`(?!\])/g, "");
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https:\/\//.test(target)) continue;
      links += 1;
      const [path, anchor] = target.split("#");
      const to = path === "" ? page : normalize(join(page, "..", path));
      assert.ok(all.has(to) || folders.has(to), `${page}: ${target}`);
      if (anchor) assert.ok(anchors(text(to)).has(anchor), `${page}: ${target}`);
    }
  }
  assert.ok(links > 100, `${links}`);
});

test("what the guides name of the package is in it", () => {
  let named = 0;
  for (const page of files().filter((path) => /^(README|docs\/(?!api|components).*)\.md$/.test(path))) {
    for (const [, path] of text(page).matchAll(
      /`(examples\/[\w./-]+|(?:web|douyin|miniprogram_dist|types)\/[\w./-]+)`/g,
    )) {
      assert.ok(
        files().some((file) => file === path || file.startsWith(`${path}/`)),
        `${page}: ${path}`,
      );
      named += 1;
    }
  }
  assert.ok(named > 5, `${named}`);
});

test("the README's sizes are this package's", () => {
  const [, table] = /## Sizes([\s\S]*?)\n## /.exec(text("README.md"));
  const told = (bytes) => assert.ok(table.includes(` ${bytes.toLocaleString("en-US")}`), `${bytes} in ${table}`);
  told(size("healthcode.wasm"));
  told(size("miniprogram_dist/healthcode.wasm.br"));
  told(MAIN.reduce((sum, path) => sum + size(path), 0));
});

test("a server that makes pages can import the components", async () => {
  assert.equal(typeof globalThis.document, "undefined");
  const { connect, prefer, drawn } = await import(required.resolve("healthcode/components"));
  for (const given of [connect, prefer, drawn]) assert.equal(typeof given, "function");
});

test("the reference tells what is undefined, what unions are, and each function's sentence", () => {
  const api = text("docs/api.md");
  assert.match(api, /\{ verdict: "accepted"; \} & Accepted/);
  assert.match(api, /get identity\(\): Identity \| undefined;/);
  assert.ok(!api.includes("object &"));
  for (const name of ["init", "hostAdaptors", "openPhone", "openFamily", "openCheckpoint", "storedCopy", "setAside"]) {
    assert.match(api, new RegExp(`^function ${name}\\(.*\\n\`\`\`\\n\\n[A-Z]`, "m"), name);
  }
  const order = ["Phone", "Checkpoint", "Family", "Adaptors", "Holder"].map((name) => api.indexOf(`\n### ${name}\n`));
  assert.ok(
    order.every((at) => at > 0),
    order.join(),
  );
  assert.deepEqual(
    order,
    order.toSorted((one, other) => one - other),
  );
});

test("every value of an engine is in each of its entries", async () => {
  /** What an engine has; `Checkpoint` is the package's own. */
  const valuesOf = (engine) => {
    const core = readFileSync(join(root, `pkg-template/src/engine/${engine}/healthcode.d.ts`), "utf8");
    const values = [...core.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
    return values.map((name) => (name === "Checkpoint" ? "Verifier" : name));
  };
  const phones = valuesOf("core");
  const gates = valuesOf("verifier");
  assert.ok(phones.length >= 6 && phones.includes("Holder") && !phones.includes("Verifier"), phones.join());
  assert.ok(gates.length >= 5 && gates.includes("Verifier") && !gates.includes("Holder"), gates.join());
  for (const entry of [
    "healthcode",
    "healthcode/wechat",
    "healthcode/douyin",
    "healthcode/alipay",
    "healthcode/alipay/worker",
    "healthcode/anywhere",
  ]) {
    const gate = entry.endsWith("worker") ? entry.replace("worker", "checkpoint-worker") : `${entry}/checkpoint`;
    const common = ["init", "hostAdaptors", "engine", "engineProblem", "drawQr", "problemText", "memoryStorage"];
    for (const [path, names] of [
      [entry, [...phones, ...common, "openPhone", "openFamily"]],
      [gate, [...gates, ...common, "openCheckpoint"]],
    ])
      for (const name of names) assert.equal(typeof required(path)[name], "function", `${path}: ${name}`);
    const imported = await import(required.resolve(entry));
    assert.equal(typeof imported.openPhone, "function", `${entry}, imported`);
    assert.equal(typeof (await import(required.resolve(gate))).openCheckpoint, "function", `${gate}, imported`);
  }
});

test("the version is the crate's, and licences and notices are there", () => {
  const [, version] = /^version = "(.*)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  assert.equal(JSON.parse(text("package.json")).version, version);
  for (const path of ["LICENSE-MIT", "LICENSE-APACHE", "NOTICES.md", "README.md"])
    assert.ok(text(path).length > 300, path);
});
