// Compiles a mini-program as WeChat's tools do before an upload: npm packages into miniprogram_npm, then every file. It runs
// as a process of its own, because the compiler leaves workers behind.
//
//     node compile.mjs PROJECT INTO [FOLDER OF THE SUBPACKAGE THAT HAS THE PACKAGES]
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import ci from "miniprogram-ci";

const [project, into] = process.argv.slice(2, 4).map((path) => resolve(path));
const packages = join(project, process.argv[4] ?? "");

/** What the tools would ask WeChat's server for: the limits of a mini-program that is not yet released. */
const ATTRIBUTES = {
  platform: false,
  appType: 0,
  isSandbox: true,
  released: false,
  setting: {
    MaxCodeSize: 2,
    MaxSubpackageSubCodeSize: 2,
    MaxSubpackageFullCodeSize: 30,
    NavigateMiniprogramLimit: 10,
    MaxSubPackageLimit: 100,
    MinTabbarCount: 2,
    MaxTabbarCount: 5,
    MaxTabbarIconSize: 40,
  },
};

// What a framework has built has its packages already.
const packed =
  existsSync(join(packages, "package.json")) &&
  (await ci.packNpmManually({ packageJsonPath: join(packages, "package.json"), miniprogramNpmDistDir: packages }));
const compiled = await ci.getCompiledResult({
  project: new ci.Project({
    appid: "wx0000000000000000",
    type: "miniProgram",
    projectPath: project,
    privateKey: "none: nothing is uploaded",
    ignores: ["node_modules/**/*", "**/node_modules/**/*"],
    attr: async () => ATTRIBUTES,
  }),
  version: "0",
  desc: "",
  setting: { es6: true, es7: true, minify: true, autoPrefixWXSS: true },
  onProgressUpdate: () => {},
});
await rm(into, { recursive: true, force: true });
for (const [path, content] of Object.entries(compiled)) {
  await mkdir(join(into, dirname(path)), { recursive: true });
  await writeFile(join(into, path), content);
}
process.stdout.write(`\n${JSON.stringify({ packed, files: Object.keys(compiled).length })}\n`, () => process.exit(0));
