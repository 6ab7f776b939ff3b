import type { Shown } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { troubleText } from "view/clock.ts";
import { codeData } from "view/code.ts";
import { words } from "view/language.ts";
import { shape } from "../../app/shape.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import type { CitizenApp } from "../app.ts";
import "../../app/qr-code.ts";
import { challengeForm } from "./challenge.ts";
import { enlarge, enlargedCode } from "./enlarged.ts";

const text = words(
  {
    asText: "二维码的文字（供演示）",
    asTextMore: "没有摄像头时，可以把这段文字粘贴到检查点页面，1分钟内有效。",
    copy: "复制",
  },
  {
    asText: "The QR code as text (for this demonstration)",
    asTextMore: "Without a camera, paste this into the checkpoint page; it is valid for a minute.",
    copy: "Copy",
  },
);

type Card = ReturnType<typeof codeData>;

/** The code as shown at a checkpoint: colour, word, shape, pattern, clock, name, QR. */
export function codeCard(app: CitizenApp): TemplateResult {
  const { state, outlook } = app.code;
  const { shown } = state;
  const { renewing: busy, asked, renewed } = app;
  const card = codeData({ ...state, forecast: outlook.forecast, busy, refreshed: asked === "code" ? renewed : "" });
  return html`<section class="code ${card.colour} ${shown ? "shown" : ""}" data-colour=${card.colour} aria-label=${card.word}>
    ${band(card)}
    <div class="pattern">
      <div class="plate">
        ${shown ? qr(app, card, shown.text) : unavailable(app, card)}
      </div>
    </div>
    <p class="fault notice ending" role="status">${card.ending}</p>
    <div class="who">
      <p class="clock" role="timer" aria-live="off">
        <span class="time">${card.time}</span>
        <span class="date">${card.date}</span>
      </p>
      ${shown ? holder(card) : nothing}
    </div>
    ${shown ? challengeForm(app) : nothing}
    <p class="fault notice" role="status">${clockNotice(app)}</p>
    ${shown && app.settings.demo ? asText(shown) : nothing}
  </section>`;
}

/** The colour in a word and a shape, and until when it lasts or whose it is. */
function band({ colour, word, under }: Card): TemplateResult {
  return html`<div class="band">
    ${shape(colour)}
    <div>
      <h2 class="word">${word}</h2>
      <p class="under">${under}</p>
    </div>
  </div>`;
}

function qr(app: CitizenApp, card: Card, text: string): TemplateResult {
  const { qrLabel, larger, left, renews, noNetwork } = card;
  const more = () => enlarge(app);
  return html`
    <qr-code .text=${text} .label=${qrLabel} @click=${more}></qr-code>
    <button type="button" class="larger" @click=${more}>${larger}</button>
    ${app.enlarged ? enlargedCode(app, card, text) : nothing}
    <p class="renewal">
      <progress max="100" value=${left} aria-hidden="true"></progress>
      <span>${renews}</span>
      <span class="hint">${noNetwork}</span>
    </p>
  `;
}

/** What is wrong with the clock, if there is a code nevertheless. */
function clockNotice({ code }: CitizenApp): string | typeof nothing {
  const { clockProblem, clockError, shown } = code.state;
  return clockProblem && shown ? troubleText(clockProblem, clockError) : nothing;
}

function unavailable(app: CitizenApp, card: Card): TemplateResult {
  const { certificateProblem } = app;
  return html`<div class="none" role="alert">
    <p>${card.problem}</p>
    <p class="done">${card.refreshed}</p>
    ${certificateProblem ? html`<p class="hint">${problemText(certificateProblem)}</p>` : nothing}
    <button type="button" class="primary" @click=${() => app.renew("code")}>${card.retry}</button>
  </div>`;
}

function holder({ name, digits, digitsLabel }: Card): TemplateResult {
  return html`<p class="holder">
    <span class="name">${name}</span>
    <span class="digits"><span class="hint">${digitsLabel}</span> ${digits}</span>
  </p>`;
}

/** The text of the QR, for trying both pages on one computer. */
function asText(shown: Shown): TemplateResult {
  const t = text();
  const copy = () => navigator.clipboard?.writeText(shown.text).catch(() => undefined);
  return html`<details class="as-text">
    <summary>${t.asText}</summary>
    <p class="hint">${t.asTextMore}</p>
    <code>${shown.text}</code>
    <button type="button" @click=${copy}>${t.copy}</button>
  </details>`;
}
