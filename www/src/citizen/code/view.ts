import { html, nothing, type TemplateResult } from "lit-html";
import { time } from "view/format.ts";
import { words } from "view/language.ts";
import type { CitizenApp } from "../app.ts";
import { forgetPanel } from "../forget.ts";
import { movePanel } from "../move.ts";
import { rulesPanel } from "../rules.ts";
import { trafficPanel } from "../traffic.ts";

const text = words(
  {
    asText: "二维码的文字（供演示）",
    asTextMore: "没有摄像头时，可以把这段文字粘贴到检查点页面。它和二维码一起换新，复制后1分钟内有效。",
    copy: "复制",
    copied: "已复制",
    notCopied: "复制失败，请选中上面的文字复制",
    again: "重新申报",
    handedIn: (when: string) => `已提交，${when}。`,
    all: "更多",
  },
  {
    asText: "The QR code as text (for this demonstration)",
    asTextMore:
      "Without a camera, paste this into the checkpoint page. It is renewed with the QR code, and is valid for a minute once copied.",
    copy: "Copy",
    copied: "Copied",
    notCopied: "It could not be copied: select the text above and copy it",
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
      ${app.settings.demo ? asText() : nothing}
    </div>
    ${
      app.simple
        ? html`<details class="details"><summary class="more">${text().all}</summary>${more}</details>`
        : html`<div class="details">${more}</div>`
    }
  </div>`;
}

/** The text of the QR code that is shown, for trying both pages on one computer. */
function asText(): TemplateResult {
  const t = text();
  const shown = () => document.querySelector("healthcode-code")?.text ?? "";
  const open = (event: Event) => {
    const details = event.target as HTMLDetailsElement;
    const code = details.querySelector("code");
    // It follows the QR code for as long as somebody looks at it.
    const follow = () => {
      if (!details.open || !details.isConnected) clearInterval(following);
      else if (code && code.textContent !== shown()) code.textContent = shown();
    };
    const following = setInterval(follow, 1_000);
    follow();
  };
  const copy = async (event: Event) => {
    const told = (event.currentTarget as HTMLElement).nextElementSibling;
    // Where a page may not use it, there is none.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const done = await clipboard?.writeText(shown()).then(
      () => true,
      () => false,
    );
    if (told) told.textContent = done ? t.copied : t.notCopied;
  };
  return html`<details class="as-text" @toggle=${open}>
    <summary>${t.asText}</summary>
    <p class="hint">${t.asTextMore}</p>
    <code></code>
    <button type="button" @click=${copy}>${t.copy}</button>
    <p class="hint" role="status"></p>
  </details>`;
}
