import { errorText, hostAdaptors, knownCodes } from "healthcode/checkpoint";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import { chooseDesk, type Desk, deskPath, type Offer, wantedRules, wantRules } from "../app/desk.ts";
import { frame } from "../app/frame.ts";
import { use } from "../app/package.ts";
import { applyPreferences } from "../app/preferences.ts";
import { demonstrated, IS_DEMO, knownDesks } from "../app/settings.ts";
import "../styles/index.css";

const text = words(
  {
    title: "健康码",
    claim: "在手机上判定、说明原因、签名；检查点不联网就能核验。",
    citizen: "我要出示健康码",
    citizenMore: "回答问卷，手机当场算出颜色、说明原因、生成二维码。",
    checkpoint: "我要核验健康码",
    checkpointMore: "用摄像头、图片或文字核验，不联网也行；扫到的内容不保存、不上传。",
    cleared: "已清除全部，这台手机上没有健康码了。",
    venue: "场所门口的屏幕",
    venueMore: "演示用的场所码，每15分钟换一个；用“行程记录”里的扫码记下。",
    purpose: "用于什么？",
    current: "今天的规则",
    past: "按演示时钟的规则",
    points: [
      ["留在手机上", "您的回答、去过的地方、分值和原因。"],
      [
        "会离开手机",
        "领取一天有效的证书时：隐去一部分的姓名、证件号码后4位、手机的公钥、地区和时间；下载时：取的是哪种用途的规则；出示时：二维码里的内容。",
      ],
      ["每次变色都有原因", "哪条规则、依据什么事实、到什么时候、怎样恢复绿码，都写明白。"],
    ],
  },
  {
    title: "Health code",
    claim: "Decided, explained and signed on the phone; verified at checkpoints without a network.",
    citizen: "Show my health code",
    citizenMore: "Answer a few questions; your phone works out the colour, says why, and makes the QR code.",
    checkpoint: "Verify health codes",
    checkpointMore: "With the camera, an image or text, and without a network. Nothing scanned is stored or sent.",
    cleared: "Everything was deleted. There is no health code on this phone any more.",
    venue: "The screen at a venue’s door",
    venueMore:
      "The demonstration’s venue has another code every quarter of an hour. Scan it from your diary of visits.",
    purpose: "What is it for?",
    current: "today’s rules",
    past: "rules by the demonstration’s clock",
    points: [
      ["Stays on the phone", "Your answers, where you have been, your scores and reasons."],
      [
        "Leaves the phone",
        "To get a certificate valid for one day: your masked name, the last 4 characters of your document number, the phone’s public keys, the region and the time. With downloads: which purposes the rules are for. When you show your code: what is in it.",
      ],
      ["No colour without a reason", "Which rule, on which fact, until when, and what leads back to green."],
    ],
  },
);

/** What the demo server has desks for; `undefined` if this is no demo, or nobody knows. */
let desks: Desk[] | undefined = knownDesks();
/** Whether somebody comes here because everything was deleted. */
const cleared = location.hash === "#cleared";

/** The choice between what the demo's desks have rules for, the main one first. */
function purposes(all: Desk[]): TemplateResult {
  const t = text();
  const choose =
    ({ path }: Desk, offer: Offer) =>
    () => {
      chooseDesk(path);
      wantRules(offer.for);
      update();
    };
  const chosen = ({ path, rules }: Desk, offer: Offer) => {
    const wanted = rules.find((one) => one.for === wantedRules()) ?? rules[0];
    return path === deskPath() && offer === wanted;
  };
  const option = (desk: Desk, offer: Offer) => html`<label>
    <input type="radio" name="purpose" .checked=${chosen(desk, offer)} @change=${choose(desk, offer)} />
    <span>${say(offer.title)} <span class="hint">${desk.path === "" ? t.past : t.current}</span></span>
  </label>`;
  return html`<fieldset>
    <legend>${t.purpose}</legend>
    <div class="options">${all.map((desk) => desk.rules.map((offer) => option(desk, offer)))}</div>
  </fieldset>`;
}

function view(): TemplateResult {
  const t = text();
  const content = html`
    ${cleared ? html`<p role="status"><strong>${t.cleared}</strong></p>` : nothing}
    <p class="claim">${t.claim}</p>
    ${desks && desks.length > 1 ? purposes(desks) : nothing}
    <nav class="doors">
      <a class="door" href="/citizen.html"><strong>${t.citizen}</strong> <span>${t.citizenMore}</span></a>
      <a class="door" href="/checkpoint.html"><strong>${t.checkpoint}</strong> <span>${t.checkpointMore}</span></a>
      ${desks ? html`<a class="door" href="/venue.html"><strong>${t.venue}</strong> <span>${t.venueMore}</span></a>` : nothing}
    </nav>
    <dl class="points">
      ${t.points.map(([name, more]) => html`<div><dt>${name}</dt><dd>${more}</dd></div>`)}
    </dl>
  `;
  return frame({ title: t.title, demo: desks !== undefined || IS_DEMO, content, redraw: update });
}

function update(): void {
  const root = document.querySelector<HTMLElement>("#app");
  if (root) render(view(), root);
}

use({ errorText, hostAdaptors, knownCodes });
applyPreferences();
update();
// This page only needs to know whether this is a demo; the next ones report network problems.
demonstrated()
  .then((found) => {
    desks = found;
    update();
  })
  .catch(() => undefined);
