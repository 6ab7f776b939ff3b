// Writes the API reference of an assembled package from its types: `node make.mjs PACKAGE`.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";

const folder = resolve(process.argv[2]);
const into = join(folder, "docs", "reference");
const types = join(folder, "types", "esm");
const config = join(folder, "docs", "tsconfig.json");
const compilerOptions = { target: "ES2022", module: "ESNext", moduleResolution: "bundler", lib: ["ES2022", "ESNext.Disposable", "DOM"], types: [], skipLibCheck: true };
writeFileSync(config, JSON.stringify({ compilerOptions, files: [join(types, "hosts", "wechat.d.ts"), join(types, "components", "open.d.ts")] }));

const app = await Application.bootstrapWithPlugins({
  plugin: [fileURLToPath(import.meta.resolve("typedoc-plugin-markdown"))],
  tsconfig: config,
  entryPoints: [join(types, "hosts", "wechat.d.ts"), join(types, "components", "open.d.ts")],
  name: "healthcode",
  readme: "none",
  out: into,
  logLevel: "Error",
  disableSources: true,
  disableGit: true,
  excludePrivate: true,
  hideGenerator: true,
  sort: ["source-order"],
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
});
const project = await app.convert();
if (project === undefined) throw new Error("the types have errors");
await app.generateOutputs(project);

/** The crate's comments name their sections as Rust does, which would be headings of the whole page. */
const own = (page) => page.replace(/^# (Errors|Panics|Examples)$/gm, "**$1**");
const pages = [["hosts/wechat.md", "api.md", "The API of every host's entry"], ["components/open.md", "components.md", "What the components' module gives to an app"]];
for (const [from, to, title] of pages) {
  const page = own(readFileSync(join(into, from), "utf8")).replace(/^# .*$/m, `# ${title}`);
  writeFileSync(join(folder, "docs", to), page);
}
rmSync(into, { recursive: true });
rmSync(config);
