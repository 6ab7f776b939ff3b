// A plug-in of Vite for uni-app (Vue 3): `healthcode` and its components in an app for WeChat, Alipay, Douyin and pages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type CarriedOptions, carriedFor } from "./carried.js";

/** Where uni-app keeps a platform's own components: it only takes a tag for one if its path begins there. */
const OWN = new Map([
  ["mp-weixin", "wxcomponents"],
  ["mp-alipay", "mycomponents"],
  ["mp-toutiao", "ttcomponents"],
]);

/** What an import of a component's own module means in a mini-program, where tags are all it takes. */
const NOTHING = "\0healthcode:nothing";

/** The part of a bundler's options for output that the plug-in reads. */
interface OutputOptions {
  readonly chunkFileNames?: string | ((chunk: object) => string);
  readonly paths?: Record<string, string> | ((id: string) => string);
}

/** The part of Vite's configuration that it reads: the options of its plug-in for Vue. */
interface Configured {
  readonly plugins: readonly {
    readonly name: string;
    readonly api?: {
      options?: { template?: { compilerOptions?: { isCustomElement?: (tag: string) => boolean | undefined } } };
    };
  }[];
}

interface Emitting {
  emitFile(file: { type: "asset"; fileName: string; source: Uint8Array }): string;
}

/**
 * Takes the package's build for the platform that uni-app builds for (`UNI_PLATFORM`), leaves it out of the bundle, and
 * lets every template use the components by the tags that they have on the web: `<healthcode-code />`.
 */
export function healthcode(options: CarriedOptions = {}): { name: string } {
  const platform = process.env.UNI_PLATFORM;
  const into = `${OWN.get(platform ?? "")}/healthcode`;
  const carried = carriedFor(platform, into, options);
  if (carried === undefined) return pages();
  const root = process.cwd();
  const ids = new Map<string, string>();
  return {
    name: "healthcode",
    enforce: "pre",
    resolveId: {
      order: "pre",
      handler(asked: string) {
        if (asked === NOTHING) return asked;
        const file = carried.module(asked);
        if (file === undefined) return undefined;
        if (file === "") return NOTHING;
        const id = join(root, into, file);
        ids.set(id, `${into}/${file}`);
        return { id, external: "relative" };
      },
    },
    load: (id: string) => (id === NOTHING ? "export {};" : undefined),
    // What pages.json says of every page: the components' tags, unless the app gives them another meaning.
    transform: {
      order: "pre",
      handler(code: string, id: string) {
        if (!/pages-json-js$/.test(id)) return undefined;
        const { parseJson } = createRequire(join(root, "package.json"))("@dcloudio/uni-cli-shared");
        const pages = parseJson(code, true);
        const tags = Object.fromEntries(Object.entries(carried.tags).map(([tag, path]) => [tag, `/${path}`]));
        pages.globalStyle = {
          ...pages.globalStyle,
          usingComponents: { ...tags, ...pages.globalStyle?.usingComponents },
        };
        return { code: JSON.stringify(pages), map: { mappings: "" } };
      },
    },
    outputOptions: ({ paths, ...rest }: OutputOptions) => ({
      ...rest,
      paths: (id: string) => ids.get(id) ?? (typeof paths === "function" ? paths(id) : paths?.[id]) ?? id,
    }),
    generateBundle(this: Emitting) {
      for (const { path, file } of carried.files)
        this.emitFile({ type: "asset", fileName: path, source: readFileSync(file) });
    },
  } as { name: string };
}

/**
 * In pages the components are elements, which Vue has to leave alone. uni-app names a script that a package loads later by its path,
 * `..-node_modules-…`, which is then imported as if it were a package: the dots go.
 */
function pages(): { name: string } {
  return {
    name: "healthcode",
    configResolved({ plugins }: Configured) {
      const vue = plugins.find(({ name }) => name === "vite:vue")?.api?.options;
      if (vue === undefined) return;
      vue.template ??= {};
      vue.template.compilerOptions ??= {};
      const compiler = vue.template.compilerOptions;
      const own = compiler.isCustomElement;
      compiler.isCustomElement = (tag) => tag.startsWith("healthcode-") || own?.(tag);
    },
    outputOptions: ({ chunkFileNames: own = "assets/[name]-[hash].js", ...rest }: OutputOptions) => ({
      ...rest,
      chunkFileNames: (chunk: object) =>
        (typeof own === "function" ? own(chunk) : own).replace(/(^|\/)(?:\.\.-)+/, "$1"),
    }),
  } as { name: string };
}
