import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse as parseScript } from "acorn";
import { TmplGroup } from "glass-easel-template-compiler";
import { names } from "./components.mjs";
import { mini } from "./mini.mjs";
import { forHost, parse } from "./template.mjs";
import { web } from "./web.mjs";

const out = fileURLToPath(new URL("../out/", import.meta.url));
const made = (...path) => readFileSync(join(out, ...path), "utf8");
const read = (source) => parse(source, "a.xml", () => []);
/** What stands between the root's tags. */
const inner = (source, host) =>
  mini(forHost(read(source), host), host, "a")
    .replace(/^<view class="[^"]*">/, "")
    .replace(/<\/view>\n$/, "");

test("what is no template is refused, with its line", () => {
  const refused = (source, why) => assert.throws(() => read(source), why, source);
  refused("<template><p>a</template>", /a\.xml:/);
  refused("<template>\n<marquee/></template>", /a\.xml:2: there is no element <marquee>/);
  refused('<template><p onclick="x"/></template>', /<p> has no attribute onclick/);
  refused("<template><p>{a + b}</p></template>", /"a \+ b" is no dotted path/);
  refused("<template><p>{a()}</p></template>", /is no dotted path/);
  refused("<template>text</template>", /text stands within an element/);
  refused("<template><span><p/></span></template>", /<span> holds text only/);
  refused("<template><p><span>{a}</span><span>{b}</span></p></template>", /ends without a space/);
  refused('<template><p else=""/></template>', /follows no if/);
  refused('<template><p for="a in b"/></template>', /for wants/);
  refused('<template><p for="a in b" key="id" if="c"/></template>', /either for or if/);
  refused('<template><button on-tap="a.b"/></template>', /the name of a handler/);
});

test("one template is the same for each host in its own words", () => {
  const source = `<template><p if="!a.b">{t} &amp; "c"</p><div else=""><choice for="o in list" key="id" type="radio" name="n" value="{o.id}" checked="{o.on}" data-id="{o.id}" on-tap="pick">{o.says}</choice></div></template>`;
  assert.equal(
    inner(source, "wechat"),
    '<view wx:if="{{!a.b}}">{{t}} &amp; &quot;c&quot;</view><view wx:else><view wx:for="{{list}}" wx:for-item="o" wx:key="id" ' +
      'class="{{o.on ? \'chosen\' : \'\'}}" aria-role="radio" aria-checked="{{o.on}}" data-id="{{o.id}}" bind:tap="pick">' +
      '<view class="mark radio" aria-hidden="true" /><view class="label">{{o.says}}</view></view></view>',
  );
  assert.equal(inner(source, "alipay"), inner(source, "wechat").replaceAll("wx:", "a:").replace("bind:tap", "onTap"));
  const { length } = web(read(source), { view: "V", from: "v.js" }).match(
    /html`\$\{!d\.a\.b \? html`<p>\$\{d\.t\} &amp; &quot;c&quot;<\/p>` : html`<div>\$\{repeat\(d\.list, \(o\) => o\.id, \(o\) => html`<label><input type="radio" name="n" \.checked=\$\{live\(o\.on\)\} value="\$\{o\.id\}" data-id="\$\{o\.id\}" @change=\$\{on\("pick"\)\} \/>/,
  );
  assert.equal(length, 1);
});

test("a day is picked by an element, or where there is none by a call", () => {
  const source =
    '<template><date class="f" value="{v}" from="" to="{most}" placeholder="{p}" aria-label="{l}" data-id="1" on-change="day"/></template>';
  assert.equal(
    inner(source, "wechat"),
    '<picker mode="date" value="{{v}}" start="" end="{{most}}" data-id="1" bind:change="day"><view class="f" aria-label="{{l}} {{v || p}}" aria-role="button">{{v || p}}</view></picker>',
  );
  assert.equal(
    inner(source, "alipay"),
    '<view class="f" aria-label="{{l}} {{v || p}}" aria-role="button" data-id="1" onTap="pick" data-handler="day" data-format="yyyy-MM-dd" data-value="{{v}}" data-from="" data-to="{{most}}">{{v || p}}</view>',
  );
});

test("each host gets what is meant for it", () => {
  const source = '<template><p host="wechat">a</p><p host="alipay web">b</p></template>';
  assert.equal(inner(source, "wechat"), "<view>a</view>");
  assert.equal(inner(source, "alipay"), "<view>b</view>");
});

test("no host goes without what the others get", () => {
  const holds = (inside) => () => read(`<template>${inside}</template>`);
  assert.throws(holds('<p host="wechat">a</p><p host="web">b</p><p>c</p>'), /alipay get nothing where other hosts do/);
  assert.throws(holds('<div><p host="alipay web">a</p></div>'), /in <div>, wechat get nothing/);
  assert.throws(holds('<p host="wechat web">a</p><p host="alipay web">b</p>'), /web gets two/);
  assert.doesNotThrow(holds('<p host="wechat">a</p><p host="alipay web">b</p><p host="web alipay wechat">c</p>'));
});

test("a part is put in place with its own paths", () => {
  const part = () => parse("<template><p>{place.name} {other}</p></template>", "place.xml");
  const nodes = parse(
    '<template><div for="q in all" key="id"><use part="place" of="q.place"/></div></template>',
    "a.xml",
    part,
  );
  assert.match(mini(nodes, "wechat", "a"), /<view>\{\{q\.place\.name\}\} \{\{other\}\}<\/view>/);
});

test("the templates of all components compile for WeChat without a warning", () => {
  assert.ok(names.length >= 8);
  for (const name of names) {
    const group = new TmplGroup();
    assert.deepEqual(
      [...group.addTmpl(`${name}/index`, made("miniprogram_dist", "components", name, "index.wxml"))],
      [],
      name,
    );
    group.free();
  }
});

/** As much of Alipay's templates as components use: elements with their events. */
const ALIPAY = {
  view: ["onTap"],
  text: [],
  button: ["onTap"],
  input: ["onInput", "onBlur", "onConfirm"],
  textarea: ["onInput"],
  picker: ["onChange"],
  canvas: ["onReady"],
};
const STEERING = new Set(["a:if", "a:elif", "a:else", "a:for", "a:for-item", "a:key"]);

test("the templates of all components keep to Alipay's rules", () => {
  for (const name of names) {
    const source = made("alipay", "components", name, "index.axml");
    const elements = [...source.matchAll(/<([a-z]+)((?:\s[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/g)];
    assert.equal(elements.length, source.match(/<[a-z]/gi).length, `${name}: every element is read`);
    for (const [, tag, attributes] of elements) {
      assert.ok(tag in ALIPAY, `${name}: <${tag}>`);
      for (const [, attribute] of attributes.matchAll(/\s([^\s=]+)(?:="[^"]*")?/g)) {
        if (attribute.startsWith("a:")) assert.ok(STEERING.has(attribute), `${name}: ${attribute}`);
        if (attribute.startsWith("on")) assert.ok(ALIPAY[tag].includes(attribute), `${name}: ${attribute} of <${tag}>`);
        assert.doesNotMatch(attribute, /^(wx:|bind|catch)/, name);
      }
    }
    for (const [, expression] of source.matchAll(/\{\{(.*?)\}\}/g)) {
      assert.match(expression, /^!?[\w.]+(\[[\w.]+\]| \|\| [\w.]+| \? 'chosen' : '')?$/, name);
    }
    const tags = source.replace(/<[^>]*\/>/g, "");
    assert.equal(tags.match(/<[a-z]/g).length, tags.match(/<\//g).length, `${name}: tags are closed`);
  }
});

test("Alipay's scripts are ES5, WeChat's ES2015, and none touches what a mini-program has not", () => {
  for (const [folder, ecmaVersion] of [
    ["alipay", 5],
    ["miniprogram_dist", 2015],
  ]) {
    const files = readdirSync(join(out, folder), { recursive: true }).filter((file) => file.endsWith(".js"));
    assert.ok(files.length > names.length, folder);
    for (const file of files) {
      const source = made(folder, file);
      assert.doesNotThrow(() => parseScript(source, { ecmaVersion, sourceType: "script" }), `${folder}/${file}`);
      assert.doesNotMatch(
        source,
        /\b(?:window|document|globalThis|navigator|localStorage|eval|Intl)\b\s*[.(]|new Function/,
        `${folder}/${file}`,
      );
    }
  }
});

test("styles for mini-programs select by class alone", () => {
  const sheets = [
    ["miniprogram_dist", "wxss"],
    ["alipay", "acss"],
  ].flatMap(([folder, kind]) => [
    made(folder, "components", `style.${kind}`),
    ...names.map((name) => made(folder, "components", name, `index.${kind}`)),
  ]);
  for (const sheet of sheets) {
    const rules = sheet.replace(/@import[^;]*;|@media[^{]*\{/g, "");
    const read = [...rules.matchAll(/(?:^|\})\s*([^{}@]+)\{/g)];
    assert.equal(read.length, rules.split("{").length - 1, "every rule is read");
    for (const [, selectors] of read) {
      for (const one of selectors.split(",")) {
        // WeChat's components take neither elements, ids nor attributes.
        assert.match(one.trim(), /^(\.[\w-]+(::?after)?[ ]?)+$/, one);
      }
    }
  }
});
