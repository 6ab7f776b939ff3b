import type { FileState } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { words } from "../language.js";
import { kindName } from "../names.js";
import { codeText } from "../problem.js";
import { ago } from "../spans.js";

/** The texts of the data panel. */
export const dataWords = words(
  {
    title: "用的是哪些数据",
    version: (version: number) => `第${version}版`,
    issued: (when: string, age: string) => `${when}发布（${age}）`,
    until: (when: string) => `有效期到${when}`,
    stale: "已过期，请联网更新",
    rules: (title: string, issuer: string) => `${title}，由${issuer}发布`,
    failed: "刚才没能更新，继续使用手机上已有的数据：",
    certificate: "证书没能更新：",
    refresh: "现在更新",
    report: (when: string, age: string) => `最近一次填报：${when}（${age}）`,
  },
  {
    title: "Data in use",
    version: (version) => `version ${version}`,
    issued: (when, age) => `issued ${when} (${age})`,
    until: (when) => `valid until ${when}`,
    stale: "expired; go online to update it",
    rules: (title, issuer) => `${title}, by ${issuer}`,
    failed: "The last update failed; the data already on the phone stays in use:",
    certificate: "The certificate was not renewed:",
    refresh: "Update now",
    report: (when, age) => `Last report: ${when} (${age})`,
  },
);

/** A file in words. */
export interface ToldFile {
  kind: FileState["kind"];
  name: string;
  /** Version, issue and expiry, if it has them. */
  about: string[];
  /** Whether it has expired or is not in use. */
  stale: boolean;
  /** Why it is not in use; empty if it is. */
  problem: string;
}

/** Files with their versions, ages and expiries. */
export function filesInWords(files: FileState[], now: number): ToldFile[] {
  const t = dataWords();
  return files.map(({ kind, version, issued, expires, problem }) => {
    const expired = expires !== undefined && Date.parse(expires) <= now;
    const about = [
      version === undefined ? "" : t.version(version),
      issued ? t.issued(dayAndTime(issued), ago(issued, now)) : "",
      expires ? (expired ? t.stale : t.until(dayAndTime(expires))) : "",
    ];
    return {
      kind,
      name: kindName(kind),
      about: about.filter((part) => part !== ""),
      stale: expired || problem !== undefined,
      problem: problem ? codeText(problem) : "",
    };
  });
}
