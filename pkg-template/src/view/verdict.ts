// A checkpoint's verdict in words.
import type { Accepted, Part, Party, Place, Stage, Verdict } from "../engine/core/healthcode.js";
import type { Judgement } from "../phone/challenge.js";
import { colourWord } from "./explain/names.js";
import { seconds } from "./format.js";
import { words } from "./language.js";
import { colourName, type Sign } from "./names.js";
import { placeName, placesAreComing } from "./places/names.js";

/** How long a verdict is shown, in milliseconds, unless somebody continues before. */
export const VERDICT = 20_000;

/** The steps of verifying at which what was scanned is no code that could be read. */
const UNREAD: Stage[] = ["text", "envelope"];

/** The texts of a verdict besides its cause. */
export const verdictWords = words(
  {
    accepted: "已核验，是真码",
    answered: "已核验，是真码，口令也对",
    shownBefore: (when: string) => `这个码在${when}出示过。如果不是同一个人，请仔细核对。`,
    refused: "不接受",
    undecided: "无法判定",
    unread: "请再扫一次",
    todo: {
      green: "核对证件后放行",
      yellow: "先不要放行，按当地对黄码的规定处理",
      red: "不要放行，请联系卫生部门",
      refused: "不要放行",
    },
    compare: "请与证件核对",
    name: "姓名",
    digits: "证件号码后4位",
    made: (when: string) => `${when}生成`,
    next: "下一位",
    resets: (left: number) => `${left}秒后自动清除`,
    word: "每一项由谁担保",
    issuer: "卫生部门签名担保",
    holder: "只由对方手机提供",
    holderNote: "应用如果被改动，这几项可能不实；但颜色不会好于卫生部门的登记。",
    parts: {
      identity: "姓名和号码",
      floor: (colour: string) => `卫生部门登记：${colour}`,
      noFloor: "卫生部门没有登记限制",
      colour: (colour: string) => `颜色：${colour}`,
      moment: "生成时间",
      rules: (region: string, version: number) => `${region}的规则第${version}版`,
      someRules: (version: number) => `规则第${version}版`,
      country: "全国",
      unknownRules: "规则不在本机的发布清单里",
      risk: (version: number) => `风险数据第${version}版`,
      unknownRisk: "风险数据有几份，或不在本机的发布清单里",
      also: (one: string, other: string) => `${one}；${other}`,
      challenge: "口令",
    },
    code: "原因代码",
  },
  {
    accepted: "Verified: a genuine code",
    answered: "Verified: a genuine code that answers the challenge",
    shownBefore: (when) => `Shown before, at ${when}. If that was somebody else, check closely.`,
    refused: "Refused",
    undecided: "Undecided",
    unread: "Scan again",
    todo: {
      green: "Check the document, then let them through",
      yellow: "Do not let them through yet; follow the local rules for yellow codes",
      red: "Do not let them through; call the health authority",
      refused: "Do not let them through",
    },
    compare: "Compare with the identity document",
    name: "Name",
    digits: "Number ends in",
    made: (when) => `made at ${when}`,
    next: "Next",
    resets: (left) => `Clears itself in ${left} s`,
    word: "Who vouches for what",
    issuer: "Signed by the health authority",
    holder: "The holder’s phone alone",
    holderNote:
      "If its app was modified, this may be untrue; but the colour is never better than the health authority’s record.",
    parts: {
      identity: "Name and number",
      floor: (colour) => `On record: ${colour}`,
      noFloor: "Nothing on record against it",
      colour: (colour) => `Colour: ${colour}`,
      moment: "When it was made",
      rules: (region, version) => `Rules of ${region}, version ${version}`,
      someRules: (version) => `Rules, version ${version}`,
      country: "the whole country",
      unknownRules: "Rules not in this device’s manifest",
      risk: (version) => `risk data version ${version}`,
      unknownRisk: "risk data from several files, or not in the manifest",
      also: (one, other) => `${one}; ${other}`,
      challenge: "Answer to the challenge",
    },
    code: "Cause",
  },
);

/** A verdict at a glance. */
export interface Glance {
  sign: Sign;
  word: string;
  /** What to do; empty if the cause says it. */
  todo: string;
  /** What was found. */
  under: string;
}

/** The sign of a verdict, its word, what to do, and the line below. */
export function verdictInWords(verdict: Verdict): Glance {
  const t = verdictWords();
  switch (verdict.verdict) {
    case "accepted": {
      const { colour } = verdict;
      const answered = verdict.vouched.some(({ what }) => what === "challenge");
      const todo = colour === "grey" ? "" : t.todo[colour];
      return { sign: colour, word: colourName(colour), todo, under: answered ? t.answered : t.accepted };
    }
    case "refused":
      // What could not be read says nothing about whoever showed it.
      if (UNREAD.includes(verdict.stage)) return { sign: "grey", word: t.unread, todo: "", under: "" };
      return { sign: "refused", word: t.refused, todo: t.todo.refused, under: "" };
    case "undecided":
      return { sign: "grey", word: t.undecided, todo: "", under: "" };
  }
}

/** That the same code was shown before, if it was. */
export const shownBeforeInWords = ({ shownBefore }: Judgement): string =>
  shownBefore === undefined ? "" : verdictWords().shownBefore(seconds(shownBefore));

/** When an accepted code was made. */
export const madeInWords = ({ issued }: Accepted): string => verdictWords().made(seconds(issued));

/** The parts that one party vouches for, in words. */
export function vouchedInWords(verdict: Accepted, party: Party): string[] {
  return verdict.vouched.filter(({ by }) => by === party).map(({ what }) => partInWords(what, verdict));
}

function partInWords(part: Part, verdict: Accepted): string {
  const { parts } = verdictWords();
  switch (part) {
    case "floor":
      return verdict.floor === "green" ? parts.noFloor : parts.floor(colourWord(verdict.floor));
    case "colour":
      return parts.colour(colourWord(verdict.colour));
    case "files":
      return filesInWords(verdict);
    default:
      return parts[part];
  }
}

/** Which rules and risk data a phone says that it used: a code names them by hash, and the checkpoint's manifest knows some. */
function filesInWords({ rules, risk }: Accepted): string {
  const { parts } = verdictWords();
  const told = rules.named ? rulesInWords(rules.named) : parts.unknownRules;
  if (risk === undefined) return told;
  return parts.also(told, risk.named ? parts.risk(risk.named.version) : parts.unknownRisk);
}

function rulesInWords({ region, version }: { region?: Place; version: number }): string {
  const { parts } = verdictWords();
  if (region === undefined) return parts.rules(parts.country, version);
  return placesAreComing() ? parts.someRules(version) : parts.rules(placeName(region), version);
}
