import type { Colour, Identity, Shown } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { troubleText } from "view/clock.ts";
import { codeWords } from "view/code-words.ts";
import { dayAndTime, fullDay, seconds } from "view/format.ts";
import { say, words } from "view/language.ts";
import { colourName } from "view/names.ts";
import { clock } from "../../app/clock.ts";
import { shape } from "../../app/shape.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import { type CitizenApp, RENEWAL } from "../app.ts";
import "../../app/qr-code.ts";
import { challengeForm } from "./challenge.ts";

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

/** The code as shown at a checkpoint: colour, word, shape, pattern, clock, name, QR. */
export function codeCard(app: CitizenApp): TemplateResult {
  const { shown, assessment } = app;
  const colour = shown?.colour ?? assessment?.colour ?? "grey";
  return html`<section class="code ${colour}" data-colour=${colour} aria-label=${colourName(colour)}>
    ${band(app, colour)}
    <div class="pattern">
      <div class="plate">
        ${shown ? qr(shown) : unavailable(app)}
      </div>
    </div>
    <div class="who">
      <p class="clock" role="timer" aria-live="off">
        <span class="time">${seconds(clock.now())}</span>
        <span class="date">${fullDay(clock.now())}</span>
      </p>
      ${shown ? holder(shown.identity) : nothing}
    </div>
    ${shown ? challengeForm(app) : nothing}
    <p class="fault clock-fault" role="status">${clockNotice(app)}</p>
    ${shown && app.settings.demo ? asText(shown) : nothing}
  </section>`;
}

/** The colour in a word and a shape, and the most important notices. */
function band(app: CitizenApp, colour: Colour): TemplateResult {
  const { assessment } = app;
  const t = codeWords();
  const end = assessment?.until ?? app.forecast?.steps[0]?.at;
  const until = colour !== "green" && colour !== "grey" && end ? t.until(dayAndTime(end)) : undefined;
  return html`<div class="band">
    ${shape(colour)}
    <div>
      <h2 class="word">${colourName(colour)}</h2>
      <p class="under">${until ?? (assessment ? say(assessment.rules.issuer) : nothing)}</p>
    </div>
  </div>`;
}

function qr(shown: Shown): TemplateResult {
  const t = codeWords();
  const age = clock.now() - Date.parse(shown.issued);
  const left = Math.max(0, Math.ceil((RENEWAL - age) / 1000));
  return html`
    <qr-code .text=${shown.text} .label=${t.qr(colourName(shown.colour))}></qr-code>
    <p class="renewal">
      <progress max="30" value=${left} aria-hidden="true"></progress>
      <span>${t.renews(left)}</span>
      <span class="hint">${t.noNetwork}</span>
    </p>
  `;
}

/** What is wrong with the clock, if there is a code nevertheless. */
function clockNotice({ clockProblem, clockError, shown }: CitizenApp): string | typeof nothing {
  return clockProblem && shown ? troubleText(clockProblem, clockError) : nothing;
}

function unavailable(app: CitizenApp): TemplateResult {
  const t = codeWords();
  const problem = app.certificateProblem ?? app.showProblem;
  return html`<div class="none" role="alert">
    <h2>${t.unavailable}</h2>
    <p>${app.showProblem && troubleText(app.showProblem, app.clockError)}</p>
    ${problem && problem !== app.showProblem ? html`<p class="hint">${problemText(problem)}</p>` : nothing}
    <button type="button" class="primary" @click=${app.refresh}>${t.retry}</button>
  </div>`;
}

function holder(identity: Identity): TemplateResult {
  return html`<p class="holder">
    <span class="name">${identity.name}</span>
    <span class="digits"><span class="hint">${codeWords().holder}</span> ${identity.digits}</span>
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
