// A plug-in of webpack for Taro and mpx: `healthcode` and its components in an app for WeChat, Alipay and Douyin.
import { readFileSync } from "node:fs";
import { type CarriedOptions, carriedFor } from "./carried.js";

/** Where each host finds a package by its name; Alipay finds this one by its path. */
const FOLDER = "miniprogram_npm/healthcode";
const ALIPAY = "healthcode";

/** What the plug-in can be told. */
interface Options extends CarriedOptions {
  /** What the app is built for, as Taro or mpx calls it. By default Taro's `TARO_ENV`. */
  readonly platform?: string;
}

/** The part of webpack that the plug-in uses. */
interface Compiler {
  readonly webpack: {
    readonly sources: { RawSource: new (content: Uint8Array) => object };
    readonly ExternalsPlugin: new (
      type: string,
      external: (asked: { request?: string }, answer: (error?: Error | null, found?: string) => void) => void,
    ) => { apply(compiler: Compiler): void };
    readonly Compilation: { readonly PROCESS_ASSETS_STAGE_ADDITIONAL: number };
  };
  readonly hooks: {
    readonly thisCompilation: { tap(name: string, act: (compilation: Compilation) => void): void };
  };
}

interface Compilation {
  emitAsset(path: string, source: object, info: { minimized: boolean }): void;
  readonly hooks: { readonly processAssets: { tap(at: { name: string; stage: number }, act: () => void): void } };
}

/**
 * Takes the package's build for the platform, leaves it out of the bundle, and adds its files to the app, so that the pages'
 * JSON can name the components: `/miniprogram_npm/healthcode/components/code/index`, in Alipay without `/miniprogram_npm`.
 */
export class HealthcodePlugin {
  private readonly options: Options;

  /** For `plugins` of webpack's configuration. */
  constructor(options: Options = {}) {
    this.options = options;
  }

  /** What webpack calls, with its compiler. */
  apply(given: object): void {
    const compiler = given as Compiler;
    const { platform = process.env.TARO_ENV, ...options } = this.options;
    const alipay = platform === "alipay" || platform === "ali";
    const carried = carriedFor(platform, alipay ? ALIPAY : FOLDER, options);
    // Pages take the package as any other.
    if (carried === undefined) return;
    const { ExternalsPlugin, Compilation, sources } = compiler.webpack;
    new ExternalsPlugin("commonjs", ({ request = "" }, answer) => {
      try {
        const file = carried.module(request);
        if (file === undefined) return answer();
        // WeChat's `require` takes no path from the app's root, but names of packages; Alipay's takes one.
        const name = alipay
          ? `/${ALIPAY}/${file}`
          : file === "index.js"
            ? "healthcode"
            : `healthcode/${file.slice(0, -3)}`;
        return answer(null, file === "" ? "var undefined" : `commonjs ${name}`);
      } catch (thrown) {
        return answer(thrown as Error);
      }
    }).apply(compiler);
    compiler.hooks.thisCompilation.tap("healthcode", (compilation) => {
      compilation.hooks.processAssets.tap(
        { name: "healthcode", stage: Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL },
        () => {
          // Minimizers leave alone what is said to be minimized.
          for (const { path, file } of carried.files)
            compilation.emitAsset(path, new sources.RawSource(readFileSync(file)), { minimized: true });
        },
      );
    });
  }
}
