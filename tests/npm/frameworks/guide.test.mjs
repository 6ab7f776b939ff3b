// The guide to uni-app, Taro and mpx shows nothing but what the samples, which are built and run, have word for word.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { list } from "../hosts/files.mjs";
import { examples } from "../hosts/places.mjs";

const guide = fileURLToPath(
  new URL("../../../pkg-template/published/docs/mini-program-frameworks.md", import.meta.url),
);

for (const [name, title] of [
  ["uni-app", "uni-app"],
  ["taro", "Taro"],
  ["mpx", "mpx"],
]) {
  test(`${name}: each code of the guide is in the sample`, async () => {
    const text = await readFile(guide, "utf8");
    const [section] = text.slice(text.indexOf(`\n## ${title}\n`) + 1).split(/\n(?=## )/);
    const codes = [...section.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code]) => code);
    assert.ok(codes.length >= 2, section);
    const folder = join(examples, name);
    const files = await Promise.all(
      (await list(folder, ["node_modules", "dist"])).map((path) => readFile(join(folder, path), "utf8")),
    );
    for (const code of codes)
      assert.ok(
        files.some((file) => file.includes(code)),
        code,
      );
  });
}
