// What CDDL says of each kind.

import { isKey } from "./keys.mjs";
import { columns, compare, numbers, rows } from "./table.mjs";

export const isInt = (least, most) => (value) => Number.isInteger(value) && value >= least && value <= most;
export const isBytes =
  (least, most = least) =>
  (value) =>
    value instanceof Uint8Array && isInt(least, most)(value.length);
export const isText = (value) => typeof value === "string";
export const isList = (of) => (value) => Array.isArray(value) && value.every(of);
export const isMap = (fields, optional = {}) => {
  const known = { ...fields, ...optional };
  return (value) =>
    value instanceof Map &&
    Object.keys(fields).every((key) => value.has(Number(key))) &&
    [...value].every(([key, field]) => Object.hasOwn(known, key) && known[key](field));
};
export const isMoment = isInt(-62135596800, 253402300799);
export const isVersion = isInt(0, 2 ** 32 - 1);
export const isByte = isInt(0, 255);
export const isColour = isInt(0, 3);
const LEVELS = [2, 4, 6, 9, 12];
const isAbroad = (place) => /^(?!CN|HK|MO|TW)[A-Z]{2}(-[0-9A-Z]{1,3})?$/.test(place);
export const isPlace = (place) => {
  if (typeof place === "string") return isAbroad(place);
  const digits = String(place);
  const level = LEVELS.indexOf(digits.length);
  const province = isInt(11, 91)(Number(digits.slice(0, 2)));
  return (
    place === 0 ||
    (isInt(11, 1e12)(place) && level >= 0 && province && (level === 0 || /[1-9]/.test(digits.slice(LEVELS[level - 1]))))
  );
};
export const contains = (wide, narrow) => {
  if (typeof wide === "string" || typeof narrow === "string")
    return wide === narrow || wide === String(narrow).slice(0, 2);
  return wide === 0 || String(narrow).startsWith(String(wide));
};
export const governs = (wide, narrow) => wide === 0 || contains(wide, narrow);
export const isIdentity = isMap({ 0: isText, 1: isText });
export const isHeader = isMap({ 0: isVersion, 1: isMoment, 2: isMoment }, { 3: isPlace });

// Each kind by its content type: name, tag, and the structure of its content.
export const KINDS = new Map();
const kind = (number, name, tag, has) => KINDS.set(number, { name, tag, number, has });
const isKind = (number) => KINDS.has(number);
// What is not seen has no place in the name of a pack; U+200C and U+200D join letters of some scripts and are nothing elsewhere.
const ranges = (text) => text.split(" ").map((range) => range.split("-").map((code) => Number.parseInt(code, 16)));
const within = (ranges) => (code) => ranges.some(([first, last = first]) => first <= code && code <= last);
const isHidden = within(
  ranges(
    "0-1f 7f-9f ad 34f 61c 115f 1160 17b4 17b5 200b 200e 200f 2028-202e 2060-206f 2800 3164 fe00-fe0d feff ffa0 " +
      "fff0-fffb 1bca0-1bca3 1d159 1d173-1d17a e0000-e0fff",
  ),
);
const isJoiner = within(ranges("200c-200d"));
const isJoined = within(ranges("620-dff 1000-109f 1780-18af"));
// What chooses a letter's form, and whether a symbol is an emoji.
const isForm = within(ranges("180b-180f"));
const hasForms = within(ranges("1820-18aa"));
const isStyle = within(ranges("fe0e-fe0f"));
const hasStyles = within(ranges("203c 2049 2100-27ff 2900-2bff 1f000-1faff"));
const isSeen = (text) => {
  const codes = [...text].map((character) => character.codePointAt(0));
  const misplaced = (code, at) =>
    (isJoiner(code) && !(isJoined(codes[at - 1]) && isJoined(codes[at + 1]))) ||
    (isForm(code) && !hasForms(codes[at - 1])) ||
    (isStyle(code) && !hasStyles(codes[at - 1]));
  return !codes.some((code, at) => isHidden(code) || misplaced(code, at));
};
const isSigner = (name) =>
  isText(name) &&
  isInt(1, 120)(Buffer.byteLength(name)) &&
  /^[a-z0-9 .,'()&/:\u00e0-\u00f6\u00f8-\u00ff\u4e00-\u9fff-]+$/.test(name) &&
  !/^ | $| {2}/.test(name);
const isTrusted = isMap({ 0: isKey, 1: isSigner, 2: isList(isKind), 4: isMoment, 5: isMoment }, { 3: isPlace });
// What has one signature cannot have more, and how many roots must sign, the roots say.
const isNeeded = (needed) =>
  isMap({ 0: isKind, 1: isByte })(needed) &&
  needed.get(0) !== 65000 &&
  needed.get(1) <= (KINDS.get(needed.get(0)).tag === 98 ? 8 : 1);
export const isRoots = (roots) => {
  if (!isMap({ 0: isList(isKey), 1: isByte })(roots)) return false;
  const keys = roots.get(0).map((key) => key.toString("hex"));
  return isInt(1, 16)(keys.length) && new Set(keys).size === keys.length && isInt(1, keys.length)(roots.get(1));
};
const isLogKey = isMap({ 0: isText, 1: isKey });
const isPolicy = isMap({ 0: isList(isLogKey), 1: isByte }, { 2: isList(isLogKey) });
const lists = isMap({ 0: isList(isTrusted), 1: isList(isNeeded), 2: isRoots }, { 3: isPolicy });
kind(65000, "trust-list", 98, (list) => lists(list) && list.get(0).length <= 2048);
// Of rule packs only what says where they apply, and how many must have signed.
kind(65001, "rule-pack", 98, (pack) => pack instanceof Map && isPlace(pack.get(1)) && isInt(0, 1)(pack.get(2)));
kind(65002, "risk-table", 98, isRiskTable);
kind(65003, "exposure-list", 98, isExposureList);
const isVenueName = (name) =>
  isText(name) && isInt(1, 60)(Buffer.byteLength(name)) && name.trim() === name && isSeen(name);
kind(65011, "venue-code", 18, isMap({ 0: isPlace, 1: isVenueName, 2: isBytes(16) }));
const isStatus = isMap({ 0: isInt(0, 5), 1: isMoment });
const isTest = isMap({ 0: isText, 1: isMoment, 2: isInt(0, 1) }, { 3: isText });
const isVaccination = isMap({ 0: isText, 1: isByte, 2: isMoment });
const isExemption = isMap({ 0: isText, 1: isMoment });
const isFew = (is) => (list) => isList(is)(list) && list.length <= 64;
const more = { 3: isColour, 4: isFew(isTest), 5: isFew(isVaccination), 6: isFew(isExemption) };
kind(65006, "record", 98, isMap({ 0: isKey, 1: isList(isStatus), 2: isList(isText) }, more));
const certified = { 0: isKey, 1: isPlace, 2: isColour, 3: isIdentity, 4: isMoment, 5: isByte };
kind(65007, "day-certificate", 18, isMap(certified, { 6: isText, 7: isInt(0, 4294967295) }));
kind(65008, "certificate-request", 98, isMap({ 0: isKey, 1: isKey, 2: isPlace, 3: isIdentity, 4: isMoment }));
const isMailboxKey = isMap({ 0: isBytes(32), 1: isInt(0, 20) });
kind(
  65015,
  "certificate-answer",
  18,
  isMap(
    { 0: isBytes(0, Infinity), 1: isMailboxKey },
    { 2: isList(isBytes(1, Infinity)), 3: isBytes(1, Infinity), 4: isBytes(32) },
  ),
);
const isEntries = (entries) => isBytes(0, 1024 * 64)(entries) && entries.length % 64 === 0;
const mail = { 0: isMoment, 1: isPlace, 2: isInt(0, 20), 3: isInt(0, 4294967295), 4: isBytes(16), 5: isEntries };
kind(65014, "mailbox", 18, isMap(mail));
export const isNotice = isMap({ 0: isColour, 1: isMoment }, { 2: isText });
const claims = { 0: isColour, 1: isMoment, 2: isInt(0, 65535), 3: isBytes(8), 5: isBytes(0, Infinity) };
kind(65009, "code", 18, isMap(claims, { 4: isBytes(8), 6: isBytes(4, 8) }));
const isPurpose = (purpose) => typeof purpose === "string" && /^[a-z][a-z0-9_-]{0,11}$/.test(purpose);
const isNamed = (named) =>
  isMap(
    { 0: isKind, 2: isText, 3: isVersion, 4: isInt(1, 8388608), 5: isBytes(32) },
    { 1: isPlace, 6: isVersion, 7: isPurpose },
  )(named) &&
  [65000, 65001, 65002, 65003].includes(named.get(0)) &&
  (named.get(0) === 65001) === (named.get(2) !== "") &&
  Buffer.byteLength(named.get(2)) <= 64 &&
  (!named.has(6) || (named.get(0) === 65002 && named.get(6) < named.get(3))) &&
  (!named.has(7) || named.get(0) === 65001) &&
  isSeen(named.get(2));
const areOnce = (files) => new Set(files.map((named) => named.get(5).toString("hex", 0, 8))).size === files.length;
const isManifest = isMap({ 0: isList(isNamed) });
kind(65010, "manifest", 98, (found) => isManifest(found) && found.get(0).length <= 1024 && areOnce(found.get(0)));

// The place of a key; undefined if there is none.
function placeOf(key) {
  const [filled, length] = [(key - (key % 16)) / 16, key % 16];
  if (filled < 1e12) {
    const place = Number(String(filled).slice(0, length || 1));
    const fills = key === 0 || (String(place).padEnd(12, "0") === String(filled) && String(place).length === length);
    return fills && isPlace(place) ? place : undefined;
  }
  const [country, part] = [Math.floor(filled / 1e10) - 100, filled % 1e10];
  const letters = String.fromCharCode(65 + Math.floor(country / 26), 65 + (country % 26));
  const characters = [Math.floor(part / 16384), Math.floor(part / 128) % 128, part % 128];
  const code = String.fromCharCode(...characters).replace(/\0+$/, "");
  const place = code === "" ? letters : `${letters}-${code}`;
  return isPlace(place) && length === (code === "" ? 2 : 4) ? place : undefined;
}

// The places of a risk table's rows.
export const places = (table) => rows(table).map((row) => placeOf(row.key));

function isRiskTable(table) {
  const column = isBytes(0, 8388608);
  const fields = { 0: isMoment, 1: isInt(1, 86400), 2: isInt(0, 1e6), 3: column, 4: column, 5: column, 6: column };
  if (!isMap(fields, { 7: column })(table)) return false;
  const found = rows(table);
  const isRow = ({ key, start, end, level }) =>
    placeOf(key) !== undefined && isInt(1, 3)(level) && isMoment(start) && (end === undefined || isMoment(end));
  if (!found?.every(isRow)) return false;
  const scale = columns(found);
  return (
    found.every((row, at) => at === 0 || compare(found[at - 1], row) < 0) &&
    found.every((row, at) => at < 128 || found[at - 128].key !== row.key) &&
    [0, 1].every((field) => scale.get(field) === table.get(field))
  );
}

function isExposureList(list) {
  if (!isMap({ 0: isBytes(0, 4800000), 1: isBytes(0, 150000) })(list)) return false;
  const tags =
    list
      .get(0)
      .toString("hex")
      .match(/.{1,16}/g) ?? [];
  const levels = list.get(1);
  const level = (at) => (levels[at >> 2] >> (2 * (at % 4))) & 3;
  const room = 4 * levels.length;
  return (
    list.get(0).length % 8 === 0 &&
    levels.length === Math.ceil(tags.length / 4) &&
    tags.every((tag, at) => level(at) > 0 && (at === 0 || tags[at - 1] < tag)) &&
    Array.from({ length: room - tags.length }, (_, at) => level(tags.length + at)).every((left) => left === 0)
  );
}

const isDetached = isMap({ 0: isBytes(8), 1: isBytes(64) });
const isDelta = isMap({ 0: isBytes(32), 1: isHeader, 2: isList(isDetached), 3: isBytes(0, 8388608), 4: isRiskTable });
export const isSoundDelta = (delta) =>
  isDelta(delta) && isInt(1, 8)(delta.get(2).length) && numbers(delta.get(3)) !== undefined;
