// A language that an app adds through the components is known to the rest of the package: of mini-programs, of pages, and in Node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { parse } from "acorn";
import { installed } from "./installed.mjs";

const require = createRequire(import.meta.url);
const file = (path) => join(installed, path);
const load = (path) => import(pathToFileURL(file(path)).href);

const UNREACHABLE = "連不上伺服器。請檢查網路後重試。";
const told = ({ problemText }, tag) => problemText({ code: "network-unreachable" }, tag);

for (const folder of ["miniprogram_dist", "alipay"])
  test(`${folder}: components and entries have it in common`, () => {
    const [index, checkpoint, components] = ["index", "checkpoint", "components"].map((name) =>
      require(file(`${folder}/${name}.js`)),
    );
    assert.equal(told(index, "zh_TW"), "连不上服务器。请检查网络后重试。");
    const { zhHant } = require(
      file(folder === "alipay" ? "languages/zh-Hant.js" : "miniprogram_dist/languages/zh-Hant.js"),
    );
    components.addLanguage(zhHant);
    assert.equal(told(index, "zh_TW"), UNREACHABLE);
    assert.equal(told(checkpoint, "zh-Hant-HK"), UNREACHABLE);
    assert.equal(told(index, "zh_CN"), "连不上服务器。请检查网络后重试。");
    assert.equal(
      checkpoint.verdictText({ verdict: "refused", stage: "text", code: "text-not-a-health-code" }, "zh_HK"),
      "不是健康碼。這不是本系統的健康碼。請對方開啟健康碼，掃描當前的二維碼。",
    );
  });

test("pages and Node have it by each of their entries", async () => {
  for (const [entry, module] of [
    ["node/index.mjs", await load("languages/zh-Hant.mjs")],
    ["node/index.cjs", require(file("languages/zh-Hant.js"))],
    ["web/index.mjs", await load("languages/zh-Hant.mjs")],
  ]) {
    const all = await load(entry);
    all.addLanguage(module.zhHant);
    assert.equal(told(all, "zh-MO"), UNREACHABLE, entry);
  }
  assert.equal(told(await load("web/components.mjs").then(() => load("web/checkpoint.mjs")), "zh-TW"), UNREACHABLE);
});

test("old engines can read it", () => {
  parse(readFileSync(file("languages/zh-Hant.js"), "utf8"), { ecmaVersion: 5 });
  parse(readFileSync(file("languages/zh-Hant.mjs"), "utf8"), { ecmaVersion: 2017, sourceType: "module" });
});
