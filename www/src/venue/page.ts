// The screen at the door of the demo's venue: another code every quarter of an hour.
import { drawQr, errorText, hostAdaptors, init, knownCodes, type Problem, problemOf } from "healthcode/checkpoint";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { time } from "view/format.ts";
import { words } from "view/language.ts";
import { asText } from "../app/as-text.ts";
import { deskPath } from "../app/desk.ts";
import { frame } from "../app/frame.ts";
import { own, use } from "../app/package.ts";
import { applyPreferences } from "../app/preferences.ts";
import { PageProblem } from "../app/problem.ts";
import { problemText } from "../i18n/errors/problem.ts";
import "../styles/index.css";

const text = words(
  {
    title: "场所码",
    about: "进门请扫码，记在您自己的手机上，不上传。",
    until: (moment: string) => `${moment}换成下一个码；截图转发，到时就不能用了。`,
    asTextMore: "没有摄像头时，在“行程记录”里选“扫场所码”，把这段文字粘贴进去。",
  },
  {
    title: "Venue",
    about: "Scan this as you come in. It goes into your own phone’s diary and nowhere else.",
    until: (moment) => `The next code comes at ${moment}; a picture of this one is of no use then.`,
    asTextMore: "Without a camera, choose “Scan a venue’s code” in the diary of visits and paste this there.",
  },
);

/** What the server says that the screen shows. */
interface Shown {
  name: string;
  text: string;
  until: string;
  now: string;
}

/** How wide the code is at most, in CSS pixels. */
const WIDEST = 560;

let shown: Shown | undefined;
let problem: Problem | undefined;

function view(): TemplateResult {
  const t = text();
  const content = html`<section class="panel venue">
    <p>${t.about}</p>
    ${
      shown
        ? html`<h2>${shown.name}</h2>
            <canvas role="img" aria-label=${`${t.title} ${shown.name}`}></canvas>
            <p class="hint">${t.until(time(Date.parse(shown.until)))}</p>
            ${asText(t.asTextMore, () => shown?.text ?? "")}`
        : nothing
    }
    <p class="fault" role="alert">${problem ? problemText(problem) : nothing}</p>
  </section>`;
  return frame({ title: t.title, demo: true, content, redraw: update });
}

function update(): void {
  const root = document.querySelector<HTMLElement>("#app");
  if (!root) return;
  render(view(), root);
  draw(root);
}

/** Draws the code as large as there is room. */
function draw(root: HTMLElement): void {
  const surface = root.querySelector("canvas");
  const around = surface?.parentElement;
  if (!surface || !around || !shown) return;
  const { paddingLeft, paddingRight } = getComputedStyle(around);
  const width = around.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  const { size, version } = drawQr({ surface, width: Math.min(width, WIDEST), ratio: devicePixelRatio }, shown.text);
  surface.style.width = surface.style.height = `${size}px`;
  surface.dataset.version = String(version);
}

/** Shows the code of this quarter of an hour, and the next one when it is over. */
async function show(): Promise<void> {
  let next = 10_000;
  try {
    await init();
    const { status, body } = await own()
      .hostAdaptors()
      .network.ask({ url: `${deskPath()}/venue.json`, most: 16_384 });
    if (status !== 200) throw new PageProblem("network-status", `the server answered ${status}`);
    shown = JSON.parse(new TextDecoder().decode(body)) as Shown;
    problem = undefined;
    next = Math.max(Date.parse(shown.until) - Date.parse(shown.now), 1_000);
  } catch (thrown) {
    // An old code is of no use to anybody.
    shown = undefined;
    problem = problemOf(thrown);
  }
  update();
  setTimeout(show, next);
}

use({ errorText, hostAdaptors, knownCodes });
applyPreferences();
addEventListener("resize", update);
update();
void show();
