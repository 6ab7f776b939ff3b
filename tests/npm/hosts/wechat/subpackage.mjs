// The WeChat sample as a subpackage of an app that had nothing to do with health codes before, as docs/wechat.md says.
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const SUBPACKAGE = "packages/health";
const PATH = `/${SUBPACKAGE}/miniprogram_npm/healthcode/healthcode.wasm.br`;

/** Makes of the sample in one folder an app in another, whose first page leads to the subpackage. */
export async function subpackage(from, into) {
  await cp(from, into, { recursive: true, filter: (path) => !path.includes("miniprogram_npm") });
  const inner = join(into, SUBPACKAGE);
  await mkdir(inner, { recursive: true });
  for (const name of ["package.json", "node_modules", "pages", "health.js", "config.js", "demo.js", "words.js"])
    await rename(join(into, name), join(inner, name));
  for (const page of await readdir(join(inner, "pages")))
    await change(join(inner, "pages", page, "index.js"), (text) =>
      `require("../../demo");\n${text}`.replaceAll('"/pages/', `"/${SUBPACKAGE}/pages/`),
    );
  await change(join(inner, "health.js"), (text) => text.replace("init()", `init({ path: "${PATH}" })`));
  // What is in a subpackage, an app's own script cannot require: the pages do.
  await writeFile(join(into, "app.js"), "App({});");
  await change(join(into, "app.json"), (text) => {
    const { pages, ...app } = JSON.parse(text);
    return JSON.stringify({ ...app, pages: ["pages/home/index"], subPackages: [{ root: SUBPACKAGE, pages }] });
  });
  const home = join(into, "pages", "home");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "index.json"), "{}");
  await writeFile(
    join(home, "index.js"),
    `Page({ open() { wx.navigateTo({ url: "/${SUBPACKAGE}/pages/code/index" }); } });`,
  );
  await writeFile(join(home, "index.wxml"), '<button class="open" bind:tap="open">健康码</button>');
}

async function change(path, act) {
  const before = await readFile(path, "utf8");
  await writeFile(path, act(before));
}
