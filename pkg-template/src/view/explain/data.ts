// How old the files are, in words.
import { stale as isStale } from "../../../../words/data.json";
import type { FileState, RulesUsed } from "../../engine/core/healthcode.js";
import { dayAndTime, isMidnight, lastDay } from "../format.js";
import { say, textsOf, wordsOf } from "../language.js";
import { kindName } from "../names.js";
import { placeName } from "../places/names.js";
import { codeText } from "../problem.js";
import { ago } from "../spans.js";

textsOf("dataAge", { stale: isStale });

/** The texts of the data panel. */
export const dataWords = wordsOf(
  "data",
  {
    title: "用的是哪些数据",
    version: (version: number) => `第${version}版`,
    issued: (when: string, age: string) => `${when}发布（${age}）`,
    from: (when: string) => `${when}起施行`,
    until: (when: string) => `有效期到${when}`,
    of: (name: string, place: string) => `${name}（${place}）`,
    stale: "已过期，请联网更新",
    rules: (title: string, issuer: string) => `${title}，由${issuer}发布`,
    failed: (why: string) => `刚才更新失败，继续使用手机上已有的数据：${why}`,
    certificate: (why: string) => `证书更新失败：${why}`,
    refresh: "联网更新",
    busy: "正在更新……",
    done: (when: string) => `${when}已更新，手机上的数据是最新的。`,
    report: (when: string, age: string) => `最近一次申报：${when}（${age}）`,
    lastCode: (when: string) => `如果一直不联网：${when}起无法出示健康码。`,
    noCode: (when: string) => `${when}起无法出示健康码，联网更新后才能出示。`,
  },
  {
    title: "Data in use",
    version: (version) => `version ${version}`,
    issued: (when, age) => `issued ${when} (${age})`,
    from: (when) => `in force from ${when}`,
    until: (when) => `valid until ${when}`,
    of: (name, place) => `${name} (${place})`,
    stale: "expired; go online to update it",
    rules: (title, issuer) => `${title}, by ${issuer}`,
    failed: (why) => `The last update failed; the data already on the phone stays in use: ${why}`,
    certificate: (why) => `The certificate could not be renewed: ${why}`,
    refresh: "Update now",
    busy: "Updating…",
    done: (when) => `Updated at ${when}. The data on this phone is the newest there is.`,
    report: (when, age) => `Last report: ${when} (${age})`,
    lastCode: (when) => `Without going online: no code can be shown from ${when}.`,
    noCode: (when) => `Since ${when} no code can be shown; go online to update.`,
  },
);

/** A file in words. */
export interface ToldFile {
  /** Different for each file. */
  key: string;
  kind: FileState["kind"];
  name: string;
  /** Version, issue and expiry, if it has them. */
  about: string[];
  /** Whether it has expired or is not in use. */
  stale: boolean;
  /** Why it is not in use; empty if it is. */
  problem: string;
}

/**
 * Files with their versions, ages and expiries: of the rules that a phone keeps, those that are shown. What a file of rules is called is
 * theirs.
 */
export function filesInWords(files: FileState[], now: number, rules?: RulesUsed): ToldFile[] {
  const t = dataWords();
  const used = files.filter(({ kind, id }) => kind !== "rule-pack" || !rules || !id || id === rules.id);
  return used.map(({ kind, id, place, version, issued, from, expires, problem }, at) => {
    const whose = rules && id === rules.id ? say(rules.title) : place === undefined ? "" : placeName(place);
    const expired = isOver(expires, now);
    const about = [
      // That of a manifest only counts hours.
      version === undefined || kind === "manifest" ? "" : t.version(version),
      issued ? t.issued(dayAndTime(issued), ago(issued, now)) : "",
      from && Date.parse(from) > now ? t.from(dayAndTime(from)) : "",
      expires ? (expired ? t.stale : t.until(isMidnight(expires) ? lastDay(expires) : dayAndTime(expires))) : "",
    ];
    return {
      key: `${kind}-${at}`,
      kind,
      name: whose === "" ? kindName(kind) : t.of(kindName(kind), whose),
      about: about.filter((part) => part !== ""),
      stale: expired || problem !== undefined,
      problem: problem ? codeText(problem) : "",
    };
  });
}

/** How old the data is, if a newer manifest should have come by now; empty if not. */
export function staleInWords(files: FileState[], now: number): string {
  const manifest = files.find(({ kind, problem }) => kind === "manifest" && problem === undefined);
  const { issued, stale, expires } = manifest ?? {};
  if (!issued || !stale || Date.parse(stale) > now || isOver(expires, now)) return "";
  return say(isStale, { age: ago(issued, now) });
}

/** How long before a code can no longer be shown that is said, in milliseconds. */
const WARNED = 6 * 3_600_000;

/** When a code can no longer be shown unless certificate and trust list are renewed, if that is soon. */
export function codeEnds(files: FileState[], now: number): number | undefined {
  const end = lastCode(files);
  return end !== undefined && end > now && end - now <= WARNED ? end : undefined;
}

/** When there can be no code any more unless certificate and trust list are renewed: then, or then already. */
export function lastCode(files: FileState[]): number | undefined {
  const needed = files.filter(
    ({ kind, problem }) => (kind === "day-certificate" || kind === "trust-list") && problem === undefined,
  );
  const end = Math.min(...needed.map(({ expires }) => (expires ? Date.parse(expires) : Number.POSITIVE_INFINITY)));
  return Number.isFinite(end) ? end : undefined;
}

/** Files that have expired, and in whose place there is no other. */
export function expiredFiles(files: FileState[], now: number): FileState[] {
  return files.filter(
    ({ kind, place, expires }) =>
      isOver(expires, now) &&
      !files.some((other) => other.kind === kind && other.place === place && !isOver(other.expires, now)),
  );
}

/** Whether this moment has come. */
const isOver = (moment: string | undefined, now: number): boolean => moment !== undefined && Date.parse(moment) <= now;
