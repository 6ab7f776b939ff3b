import { html, nothing, type TemplateResult } from "lit-html";
import { time } from "view/format.ts";
import { words } from "view/language.ts";
import { asText } from "../../app/as-text.ts";
import type { CitizenApp } from "../app.ts";
import { forgetPanel } from "../forget.ts";
import { movePanel } from "../move.ts";
import { rulesPanel } from "../rules.ts";
import { trafficPanel } from "../traffic.ts";

const text = words(
  {
    asTextMore: "没有摄像头时，可以把这段文字粘贴到检查点页面。它和二维码一起换新，复制后1分钟内有效。",
    again: "重新申报",
    handedIn: (when: string) => `已提交，${when}。`,
    all: "更多",
  },
  {
    asTextMore:
      "Without a camera, paste this into the checkpoint page. It is renewed with the QR code, and is valid for a minute once copied.",
    again: "Report again",
    handedIn: (when) => `Submitted at ${when}.`,
    all: "More",
  },
);

/** The code, and everything that explains it. */
export function codeView(app: CitizenApp): TemplateResult {
  const more = html`
    <healthcode-reasons @report=${app.fillIn}></healthcode-reasons>
    ${rulesPanel(app)}
    <healthcode-report @report=${app.fillIn}></healthcode-report>
    <healthcode-diary></healthcode-diary>
    <healthcode-itinerary></healthcode-itinerary>
    <healthcode-family @add=${app.switched} @switched=${app.switched}></healthcode-family>
    ${trafficPanel(app)} ${movePanel(app)} ${forgetPanel(app)}
  `;
  return html`<div class="columns">
    <div class="pinned">
      <healthcode-code></healthcode-code>
      <p role="status">${app.handedIn === undefined ? nothing : text().handedIn(time(app.handedIn))}</p>
      ${app.simple ? html`<button type="button" @click=${app.fillIn}>${text().again}</button>` : nothing}
      ${app.settings.demo ? asText(text().asTextMore, () => document.querySelector("healthcode-code")?.text ?? "") : nothing}
    </div>
    ${
      app.simple
        ? html`<details class="details"><summary class="more">${text().all}</summary>${more}</details>`
        : html`<div class="details">${more}</div>`
    }
  </div>`;
}
