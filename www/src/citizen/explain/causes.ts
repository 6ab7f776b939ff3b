import { html, nothing, type TemplateResult } from "lit-html";
import { causesInWords, causeWords } from "view/explain/causes.ts";
import { dataWords } from "view/explain/data.ts";
import type { CitizenApp } from "../app.ts";
import { outcome } from "./data.ts";
import { insideQuestion } from "./inside.ts";

/** Why nothing, or not everything, could be decided, and what to do about it. */
export function causesPanel(app: CitizenApp): TemplateResult | typeof nothing {
  const { assessment } = app.code.state;
  if (assessment === undefined || assessment.causes.length === 0) return nothing;
  const [t, data] = [causeWords(), dataWords()];
  return html`<section class="panel causes">
    <h2>${assessment.colour === "grey" ? t.title : t.partly}</h2>
    ${causesInWords(app.log, assessment.causes).map(
      ({ cause, says, todo, act, visit }) => html`<article data-cause=${cause}>
        <p><strong>${says}</strong></p>
        <p>${todo}</p>
        ${act === "report" ? html`<button type="button" class="primary" @click=${app.beginReport}>${t.report}</button>` : nothing}
        ${visit ? insideQuestion(app, visit) : nothing}
        ${act === "refresh" ? html`<button type="button" class="primary" @click=${() => app.renew("causes")}>${app.renewing ? data.busy : t.refresh}</button>` : nothing}
      </article>`,
    )}
    ${app.asked === "causes" ? outcome(app) : nothing}
  </section>`;
}
