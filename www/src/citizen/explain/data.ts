import { html, nothing, type TemplateResult } from "lit-html";
import { dataWords, filesInWords, staleInWords, type ToldFile } from "view/explain/data.ts";
import { dayAndTime } from "view/format.ts";
import { say } from "view/language.ts";
import { ago } from "view/spans.ts";
import { clock } from "../../app/clock.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import type { CitizenApp } from "../app.ts";

/** Rules, risk data and certificate: version, age, expiry, and why any of them could not be renewed. */
export function dataPanel(app: CitizenApp): TemplateResult {
  const t = dataWords();
  const last = app.lastReport();
  const rules = app.code.state.assessment?.rules;
  const files = app.phone.holder.files();
  const stale = staleInWords(files, clock.now());
  return html`<section class="panel data">
    <h2>${t.title}</h2>
    ${rules ? html`<p>${t.rules(say(rules.title), say(rules.issuer))}</p>` : nothing}
    <ul>
      ${filesInWords(files, clock.now()).map(file)}
    </ul>
    ${last ? html`<p>${t.report(dayAndTime(last.at), ago(last.at, clock.now()))}</p>` : nothing}
    <p class="fault stale" role="status">${stale}</p>
    ${answeredAbove(app) ? nothing : outcome(app)}
    <button type="button" @click=${() => app.renew("data")}>${app.renewing ? t.busy : t.refresh}</button>
  </section>`;
}

/** Whether it was asked for in the panel of causes, which is still there. */
const answeredAbove = ({ asked, code }: CitizenApp): boolean =>
  asked === "causes" && (code.state.assessment?.causes.length ?? 0) > 0;

/** How the last renewal went; that it went well, only to whoever asked for it. */
export function outcome({ refreshProblem, certificateProblem, renewed }: CitizenApp): TemplateResult {
  const t = dataWords();
  return html`<div class="outcome" role="status">
    ${renewed ? html`<p class="done">${renewed}</p>` : nothing}
    ${refreshProblem ? html`<p class="fault">${t.failed(problemText(refreshProblem))}</p>` : nothing}
    ${certificateProblem ? html`<p class="fault">${t.certificate(problemText(certificateProblem))}</p>` : nothing}
  </div>`;
}

function file({ kind, name, about, stale, problem }: ToldFile): TemplateResult {
  return html`<li data-file=${kind} class=${stale ? "stale" : ""}>
    <strong>${name}</strong>
    ${about.map((part) => html` <span>${part}</span>`)}
    ${problem ? html`<span class="fault">${problem}</span>` : nothing}
  </li>`;
}
