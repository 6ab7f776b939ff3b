import { html, nothing, type TemplateResult } from "lit-html";
import { logData, reportWords } from "view/report.ts";
import type { CitizenApp } from "./app.ts";

/** The newest reports, each with what was corrected of it. */
export function reportsPanel(app: CitizenApp): TemplateResult | typeof nothing {
  const t = reportWords();
  const reports = logData(app.phone);
  if (reports.length === 0) return nothing;
  return html`<section class="panel reports">
    <h2>${t.log}</h2>
    <ul>
      ${reports.map(
        ({ index, when, struck, says, open, correctLabel }) => html`<li>
          <span class="hint">${when}</span>
          <span class=${struck}>${says}</span>
          ${
            open
              ? html`<button type="button" aria-label=${correctLabel} @click=${() => app.correctReport(Number(index))}>${t.correct}</button>`
              : nothing
          }
        </li>`,
      )}
    </ul>
  </section>`;
}
