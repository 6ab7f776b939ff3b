// In JavaScript anybody may pass anything: whatever is of the wrong type is refused with a code, by every function of every class
// and entry, and leaves everything as it was.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both, bytes, required, text } from "./installed.mjs";
import { enrolled, now, options, person, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { journey } = all;

/** One value of each type. */
const VALUES = {
  undefined,
  null: null,
  text: "text",
  number: 7,
  nan: Number.NaN,
  object: {},
  list: [],
  bigint: 5n,
  date: new Date(Number.NaN),
  boolean: true,
  function: () => undefined,
  symbol: Symbol("text"),
  bytes: new Uint8Array(3),
};

/** An argument: one that is right, and the types that are right as such, whatever becomes of the value. */
const is = (right, ...types) => ({ right, types });
const optional = (right, ...types) => is(right, "undefined", "null", ...types);

const identity = { name: "**丰", digits: "0000" };
const { answers } = person.reports[0];
const visit = person.diary[0];
const here = optional("330106", "text");
const time = is(now, "number");
const seed = is(new Uint8Array(32).fill(7), "bytes");
const proof = optional(new Uint8Array(0), "bytes");
const challenge = optional(new Uint8Array(6), "bytes");
const file = is(bytes(journey.trust_list), "bytes");
const roots = is(journey.roots);
const saved = is(new Uint8Array(8), "bytes");
const day = is(journey.roots.keys[0], "text");
const masked = is(identity);
const answered = is(answers, "object");
const rules = optional("3301", "text");

const removal = { remove: visit };

/** What each function takes, by class. */
const TAKES = {
  "phone/phone": {
    listen: [is(() => undefined, "function")],
    file: [is("rule-pack", "text")],
    load: [file, proof],
    certify: [masked],
    enrol: [is("", "text"), is("", "text")],
    watch: [is(() => undefined, "function"), here],
    questions: [answered, optional(now, "number")],
    report: [answered],
    addVisit: [is(visit)],
    enterVenue: [is("HCV1:", "text")],
    listedInside: [is(visit)],
    change: [is(removal)],
    preview: [is(removal), here],
    renew: [optional(true, "boolean")],
    note: [here],
    noteColour: [here],
    compare: [here],
    assess: [here],
    foresee: [here],
    show: [here, challenge],
    choose: [rules],
    dropRules: [is("3301", "text")],
    compareWith: [is("3301", "text"), here],
    keepUnsent: [optional("{}", "text")],
    call: [is("奶奶", "text")],
  },
  "phone/checkpoint": {
    verify: [is(person.text, "text"), challenge],
    codeIn: [is(person.text, "text")],
    scan: [challenge],
  },
  "phone/family": { open: [is("2", "text")] },
  Holder: {
    constructor: [roots],
    restore: [roots, saved, time],
    unopened: [roots, saved],
    openNext: [time],
    createKey: [seed],
    useHostKey: [day],
    loseHostKey: [time],
    dateBack: [time],
    load: [file, time, proof],
    loadDelta: [file, time, proof],
    reopen: [time],
    certificateRequest: [masked, seed, time],
    certificateRequestToSign: [masked, day, time],
    certificateRequestSigned: [masked, day, time, is([], "list")],
    setRegion: [is("3301", "text")],
    rules: [is(now, "number", "undefined"), rules],
    keepRules: [is(["3301"], "list")],
    questions: [answered, time, optional(now, "number")],
    submit: [answered, time],
    addVisit: [is(visit), time],
    enterVenue: [is("HCV1:", "text"), time],
    listedInside: [is(visit), time],
    change: [is(removal), time],
    preview: [is(removal), time, here],
    assess: [time, here, rules],
    compare: [time, here],
    note: [time, here],
    forecastInSlices: [time, here],
    codeToSign: [time, here, challenge],
    show: [time, here, challenge, optional("00", "text")],
  },
  Verifier: {
    constructor: [roots],
    restore: [roots, saved, time],
    load: [file, time],
    loadStatuses: [file, time],
    statusPaths: [time],
    verify: [is(person.text, "text"), time, challenge, optional(true, "boolean")],
  },
  Qr: { constructor: [is("A", "text")], svg: [is("title", "text")] },
};

/** The same for the functions of the entry for Node, and of the module of the components. */
const openOptions = is(options(tracedStorage()));
const FUNCTIONS = {
  addLanguage: [is({ tag: "art-x-test", texts: {} })],
  init: [optional({}, "object")],
  openPhone: [openOptions],
  openFamily: [openOptions],
  openCheckpoint: [openOptions],
  storedCopy: [is(options(tracedStorage()), "object")],
  setAside: [is(options(tracedStorage()), "object")],
  packFamily: [is(options(tracedStorage()), "object"), is("a long passphrase", "text")],
  unpackFamily: [is(options(tracedStorage()), "object"), is("{}", "text"), is("a long passphrase", "text")],
  packPhone: [is(options(tracedStorage()), "object"), is("a long passphrase", "text")],
  unpackPhone: [is(options(tracedStorage()), "object"), is("{}", "text"), is("a long passphrase", "text")],
  maskIdentity: [is("张三丰", "text"), is("330106199001010000", "text")],
  codeText: [is(person.text, "text")],
  challengeOf: [is("1234", "text")],
  drawQr: [is(undefined), is("A", "text")],
  folderStorage: [is("folder", "text")],
  // Any tag has a language.
  verdictText: [is({ verdict: "refused", code: "text-damaged", stage: "text" }), is("en", ...Object.keys(VALUES))],
};
/** These are what an app has left when something went wrong, so they have something to say to anything. */
const NEVER_THROW = ["problemOf", "problemText", "errorText", "languageOf"];
/** These take nothing. */
const PLAIN = ["hostAdaptors", "memoryStorage", "nodeRandom", "version", "errorCodes", "knownCodes", "engine"];
const COMPONENTS = {
  connect: [is({}, "object")],
  prefer: [is({}, "object")],
  addPlaces: [is("420106001\t杨园街道", "text")],
  setPlaces: [is(undefined)],
};

/** Calls a function with each value in the place of each argument, and asks for a code where its type is wrong. */
async function refuses(what, call, takes) {
  for (let at = 0; at < takes.length; at += 1) {
    for (const [type, value] of Object.entries(VALUES)) {
      const given = takes.map(({ right }, place) => (place === at ? value : right));
      const where = `${what}, argument ${at + 1}: ${type}`;
      let thrown;
      try {
        await call(...given);
      } catch (error) {
        thrown = error;
      }
      if (thrown === undefined) assert.ok(takes[at].types.includes(type), `${where} is taken`);
      else {
        assert.ok(thrown instanceof Error, where);
        assert.match(String(thrown.code), /^[a-z]+(-[a-z]+)+$/, `${where}: ${thrown.message}`);
        assert.ok(healthcode.knownCodes().includes(thrown.code), `${where}: ${thrown.code}`);
      }
    }
  }
}

/** The functions of a class, and of its objects, that take something, by its types. */
function methods(types, name = "") {
  const [, body] = new RegExp(`^export (?:declare )?class ${name}[\\s\\S]*?\\{\\n([\\s\\S]*?)\\n\\}`, "m").exec(types);
  return [...body.matchAll(/^ {4}(?:static )?(\w+)\(\w/gm)].map(([, method]) => method);
}

/** A phone and what else has functions, each with something in it. */
async function opened() {
  const storage = tracedStorage();
  const given = options(storage);
  const scan = { scan: async () => person.text };
  const phone = await enrolled(healthcode, given);
  await phone.report(answers);
  return {
    "phone/phone": phone,
    "phone/checkpoint": await healthcode.openCheckpoint({ ...given, adaptors: { ...given.adaptors, scan } }),
    "phone/family": await healthcode.openFamily(given),
  };
}

test("every function of a phone, a checkpoint and a family refuses what is of the wrong type with a code", async () => {
  const all = await opened();
  for (const [path, object] of Object.entries(all)) {
    const takes = TAKES[path];
    // The classes themselves are for the package alone.
    const own = methods(text(`types/esm/${path}.d.ts`)).filter((name) => name in object && name !== "constructor");
    assert.deepEqual(own.sort(), Object.keys(takes).sort(), path);
    for (const [method, given] of Object.entries(takes))
      await refuses(`${path}.${method}`, (...values) => object[method](...values), given);
  }
  const phone = all["phone/phone"];
  assert.deepEqual(phone.holder.reports().length, 1, "nothing of it was kept");
  assert.equal((await phone.show()).result, "shown");
  assert.equal(phone.identity.digits, healthcode.maskIdentity(journey.name, journey.number).digits);
  phone.close();
});

test("so does every function of the core's own objects", async () => {
  await healthcode.init();
  for (const name of ["Holder", "Verifier", "Qr"]) {
    const core = text(`types/esm/engine/${name === "Verifier" ? "verifier" : "core"}/healthcode.d.ts`);
    const Class = healthcode[name];
    const takes = TAKES[name];
    assert.deepEqual(methods(core, name === "Verifier" ? "Checkpoint" : name).sort(), Object.keys(takes).sort(), name);
    for (const [method, given] of Object.entries(takes)) {
      const call = (...values) => {
        if (method === "constructor") return new Class(...values);
        if (typeof Class[method] === "function") return Class[method](...values);
        const object = new Class(takes.constructor[0].right);
        return object[method](...values);
      };
      await refuses(`${name}.${method}`, call, given);
    }
  }
});

test("so does every function of an entry, and of the components", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "healthcode-"));
  t.after(() => rmSync(folder, { recursive: true }));
  await healthcode.init();
  const functions = Object.keys(healthcode).filter(
    (name) => typeof healthcode[name] === "function" && TAKES[name] === undefined && !PLAIN.includes(name),
  );
  for (const value of Object.values(VALUES)) assert.equal(new healthcode.HealthcodeError(value).code, "package-fault");
  const told = functions.filter(
    (name) => !NEVER_THROW.includes(name) && !["engineProblem", "HealthcodeError"].includes(name),
  );
  const known = Object.keys(FUNCTIONS).filter((name) => name in healthcode);
  assert.deepEqual(told.sort(), known.sort());
  for (const name of known) await refuses(name, healthcode[name], FUNCTIONS[name]);
  const components = await import(required.resolve("healthcode/components"));
  for (const [name, takes] of Object.entries(COMPONENTS)) await refuses(name, components[name], takes);
  await refuses("PlaceTable", (lines) => new components.PlaceTable(lines), [is("", "text")]);
});

test("each option is refused by its name", async () => {
  const { openPhone, openFamily, openCheckpoint, storedCopy, setAside } = healthcode;
  const text = optional("3301", "text");
  const adaptor = optional({});
  const opening = { roots, server: is("https://a.example", "undefined", "null"), region: text, adaptors: optional({}) };
  for (const open of [openPhone, openFamily, openCheckpoint]) {
    for (const [name, takes] of Object.entries(opening))
      await refuses(`${open.name}: ${name}`, (value) => open({ ...options(tracedStorage()), [name]: value }), [
        { ...takes, types: [...takes.types, ...(name === "adaptors" ? ["object"] : [])] },
      ]);
    for (const name of ["storage", "network", "clock", "random", "keys", "scan", "location", "screen", "canvas"]) {
      const given = options(tracedStorage());
      const call = (value) => open({ ...given, adaptors: { ...given.adaptors, [name]: value } });
      await refuses(`${open.name}: adaptors.${name}`, call, [adaptor]);
    }
  }
  for (const open of [openPhone, storedCopy, setAside])
    await refuses(`${open.name}: person`, (person) => open({ ...options(tracedStorage()), person }), [text]);
  const asking = (purpose) => openCheckpoint({ ...options(tracedStorage()), purpose });
  await refuses("openCheckpoint: purpose", asking, [optional("44/hospital", "text")]);
  const starting = {
    path: optional(new URL("file:///a"), "text"),
    bytes: optional(new Uint8Array(1), "bytes"),
    module: optional({}),
  };
  for (const [name, takes] of Object.entries(starting)) {
    // One that has not started yet.
    const call = (value) => {
      delete required.cache[required.resolve("healthcode")];
      return required("healthcode").init({ [name]: value });
    };
    await refuses(`init: ${name}`, call, [takes]);
  }
  await assert.rejects(openPhone({ ...options(tracedStorage()), adaptors: { network: { get: () => 1 } } }), {
    code: "misuse-argument",
    message: "`adaptors.network.ask` must be a function",
  });
});

test("a misspelt option is named, and what is wrong with roots is said", async () => {
  const { openPhone, openFamily, openCheckpoint } = healthcode;
  const given = options(tracedStorage());
  for (const open of [openPhone, openFamily, openCheckpoint])
    for (const [change, code, said] of [
      [{ sever: "https://a.example" }, "misuse-argument", "`sever`: there are roots, server,"],
      [
        { adaptors: { ...given.adaptors, clok: { now: Date.now } } },
        "misuse-argument",
        "`clok`: there are random, keys,",
      ],
      [{ server: new URL("https://a.example") }, "misuse-argument", "`server` must be text"],
      [{ roots: { keys: roots.right.keys[0], signers: 1 } }, "misuse-argument", "`roots.keys` must be a list of texts"],
      [{ roots: { keys: roots.right.keys, signers: 9 } }, "trust-no-roots", "`roots.signers` is 9, with"],
    ])
      await assert.rejects(open({ ...given, ...change }), (error) => {
        assert.equal(error.code, code);
        assert.ok(error.message.includes(said), error.message);
        return true;
      });
  const { connect, prefer } = await import(required.resolve("healthcode/components"));
  assert.throws(() => connect({ fone: undefined }), { code: "misuse-argument" });
  assert.throws(() => prefer({ lang: "en" }), { code: "misuse-argument" });
});

test("an adaptor that is left out, also as `undefined`, is the host's own", async () => {
  const given = options(tracedStorage());
  const phone = await healthcode.openPhone({ ...given, adaptors: { ...given.adaptors, storage: undefined } });
  assert.equal(phone.adaptors.storage, healthcode.hostAdaptors().storage);
});

test("a challenge is refused before anybody scans, and whatever it lacks", async () => {
  let scans = 0;
  const scan = { scan: async () => person.text.slice(scans++, 0) };
  const given = options(tracedStorage());
  const desk = await healthcode.openCheckpoint({ ...given, adaptors: { ...given.adaptors, scan } });
  for (const wrong of ["text", 7, {}, { text: "JKC1:00112233" }, { text: 7, digits: "1234" }, [], 5n]) {
    await assert.rejects(desk.scan(wrong), { code: "misuse-argument" });
    assert.throws(() => desk.verify(person.text, wrong), { code: "misuse-argument" });
  }
  assert.equal(scans, 0);
});

test("components are told of a promise in place of a phone, and keep what they had", async () => {
  const { connect } = await import(required.resolve("healthcode/components"));
  const phone = healthcode.openPhone(options(tracedStorage()));
  assert.throws(() => connect({ phone, challenge: true }), {
    code: "misuse-argument",
    message: "`phone` must be what an `open…` function gave: wait for it",
  });
  for (const wrong of [{ family: {} }, { checkpoint: "desk" }, { problem: "storage-full" }, { retry: 7 }])
    assert.throws(() => connect(wrong), { code: "misuse-argument" }, JSON.stringify(wrong));
  connect({ phone: undefined, family: null, problem: undefined, retry: undefined });
});

test("whatever goes wrong can be told: the functions for that throw nothing", () => {
  const hostile = new Proxy(new Error("x"), {
    get() {
      throw new TypeError("no");
    },
  });
  for (const value of [...Object.values(VALUES), hostile]) {
    assert.equal(healthcode.problemOf(value).code, "package-fault");
    for (const name of ["errorText", "languageOf"]) assert.ok(healthcode[name](value === hostile ? "" : value), name);
    if (value === hostile) continue;
    for (const language of ["zh-Hans", "en", value])
      for (const problem of [value, { code: value }]) assert.match(healthcode.problemText(problem, language), /[。.]$/);
  }
});

test("a drawing, a phone and a verifier of the core are freed once, however often that is said", async () => {
  await healthcode.init();
  for (const Class of [healthcode.Holder, healthcode.Verifier]) {
    const object = new Class(journey.roots);
    for (let times = 0; times < 3; times += 1) object.free();
    assert.throws(() => object.files(), { code: "misuse-freed" });
    object.free();
  }
  const qr = new healthcode.Qr("A");
  qr.free();
  qr.free();
  for (const use of [() => qr.width, () => qr.version, () => qr.modules(), () => qr.svg("A")])
    assert.throws(use, { code: "misuse-freed" });
  qr[Symbol.dispose]?.();
});
