// A checkpoint's verdict in words, and who vouches for what.
import type { Accepted, Part, Party, Place } from "../engine/core/healthcode.js";
import { colourWord } from "./explain/names.js";
import { seconds } from "./format.js";
import { wordsOf } from "./language.js";
import { placeName, placesAreComing } from "./places/names.js";

export { type Doubt, doubtInWords, type Glance, isPerson, shownBeforeInWords, verdictInWords } from "./glance.js";
export { purposeInWords } from "./purpose.js";

/** How long a verdict is shown, in milliseconds, unless somebody continues before. */
export const VERDICT = 20_000;
/** The same while somebody reads its details. */
export const READING = 120_000;

/** The texts around a verdict. */
export const verdictWords = wordsOf(
  "verdict",
  {
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
    lookFirst: "先看对方的手机：时间在走、是同一个码，再放行",
    picture: "这个码是从图片里读出的，只供测试和记录；截图和照片不能当健康码用。",
  },
  {
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
      challenge: "This checkpoint’s number",
    },
    code: "Cause",
    lookFirst: "Look at their phone first: the same code, and a clock that runs. Then let them through",
    picture:
      "This was read from an image, which is for tests and records only: a screenshot or photo of a code is not valid.",
  },
);

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
