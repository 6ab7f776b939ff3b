import type { Accepted, Refusal } from "healthcode/checkpoint";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Given } from "view/gate.ts";
import {
  doubtInWords,
  madeInWords,
  shownBeforeInWords,
  VERDICT,
  verdictInWords,
  verdictWords,
  vouchedInWords,
} from "view/verdict.ts";
import { shape } from "../app/shape.ts";
import { codeText, todoText } from "../i18n/errors/problem.ts";
import type { CheckpointApp } from "./app.ts";

/** The verdict: a sign, a word, the cause, what to compare, and who vouches for each part. */
export function verdictView(app: CheckpointApp, { verdict, at }: Given): TemplateResult {
  const t = verdictWords();
  const { sign, word, todo, under } = verdictInWords(verdict);
  const before = shownBeforeInWords(verdict);
  const left = Math.max(0, Math.ceil((VERDICT - (Date.now() - at)) / 1000));
  return html`<section class="verdict ${sign}" tabindex="-1" data-verdict=${verdict.verdict} data-sign=${sign}>
    <div role="alert">
      <div class="band">
        ${shape(sign)}
        <div>
          <h2 class="word">${word}</h2>
          ${todo ? html`<p class="first">${todo}</p>` : nothing}
          ${under ? html`<p class="under">${under}</p>` : nothing}
        </div>
      </div>
      ${before ? html`<p class="before">${before}</p>` : nothing}
      <div class="body">${verdict.verdict === "accepted" ? accepted(verdict) : refusal(verdict)}</div>
    </div>
    <div class="actions">
      <button type="button" class="primary wide" @click=${app.next}>${t.next}</button>
      <p class="hint" aria-live="off">${t.resets(left)}</p>
    </div>
  </section>`;
}

function refusal(verdict: Refusal): TemplateResult {
  const { code } = verdict;
  const { cause, todo } = doubtInWords(verdict) ?? { cause: codeText(code), todo: todoText(code) };
  return html`
    <p class="cause" data-code=${code}>${cause}</p>
    ${todo ? html`<p class="todo">${todo}</p>` : nothing}
    <p class="hint">${verdictWords().code} ${code}</p>
  `;
}

function accepted(verdict: Accepted): TemplateResult {
  const t = verdictWords();
  const part = (says: string) => html`<li>${says}</li>`;
  return html`
    <h3>${t.compare}</h3>
    <dl class="compare">
      <div><dt>${t.name}</dt><dd class="name">${verdict.name}</dd></div>
      <div><dt>${t.digits}</dt><dd class="digits">${verdict.digits}</dd></div>
    </dl>
    <p class="hint">${madeInWords(verdict)}</p>
    <details>
      <summary>${t.word}</summary>
      <div class="ledger">
        <div><h4>${t.issuer}</h4><ul>${vouchedInWords(verdict, "issuer").map(part)}</ul></div>
        <div><h4>${t.holder}</h4><ul>${vouchedInWords(verdict, "holder").map(part)}</ul><p class="hint">${t.holderNote}</p></div>
      </div>
    </details>
  `;
}
