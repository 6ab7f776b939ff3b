// The same journey as somebody would write it in JavaScript: @noble/curves for the signatures, cborg for CBOR,
// certlogic-js for the conditions, qrcode for the symbol. What no library does is written here, as plainly and as
// quickly as one would: it decides what `healthcode` decides, and the page compares the two before it times them.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { decode, encode, Tagged } from "cborg";
import { evaluate } from "certlogic-js";
import QRCode from "qrcode";

export const ready = async () => {};

const COLOURS = ["green", "yellow", "grey", "red"];
const MODES = ["stay", "drive-through", "rail", "air", "overnight-on-road"];
const SCORES = ["space", "time", "personal"];
const KINDS = {
  trustList: 65000,
  rulePack: 65001,
  riskTable: 65002,
  certificate: 65007,
  request: 65008,
  code: 65009,
  manifest: 65010,
};
const EDDSA = -8;
const HOUR = 3600;
const DAY = 24 * HOUR;
const EMERGENCY = 1;

// ---- signed files

const STRICT = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  rejectDuplicateMapKeys: true,
  tags: Tagged.preserve(18, 98),
};

const fail = (what) => {
  throw new Error(what);
};

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const idOf = (key) => sha512(key).subarray(0, 8);
const keyId = (key) => hex(idOf(key));
const EMPTY = new Uint8Array();

/** An object of a map with numbers for names; what is absent stays undefined. */
function record(map, names) {
  const object = {};
  for (const [key, value] of map) object[names[key] ?? fail("an unknown field")] = value;
  return object;
}

function headers(bytes) {
  const map = decode(bytes, STRICT);
  const key = map.get(4);
  return { algorithm: map.get(1), kind: map.get(3), key: key && hex(key) };
}

/** An envelope whose signatures nobody has checked. */
function parse(bytes) {
  const { tag, value } = decode(bytes, STRICT);
  const [protectedHeaders, unprotected, payload, last] = value;
  if (unprotected.size) fail("an unprotected header");
  const { kind, algorithm, key } = headers(protectedHeaders);
  const signers =
    tag === 18
      ? [{ algorithm, key, signature: last, signed: ["Signature1", protectedHeaders, EMPTY, payload] }]
      : last.map(([own, , signature]) => {
          const signed = ["Signature", protectedHeaders, own, EMPTY, payload];
          return { ...headers(own), kind, signature, signed };
        });
  if (signers.some((signer) => signer.algorithm !== EDDSA)) fail("another algorithm");
  return { kind, payload, signers };
}

const verifies = ({ signature, signed }, key) => ed25519.verify(signature, encode(signed), key, { zip215: false });

/** An envelope that these keys sign, one after another. */
function sign(kind, payload, secrets) {
  const outer = encode(new Map([[3, kind]]));
  const signatures = secrets.map((secret) => {
    const own = encode(
      new Map([
        [1, EDDSA],
        [4, idOf(ed25519.getPublicKey(secret))],
      ]),
    );
    return [own, new Map(), ed25519.sign(encode(["Signature", outer, own, EMPTY, payload]), secret)];
  });
  return encode(new Tagged(98, [outer, new Map(), payload, signatures]));
}

const HEADER = ["version", "issued", "expires", "place"];
const TRUSTED_KEY = ["key", "signer", "kinds", "place", "from", "until"];
const NAMED = ["kind", "place", "id", "version", "length", "digest"];

function fileOf(payload) {
  const map = decode(payload, STRICT);
  return { header: record(map.get(0), HEADER), body: map.get(1) };
}

/** Whether a place contains another; absent means the whole country. */
const contains = (one, other) => one === undefined || String(other ?? "").startsWith(String(one));

/** The places that a file's content is about. */
const PLACES = {
  [KINDS.trustList]: (body) => body.get(0).map((key) => key.get(3)),
  [KINDS.manifest]: (body) => body.get(0).flatMap((named) => (named.get(0) === KINDS.trustList ? [] : [named.get(1)])),
  [KINDS.rulePack]: (body) => [body.get(1)],
  [KINDS.riskTable]: (body) => riskPlaces(body),
};

const LIFE = {
  [KINDS.trustList]: () => 400 * DAY,
  [KINDS.manifest]: () => 72 * HOUR,
  [KINDS.rulePack]: (body) => (body.get(2) === EMERGENCY ? 8 : 400) * DAY,
  [KINDS.riskTable]: () => 31 * DAY,
};

/** How many different signers a kind needs, whatever the trust list says. */
const LEAST = {
  [KINDS.manifest]: () => 1,
  [KINDS.rulePack]: (body) => (body.get(2) === EMERGENCY ? 3 : 2),
  [KINDS.riskTable]: () => 2,
};

function checkContent(kind, { place, issued, expires }, body) {
  if (expires <= issued || expires - issued > LIFE[kind](body)) fail("a file that lives too long");
  if (place !== undefined && !PLACES[kind](body).every((own) => contains(place, own))) fail("a file about elsewhere");
}

function current({ issued, expires }, now) {
  if (now + 120 < issued || now >= expires) fail("a file is not current");
}

function openTrustList(bytes, pinned, now) {
  const { kind, payload, signers } = parse(bytes);
  if (kind !== KINDS.trustList) fail("another kind");
  const checked = new Map();
  const good = (key) => {
    const name = hex(key);
    if (!checked.has(name)) {
      const id = keyId(key);
      checked.set(
        name,
        signers.some((signer) => signer.key === id && verifies(signer, key)),
      );
    }
    return checked.get(name);
  };
  if (pinned.keys.filter(good).length < pinned.signers) fail("too few roots");
  const { header, body } = fileOf(payload);
  const [own, number] = [body.get(2).get(0), body.get(2).get(1)];
  if (own.filter(good).length < number) fail("too few of its own roots");
  checkContent(kind, header, body);
  current(header, now);
  const keys = body.get(0).map((entry) => {
    const key = record(entry, TRUSTED_KEY);
    return { ...key, id: keyId(key.key) };
  });
  const needed = new Map(body.get(1).map((entry) => [entry.get(0), entry.get(1)]));
  return { header, keys, needed };
}

/** Checks that enough different signers have signed who may. */
function checkSigners({ keys, needed }, { kind, signers }, place, issued, least) {
  const counted = new Set();
  for (const signer of signers) {
    const may = (own) =>
      own.id === signer.key &&
      own.kinds.includes(kind) &&
      own.from <= issued &&
      issued < own.until &&
      contains(own.place, place);
    const entry = keys.find((own) => may(own) && verifies(signer, own.key));
    if (entry) counted.add(entry.signer);
  }
  if (counted.size < Math.max(least, needed.get(kind) ?? 1)) fail("too few signers");
}

function openFile(trust, bytes, now) {
  const envelope = parse(bytes);
  const { kind } = envelope;
  const { header, body } = fileOf(envelope.payload);
  checkSigners(trust, envelope, header.place, header.issued, LEAST[kind](body));
  checkContent(kind, header, body);
  current(header, now);
  return { kind, header, body };
}

const CERTIFICATE = ["key", "place", "floor", "identity", "issued", "hours", "ground"];

function openCertificate(trust, envelope, now) {
  const certificate = record(decode(envelope.payload, STRICT), CERTIFICATE);
  const { place, floor, identity, issued, hours, ground } = certificate;
  checkSigners(trust, envelope, place, issued, 1);
  if (hours > 48) fail("a certificate that lives too long");
  if (!/^(\*{1,3}\p{L}|\p{L}\*( \p{L}\*){0,2})$/u.test(identity.get(0)) || !/^[0-9A-Z]{4}$/.test(identity.get(1)))
    fail("an identity that is not masked");
  if ((floor !== 0) !== /^[a-z0-9-]{1,18}$/.test(ground ?? "")) fail("a floor without a ground");
  if (now + 120 < issued || now >= issued + hours * HOUR) fail("not current");
  return certificate;
}

// ---- risk table

/** A place's code without the zeros that only fill up. */
function place(code) {
  for (const [length, wide] of [
    [12, 9],
    [9, 6],
    [6, 4],
    [4, 2],
  ]) {
    if (code.length === length && /^0+$/.test(code.slice(wide))) code = code.slice(0, wide);
  }
  return code;
}

/** This place and those that contain it, narrowest first. */
function containing(code) {
  const places = [12, 9, 6, 4, 2].filter((length) => length <= code.length).map((length) => code.slice(0, length));
  places.push("00");
  return places;
}

/** The places of a table's rows. */
function riskPlaces(body) {
  let sortKey = 0;
  return body.get(2).map((step) => {
    sortKey += step;
    const digits = sortKey % 16;
    return digits ? String(Math.floor(sortKey / 16)).slice(0, digits) : undefined;
  });
}

function riskTable(body) {
  const [base, unit, places, levels, from, length] = [0, 1, 2, 3, 4, 5].map((key) => body.get(key));
  const rows = new Map();
  let sortKey = 0;
  places.forEach((step, index) => {
    sortKey += step;
    const digits = sortKey % 16;
    const code = digits ? String(Math.floor(sortKey / 16)).slice(0, digits) : "00";
    const begins = base + from[index] * unit;
    const to = length[index] ? begins + length[index] * unit : Infinity;
    const row = { level: levels[index], digits, from: begins, to };
    const there = rows.get(code);
    if (there) there.push(row);
    else rows.set(code, [row]);
  });
  return rows;
}

const covering = (rows, code) => containing(code).flatMap((wide) => rows.get(wide) ?? []);

// ---- rule pack

const PACK = [
  "id",
  "region",
  "lane",
  "title",
  "issuer",
  "validFrom",
  "utcOffset",
  "window",
  "reportWithin",
  "riskGrace",
  "recognises",
  "questions",
  "measures",
  "bands",
  "thresholds",
  "courses",
  "rules",
  "sources",
];
const QUESTION = ["id", "kind", "text", "help", "required", "showIf", "options", "number", "daysBack", "placeDigits"];
const NUMBER = ["unit", "decimals", "least", "most"];
const CHOICE = ["id", "text", "alone"];
const MEASURE = ["id", "count", "levels", "modes", "within", "place", "question", "when", "rowDigits"];
const BAND = ["dimension", "measure", "steps", "when", "points", "text"];
const STEP = ["atLeast", "atMost", "points"];
const THRESHOLD = ["id", "score", "atLeast", "colour", "text", "wayBack"];
const COURSE = ["id", "steps"];
const COURSE_STEP = ["colour", "lasts"];
const RULE = ["id", "on", "when", "colour", "course", "text", "wayBack", "since"];
const TEXT = ["zh-Hans", "en"];

const expression = (value) => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, operand]) => [key, expression(operand)]));
  return Array.isArray(value) ? value.map(expression) : value;
};

/** A condition whose value is true or false. */
const condition = (value) => (value === undefined ? undefined : { if: [expression(value), true, false] });
const text = (map) => map && record(map, TEXT);

function rulePack(body) {
  const pack = record(body, PACK);
  const all = (list, names, more = () => ({})) =>
    list.map((map) => {
      const object = record(map, names);
      const texts = { text: text(object.text), wayBack: text(object.wayBack), when: condition(object.when) };
      return { ...object, ...texts, ...more(object) };
    });
  const measures = all(pack.measures, MEASURE, ({ modes }) => ({ modes: modes.map((mode) => MODES[mode]) }));
  const courses = all(pack.courses, COURSE, ({ steps }) => ({ steps: all(steps, COURSE_STEP) }));
  return {
    ...pack,
    title: text(pack.title),
    issuer: text(pack.issuer),
    questions: all(pack.questions, QUESTION, ({ showIf, options, number }) => ({
      showIf: condition(showIf),
      options: all(options, CHOICE),
      number: number && record(number, NUMBER),
    })),
    measures,
    bands: all(pack.bands, BAND, ({ steps }) => ({ steps: all(steps, STEP) })),
    thresholds: all(pack.thresholds, THRESHOLD),
    courses: new Map(courses.map((course) => [course.id, course])),
    rules: all(pack.rules, RULE),
  };
}

// ---- assessment

const iso = (seconds) => new Date(seconds * 1000).toISOString();
const seconds = (moment) => Date.parse(moment) / 1000;

class Assessor {
  constructor(pack, facts, now, here) {
    Object.assign(this, { pack, facts, now });
    this.offset = pack.utcOffset * 60;
    this.today = this.day(now);
    const start = this.windowStart(pack.window);
    this.causes = [];
    this.reasons = [];

    const reports = facts.reports.filter(({ at }) => at <= now && at >= start).sort((a, b) => a.at - b.at);
    const trips = [];
    this.told = reports.map((report, index) => {
      const { answers, visits, problems } = this.interpret(report);
      const over = index + 1 < reports.length;
      trips.push(...visits.map((visit) => (over ? { ...visit, leave: visit.leave ?? report.at } : visit)));
      if (!over && problems) this.causes.push("answers-missing");
      return { at: report.at, answers };
    });
    const newest = this.told.at(-1);
    if (!newest || newest.at < Math.max(now - (pack.reportWithin ?? Infinity), start)) {
      this.causes.push("report-missing");
    }
    const visits = [...facts.diary, ...trips].sort((a, b) =>
      a.place < b.place ? -1 : a.place > b.place ? 1 : a.arrive - b.arrive,
    );
    this.met = visits.map((visit) => this.lookUp(visit, start)).filter(Boolean);
    this.here = here ?? this.met.findLast((met) => met.open)?.visit.place;
  }

  day(moment) {
    return Math.floor((moment + this.offset) / DAY);
  }

  daysAgo(moment) {
    return this.today - this.day(moment);
  }

  windowStart(span) {
    return (this.today - Math.floor(span / DAY)) * DAY - this.offset;
  }

  interpret({ at, answers: given }) {
    const answers = {};
    const visits = [];
    let problems = 0;
    for (const question of this.pack.questions) {
      const shown = !question.showIf || evaluate(question.showIf, { answers });
      const answer = given[question.id];
      if (answer === undefined) {
        if (shown && question.required) problems += 1;
      } else if (shown) {
        const value = this.answer(question, answer, at, visits);
        if (value === undefined) problems += 1;
        else answers[question.id] = value;
      }
    }
    return { answers, visits, problems };
  }

  /** The value of an answer as rules see it; undefined if it is impossible. */
  answer({ kind, options, number, daysBack, placeDigits }, answer, at, visits) {
    const start = (date) => seconds(`${date}T00:00:00Z`) - this.offset;
    const inTime = (date) =>
      start(date) <= at && (daysBack === undefined || this.day(at) - this.day(start(date)) <= daysBack);
    const isOption = (id) => options.some((option) => option.id === id);
    switch (kind) {
      case 0:
        return typeof answer === "boolean" ? answer : undefined;
      case 1:
        return isOption(answer) ? answer : undefined;
      case 2: {
        if (!Array.isArray(answer) || !answer.every(isOption) || new Set(answer).size < answer.length) return undefined;
        const alone = options.some((option) => option.alone && answer.includes(option.id));
        return alone && answer.length > 1 ? undefined : answer;
      }
      case 3: {
        const scaled = Math.round(answer * 10 ** number.decimals);
        return scaled >= number.least && scaled <= number.most ? scaled : undefined;
      }
      case 4:
        return inTime(answer) ? iso(start(answer)) : undefined;
      case 5:
        return /^\d+$/.test(answer) && place(answer).length >= placeDigits ? place(answer) : undefined;
      default: {
        if (!answer.every((trip) => trip.to === undefined || (trip.from <= trip.to && inTime(trip.to))))
          return undefined;
        for (const { place: code, from, to, mode = "stay" } of answer) {
          const leave = to === undefined ? undefined : Math.min(start(to) + DAY, at);
          visits.push({ place: place(code), arrive: start(from), leave, mode });
        }
        return answer.map((trip) => place(trip.place));
      }
    }
  }

  /** A visit with the rows of the risk table that it met in the window. */
  lookUp(visit, start) {
    const { now } = this;
    const end = Math.min(visit.leave ?? now, now);
    if (visit.arrive > end) return undefined;
    const open = visit.leave === undefined || now < visit.leave;
    if (end < start || (end === start && !open)) return undefined;
    const from = Math.max(visit.arrive, start);
    const counted = open ? visit.arrive + Math.floor((now - visit.arrive) / 1800) * 1800 : end;
    const met = { visit, open, from, end: Math.max(counted, from), level: 0, rows: [] };
    for (const row of covering(this.facts.risk, visit.place)) {
      const touched = Math.max(from, row.from) < Math.min(end, row.to);
      const stood = (open || from === end) && row.from <= end && end < row.to;
      if (!touched && !stood) continue;
      met.level = Math.max(met.level, row.level);
      const still = open && row.from <= now && now < row.to;
      met.rows.push({ ...row, from: Math.max(from, row.from), end: Math.min(met.end, row.to), still });
    }
    return met;
  }

  levelAt(measure, code) {
    const { now } = this;
    const holds = (row) => row.from <= now && now < row.to && wanted(measure, row);
    return covering(this.facts.risk, code).reduce((level, row) => (holds(row) ? Math.max(level, row.level) : level), 0);
  }

  measure(measure) {
    const start = this.windowStart(measure.within ?? this.pack.window);
    const met = this.met.filter(
      ({ visit }) =>
        (!measure.modes.length || measure.modes.includes(visit.mode)) &&
        (measure.place === undefined || visit.place.startsWith(String(measure.place))),
    );
    const spans = ({ rows }) =>
      rows
        .filter((row) => wanted(measure, row))
        .map((row) => ({ from: Math.max(start, row.from), end: row.end }))
        .filter(({ from, end }) => from < end);
    const goesOn = ({ rows }) => rows.some((row) => row.still && wanted(measure, row));
    const answered = () => this.told.at(-1)?.answers[measure.question];
    switch (measure.count) {
      case 0:
        return met.filter((visit) => spans(visit).length || goesOn(visit)).length;
      case 1:
        return minutes(met.flatMap(spans));
      case 2:
        return met.reduce((longest, visit) => Math.max(longest, minutes(spans(visit))), 0);
      case 3: {
        if (met.some(goesOn)) return 0;
        const ends = met.flatMap(spans).map(({ end }) => end);
        return ends.length ? this.daysAgo(Math.max(...ends) - 1) : null;
      }
      case 4:
        return this.here === undefined ? null : this.levelAt(measure, this.here);
      case 5:
        return answered() === undefined ? null : this.levelAt(measure, answered());
      case 9:
        return answered() === undefined ? null : Number(answered().startsWith(String(measure.place)));
      default: {
        const days = this.daysWith(measure, start);
        if (measure.count === 7) return days.length ? this.today - days.at(-1) : null;
        if (measure.count === 8) return days.length;
        let row = 0;
        if (days.length && this.today - days.at(-1) <= 1) {
          while (row < days.length && days[days.length - 1 - row] === days.at(-1) - row) row += 1;
        }
        return row;
      }
    }
  }

  daysWith(measure, start) {
    const days = new Set();
    for (const { at, answers } of this.told) {
      if (at >= start && (!measure.when || evaluate(measure.when, { answers }))) days.add(this.day(at));
    }
    return [...days];
  }

  assess() {
    const { pack } = this;
    const newest = this.told.at(-1)?.answers ?? {};
    const measure = Object.fromEntries(pack.measures.map((one) => [one.id, this.measure(one)]));
    const today = iso(this.today * DAY - this.offset);
    const person = { checked: false, status: null, statuses: [], exempt: [] };
    const data = { today, person, measure, answers: newest };

    const scores = { space: 0, time: 0, personal: 0 };
    const contributions = [];
    for (const band of pack.bands) {
      const points = bandPoints(band, data);
      if (!points) continue;
      const dimension = SCORES[band.dimension];
      scores[dimension] = Math.min(100, scores[dimension] + points);
      contributions.push({ dimension, points, text: band.text, measure: band.measure, value: measure[band.measure] });
    }
    const total = scores.space + scores.time + scores.personal;
    for (const threshold of pack.thresholds) {
      const points = threshold.score === 3 ? total : scores[SCORES[threshold.score]];
      if (points >= threshold.atLeast) this.reasons.push({ ...reasonOf(threshold), colour: threshold.colour });
    }
    for (const rule of pack.rules) this.apply(rule, data);
    if (this.causes.length) this.reasons.push({ colour: 2 });
    const colour = this.reasons.reduce((worst, reason) => Math.max(worst, reason.colour), 0);
    const reasons = this.reasons.filter((reason) => reason.rule).sort((a, b) => severity(b) - severity(a));
    return { colour: COLOURS[colour], scores, contributions, reasons, causes: this.causes };
  }

  /** Asks a rule of all that it is about, and keeps the worst of what it says. */
  apply(rule, data) {
    let worst;
    for (const [item, since] of this.items(rule)) {
      if (!evaluate(rule.when, { ...data, ...item })) continue;
      const reason = this.progress(rule, since);
      if (reason && (!worst || severity(worst) < severity(reason))) worst = reason;
    }
    if (worst) this.reasons.push(worst);
  }

  items(rule) {
    if (rule.on === 1) {
      return this.told.map(({ at, answers }) => {
        const named = rule.since && answers[rule.since];
        const since = named ? Math.min(seconds(named) + DAY, at) : at;
        return [{ answers, report: { at: iso(at), days_ago: this.daysAgo(at) } }, since];
      });
    }
    if (rule.on === 2) {
      this.visitItems ??= this.met.map((met) => this.visitItem(met));
      return this.visitItems;
    }
    // There is no record on this journey.
    return rule.on === 0 ? [[{}, undefined]] : [];
  }

  visitItem(met) {
    const { visit, open, level, from, end, rows } = met;
    const worst = rows.filter((row) => row.level === level);
    const digits = (length) => (visit.place.length >= length ? visit.place.slice(0, length) : null);
    const fact = {
      province: digits(2),
      prefecture: digits(4),
      county: digits(6),
      level,
      row_digits: worst.reduce((most, row) => Math.max(most, row.digits), 0),
      mode: visit.mode,
      open,
      minutes: Math.floor((end - from) / 60),
      risk_minutes: minutes(worst.map(({ from, end }) => ({ from, end }))),
      arrive: iso(visit.arrive),
      leave: open ? null : iso(visit.leave),
      days_ago: open ? 0 : this.daysAgo(end),
    };
    return [{ visit: fact }, open ? undefined : end];
  }

  /** What a rule that fired says now; nothing if its course is over. */
  progress(rule, since) {
    const reason = reasonOf(rule);
    if (rule.course === undefined) return { ...reason, colour: rule.colour };
    const { steps } = this.pack.courses.get(rule.course);
    if (since === undefined) return { ...reason, colour: steps[0].colour };
    const clear = steps.reduce((end, step) => end + step.lasts, since);
    let until = since;
    for (const [index, step] of steps.entries()) {
      until += step.lasts;
      if (this.now < until)
        return { ...reason, colour: step.colour, since, until, clear, next: steps[index + 1]?.colour ?? 0 };
    }
    return undefined;
  }
}

const reasonOf = ({ id, text: why, wayBack }) => ({ rule: id, text: why, wayBack });
const severity = ({ colour, clear = 1e12 }) => colour * 1e13 + clear;

function wanted({ levels, rowDigits }, { level, digits }) {
  return (!levels.length || levels.includes(level)) && (rowDigits === undefined || digits >= rowDigits);
}

/** Whole minutes that the spans cover, overlaps once. */
function minutes(spans) {
  let covered = -Infinity;
  let sum = 0;
  for (const { from, end } of spans.sort((a, b) => a.from - b.from || a.end - b.end)) {
    sum += Math.max(0, end - Math.max(from, covered));
    covered = Math.max(covered, end);
  }
  return Math.floor(sum / 60);
}

function bandPoints({ when, measure, steps, points }, data) {
  if (when && !evaluate(when, data)) return 0;
  if (measure === undefined) return points;
  const value = data.measure[measure];
  if (value === null) return 0;
  const reached = steps.filter(({ atLeast = -Infinity, atMost = Infinity }) => value >= atLeast && value <= atMost);
  return reached.reduce((most, step) => Math.max(most, step.points), 0);
}

// ---- code

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PREFIX = "JK1:";

function toBase45(bytes) {
  let out = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const pair = bytes[at] * 256 + bytes[at + 1];
    out += BASE45[pair % 45] + BASE45[Math.floor(pair / 45) % 45] + BASE45[Math.floor(pair / 2025)];
  }
  if (bytes.length % 2) out += BASE45[bytes.at(-1) % 45] + BASE45[Math.floor(bytes.at(-1) / 45)];
  return out;
}

function fromBase45(encoded) {
  const bytes = [];
  for (let at = 0; at < encoded.length; at += 3) {
    const [a, b, c] = [...encoded.slice(at, at + 3)].map((char) => BASE45.indexOf(char));
    const value = a + 45 * b + 2025 * (c ?? 0);
    if (a < 0 || b < 0 || c < 0 || !(value < (c === undefined ? 256 : 65536))) fail("not base45");
    if (c !== undefined) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

/** A citizen's phone. */
export class Phone {
  constructor(given, saved) {
    const { pinned, random, day, reports, diary } = saved;
    Object.assign(this, { pinned, random, day, files: {}, seen: new Map() });
    this.facts = { reports, diary, risk: new Map() };
    for (const file of saved.files) this.load(file, given.now);
  }

  /** A new phone with its enrolment key. */
  static enrol(given) {
    const { keys, signers } = given.roots;
    const pinned = { keys: keys.map(fromHex), signers };
    const phone = new Phone(given, { pinned, random: given.random, reports: [], diary: [], files: [] });
    ed25519.getPublicKey(given.random);
    return phone;
  }

  /** A phone as it was saved, with its files opened again. */
  static restore(given, saved) {
    return new Phone(given, decode(saved));
  }

  save() {
    const { pinned, random, day, facts, files } = this;
    const { reports, diary } = facts;
    const opened = ["trustList", "manifest", "rulePack", "riskTable", "certificate"];
    const stored = opened.map((kind) => files[KINDS[kind]]).filter(Boolean);
    return encode({ pinned, random, ...(day && { day }), reports, diary, files: stored });
  }

  load(file, now) {
    const at = now / 1000;
    const envelope = parse(file);
    const { kind } = envelope;
    if (kind === KINDS.trustList) {
      this.trust = openTrustList(file, this.pinned, at);
      this.notOlder(kind, this.trust.header, undefined, file);
    } else if (kind === KINDS.certificate) {
      const certificate = openCertificate(this.trust, envelope, at);
      if (hex(certificate.key) !== hex(ed25519.getPublicKey(this.day))) fail("not this phone's certificate");
      this.certificate = certificate;
    } else {
      const { header, body } = openFile(this.trust, file, at);
      if (kind === KINDS.manifest) {
        this.notOlder(kind, header, header.place, file);
        this.named = body.get(0).map((map) => record(map, NAMED));
      } else {
        const [id, region] = kind === KINDS.rulePack ? [body.get(0), body.get(1)] : ["", header.place];
        const hash = this.namedInForce({ kind, place: region, id, version: header.version }, file);
        this.notOlder(kind, header, region, file);
        if (kind === KINDS.rulePack) [this.pack, this.packHash] = [rulePack(body), hash];
        if (kind === KINDS.riskTable) [this.facts.risk, this.riskHash] = [riskTable(body), hash];
      }
    }
    this.files[kind] = file;
  }

  /** How a code names the file, which the manifest must name. */
  namedInForce({ kind, place, id, version }, file) {
    const digest = sha256(file);
    const text = hex(digest);
    const names = (named) =>
      named.kind === kind &&
      named.place === place &&
      named.id === id &&
      named.version === version &&
      named.length === file.length &&
      hex(named.digest) === text;
    if (!this.named.some(names)) fail("not in the manifest");
    return digest.subarray(0, 8);
  }

  /** An equal version means equal bytes. */
  notOlder(kind, { version }, region, file) {
    const [line, digest] = [`${kind} ${region ?? ""}`, hex(sha256(file))];
    const seen = this.seen.get(line);
    if (seen && (seen.version > version || (seen.version === version && seen.digest !== digest))) fail("a rollback");
    this.seen.set(line, { version, digest });
  }

  /** The request for a day certificate, with a key of its own. */
  request({ identity: { name, digits }, day, now }) {
    this.day = day;
    const keys = [day, this.random].map((secret) => ed25519.getPublicKey(secret));
    const identity = new Map([
      [0, name],
      [1, digits],
    ]);
    const fields = [...keys, this.pack.region, identity, Math.floor(now / 1000)];
    return sign(KINDS.request, encode(new Map(fields.entries())), [this.random, day]);
  }

  report({ at, answers }) {
    this.facts.reports.push({ at: seconds(at), answers });
  }

  visit({ place: code, arrive, leave, mode = "stay" }) {
    const visit = { place: place(code), arrive: seconds(arrive), mode };
    this.facts.diary.push(leave ? { ...visit, leave: seconds(leave) } : visit);
  }

  assess(now, here) {
    return new Assessor(this.pack, this.facts, now / 1000, here && place(here)).assess();
  }

  show(now, here) {
    const colour = Math.max(COLOURS.indexOf(this.assess(now, here).colour), this.certificate.floor);
    const certificate = this.files[KINDS.certificate];
    const claims = [colour, Math.floor(now / 1000), 60, this.packHash, this.riskHash, certificate];
    const payload = encode(new Map(claims.entries()));
    const protectedHeaders = encode(
      new Map([
        [1, EDDSA],
        [3, KINDS.code],
      ]),
    );
    const signature = ed25519.sign(encode(["Signature1", protectedHeaders, EMPTY, payload]), this.day);
    return PREFIX + toBase45(encode(new Tagged(18, [protectedHeaders, new Map(), payload, signature])));
  }

  free() {}
}

const CODE = ["colour", "issued", "ttl", "rules", "risk", "certificate", "challenge"];

/** A checkpoint. */
export class Checkpoint {
  constructor({ roots: { keys, signers }, trustList, now }) {
    this.trust = openTrustList(trustList, { keys: keys.map(fromHex), signers }, now / 1000);
  }

  verify(scanned, now) {
    const at = now / 1000;
    current(this.trust.header, at);
    if (!scanned.startsWith(PREFIX)) fail("not a health code");
    const envelope = parse(fromBase45(scanned.slice(PREFIX.length)));
    if (envelope.kind !== KINDS.code) fail("another kind");
    const code = record(decode(envelope.payload, STRICT), CODE);
    const certificate = openCertificate(this.trust, parse(code.certificate), at);
    if (!verifies(envelope.signers[0], certificate.key)) fail("a bad signature");
    if (code.ttl > 60 || code.issued > at + 30 || at >= code.issued + code.ttl + 30) fail("not of this minute");
    const ends = certificate.issued + certificate.hours * HOUR;
    if (certificate.issued > code.issued + 120 || code.issued >= ends) fail("outside its certificate");
    if (code.colour < certificate.floor) fail("better than the floor");
    const [name, digits] = [certificate.identity.get(0), certificate.identity.get(1)];
    return { verdict: "accepted", colour: COLOURS[code.colour], name, digits };
  }
}

const segments = (text) => [{ data: text, mode: "alphanumeric" }];

export function svg(text) {
  let drawing;
  QRCode.toString(segments(text), { type: "svg", errorCorrectionLevel: "M" }, (error, made) => {
    drawing = made ?? fail(error.message);
  });
  return drawing;
}

export function modules(text) {
  return QRCode.create(segments(text), { errorCorrectionLevel: "M" }).modules.data;
}
