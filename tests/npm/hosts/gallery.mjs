// A page with all eight components, added to a sample app: for pictures of how they look, and for checks of it. Everyone here is made up.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const COMPONENTS = ["code", "reasons", "report", "questionnaire", "diary", "itinerary", "family", "checkpoint"];
export const PAGE = "pages/gallery/index";

const HOSTS = {
  wechat: { main: "healthcode", ending: "wxml" },
  alipay: { main: "healthcode/alipay", ending: "axml" },
};

const script = ({ main }, { language, large = false, how, asks = false }) => `
const { init, maskIdentity, openFamily } = require("${main}");
const { openCheckpoint } = require("${main}/checkpoint");
const { connect, prefer } = require("${main}/components");
const demo = require("../../demo");

const PEOPLE = {
  well: {},
  cough: { symptoms: ["dry-cough", "fatigue"] },
  returned: { residence: "returning", been_away: true, trips: [{ place: "420106", from: "2020-02-08", to: "2020-02-15" }, { place: "3205", from: "2020-02-16", mode: "rail" }] },
};

Page({
  async onLoad() {
    prefer(${JSON.stringify({ language, large })});
    // With the engine come all sentences.
    await init();
    if ("${how}" === "problem") return connect({ problem: { code: "network-unreachable", message: "" }, retry() {} });
    const options = await demo();
    const family = await openFamily(options);
    const child = await family.open("2");
    await child.refresh();
    await child.certify(maskIdentity("测试孩", "330106201501010000"));
    const phone = await family.open("1");
    await phone.refresh();
    if ("${how}" === "nameless") return connect({ phone, family });
    await phone.certify(maskIdentity("测试员", "330106190001010000"));
    const well = { residence: "resident", home: "330106", temperature: 36.5, symptoms: ["none"], household_ill: false, contact: false, been_away: false };
    const { result } = await phone.report({ ...well, ...PEOPLE.${how} });
    if (result !== "accepted") throw new Error(result);
    await phone.addVisit({ place: "330106004", arrive: "2020-02-19T10:00:00+08:00", leave: "2020-02-19T11:30:00+08:00" });
    await phone.addVisit({ place: "3301", arrive: "2020-02-20T07:00:00+08:00", mode: "rail" });
    const checkpoint = await openCheckpoint(options);
    await checkpoint.refresh();
    connect({ phone, family, checkpoint, challenge: ${asks} });
    getApp().text = (await phone.show()).code.text;
  },
});
`;

/**
 * Puts the page first in the app of a folder: in which language, in large type or not, how the person is, who may have no name yet, or no phone
 * for some problem, and whether the checkpoint asks for an answer.
 */
export async function addGallery(folder, host, look) {
  const { main, ending } = HOSTS[host];
  const place = join(folder, "pages", "gallery");
  await mkdir(place, { recursive: true });
  const usingComponents = Object.fromEntries(
    COMPONENTS.map((name) => [`hc-${name}`, `${main}/components/${name}/index`]),
  );
  await writeFile(join(place, "index.json"), JSON.stringify({ usingComponents }));
  await writeFile(join(place, "index.js"), script(HOSTS[host], look));
  await writeFile(
    join(place, `index.${ending}`),
    COMPONENTS.map((name) => `<view class="page part-${name}"><hc-${name} /></view>`).join("\n"),
  );
  const app = JSON.parse(await readFile(join(folder, "app.json"), "utf8"));
  app.pages.unshift(PAGE);
  await writeFile(join(folder, "app.json"), JSON.stringify(app));
}
