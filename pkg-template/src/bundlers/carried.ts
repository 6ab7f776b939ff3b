// What of the package an app of a mini-program carries beside what its bundler makes, as files: the components and the app's
// own scripts must share one engine, so a bundler leaves the package's scripts as they are.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The components that a mini-program can have, by the folder that each is in. */
const COMPONENTS = ["checkpoint", "code", "diary", "family", "itinerary", "questionnaire", "reasons", "report"];

/** What the bundlers' plug-ins can be told. */
export interface CarriedOptions {
  /** The components that the app uses, by name: `["questionnaire", "code"]`. By default all eight. */
  readonly components?: readonly string[];
  /**
   * Whether the app verifies codes, which takes a second, smaller engine along. By default where it uses the component
   * `checkpoint`.
   */
  readonly checkpoint?: boolean;
}

/** A kind of mini-program: the package's folder for it, whether it has components, and where its engine's files are looked for. */
interface Kind {
  readonly folder: string;
  readonly components: boolean;
  readonly engine: string | undefined;
}

/** Where WeChat and Douyin look for the engine unless `init` is told another path. */
const ENGINE = "miniprogram_npm/healthcode";

const WECHAT: Kind = { folder: "miniprogram_dist", components: true, engine: ENGINE };
const ALIPAY: Kind = { folder: "alipay", components: true, engine: undefined };
const DOUYIN: Kind = { folder: "douyin", components: false, engine: ENGINE };

/** The kinds by what uni-app, Taro and mpx call them. Whatever is not here is no mini-program that the package has a build for. */
const KINDS = new Map<string | undefined, Kind>([
  ["mp-weixin", WECHAT],
  ["weapp", WECHAT],
  ["wx", WECHAT],
  ["mp-alipay", ALIPAY],
  ["alipay", ALIPAY],
  ["ali", ALIPAY],
  ["mp-toutiao", DOUYIN],
  ["tt", DOUYIN],
]);

/** A file of the app: its path there, and where it is in the package. */
export interface CarriedFile {
  readonly path: string;
  readonly file: string;
}

/** What an app carries, and what its scripts' imports mean in it. */
export interface Carried {
  /** The tags of the components, by the path of each without its ending. */
  readonly tags: Readonly<Record<string, string>>;
  readonly files: readonly CarriedFile[];
  /**
   * The file that an import means, from the package's folder in the app; `""` for one that only registers components, which
   * mini-programs do by their tags; undefined for what is not the package's.
   */
  module(asked: string): string | undefined;
}

/** What is imported: of which host, and which part. */
const IMPORT = /^healthcode(?:\/(wechat|alipay|douyin))?(?:\/(checkpoint|components)(\/\w+)?)?$/;

const engineName = (name: string) => /\.wasm\.br$/.test(name);
const ofCheckpoint = (name: string) => /^checkpoint\./.test(name);

/** What an app for a platform carries, with the package's folder at `into`; undefined where it carries nothing. */
export function carriedFor(
  platform: string | undefined,
  into: string,
  options: CarriedOptions = {},
): Carried | undefined {
  const other = Object.keys(options).find((name) => name !== "components" && name !== "checkpoint");
  if (other !== undefined) throw new Error(`healthcode's plug-in takes no "${other}", only components, checkpoint`);
  const { components = COMPONENTS, checkpoint = components.includes("checkpoint") } = options;
  const kind = KINDS.get(platform);
  if (kind === undefined) return undefined;
  const unknown = components.find((name) => !COMPONENTS.includes(name));
  if (unknown !== undefined) throw new Error(`healthcode has no component "${unknown}", only ${COMPONENTS.join(", ")}`);
  const root = join(__dirname, "..");
  const names = kind.components ? components : [];
  const files: CarriedFile[] = [];
  const take = (from: string, to: string, which: (name: string) => boolean) => {
    for (const entry of readdirSync(join(root, from), { withFileTypes: true }))
      if (entry.isFile() && which(entry.name))
        files.push({ path: `${to}/${entry.name}`, file: join(root, from, entry.name) });
  };
  const wanted = (name: string) => checkpoint || !ofCheckpoint(name);
  take(kind.folder, into, (name) => !engineName(name) && wanted(name) && !/worker\.js$/.test(name));
  if (kind.engine !== undefined) take(".", kind.engine, (name) => engineName(name) && wanted(name));
  if (names.length > 0) take(`${kind.folder}/components`, `${into}/components`, () => true);
  for (const name of names) take(`${kind.folder}/components/${name}`, `${into}/components/${name}`, () => true);
  const host = kind === WECHAT ? "wechat" : kind === ALIPAY ? "alipay" : "douyin";
  return {
    tags: Object.fromEntries(names.map((name) => [`healthcode-${name}`, `${into}/components/${name}/index`])),
    files,
    module(asked) {
      const found = IMPORT.exec(asked);
      if (found === null || (found[1] ?? host) !== host) return undefined;
      const [, , part = "index", component] = found;
      if (part === "components" && !kind.components)
        throw new Error(`healthcode has no components for ${platform}: ask phone.questions(), draw with drawQr()`);
      if (part === "checkpoint" && !checkpoint)
        throw new Error(`the app imports "${asked}": give healthcode's plug-in \`checkpoint: true\``);
      return component === undefined ? `${part}.js` : "";
    },
  };
}
