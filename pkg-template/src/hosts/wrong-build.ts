// Finds out that the build for web pages runs in a mini-program.
import { failure } from "../failure.js";

/** The part of a mini-program's global object that none of a page's has. */
interface MiniProgram {
  readonly getStorageSync?: unknown;
}

declare const wx: MiniProgram | undefined;
declare const my: MiniProgram | undefined;
declare const tt: MiniProgram | undefined;
declare const swan: MiniProgram | undefined;
declare const qq: MiniProgram | undefined;
declare const ks: MiniProgram | undefined;
declare const jd: MiniProgram | undefined;
declare const indexedDB: object | undefined;

/** What to import in the mini-program in which this runs, if it is one. Pages in a mini-program's web view are pages. */
function due(): string | undefined {
  if (typeof indexedDB !== "undefined") return undefined;
  const own = (host: MiniProgram | undefined) => typeof host?.getStorageSync === "function";
  // Others have an alias `wx` too.
  if (typeof swan !== "undefined" && own(swan)) return "healthcode/anywhere";
  if (typeof qq !== "undefined" && own(qq)) return "healthcode/anywhere";
  if (typeof ks !== "undefined" && own(ks)) return "healthcode/anywhere";
  if (typeof jd !== "undefined" && own(jd)) return "healthcode/anywhere";
  if (typeof tt !== "undefined" && own(tt)) return "healthcode/douyin";
  if (typeof my !== "undefined" && own(my)) return "healthcode/alipay";
  if (typeof wx !== "undefined" && own(wx)) return "healthcode/wechat";
  return undefined;
}

/**
 * Throws `misuse-wrong-build` in a mini-program whose bundler picked the web build because it was not told the platform.
 */
export function rightBuild(): void {
  const name = due();
  if (name !== undefined)
    throw failure("misuse-wrong-build", `this is the build for web pages: import "${name}" in place of "healthcode"`);
}
