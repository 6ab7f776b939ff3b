import { html, nothing, type TemplateResult } from "lit-html";
import { changeInWords } from "view/explain/change.ts";
import { shape } from "../../app/shape.ts";
import type { CitizenApp } from "../app.ts";

/** Why the colour differs from the one the person saw last. */
export function changePanel({ changed, acceptChange }: CitizenApp): TemplateResult | typeof nothing {
  if (changed === undefined) return nothing;
  const { title, since, differences, understood } = changeInWords(changed);
  return html`<section class="panel change" role="status">
    <h2>${shape(changed.before)} → ${shape(changed.after)} <span>${title}</span></h2>
    <p>${since}</p>
    <ul>
      ${differences.map((difference) => html`<li>${difference}</li>`)}
    </ul>
    <button type="button" @click=${acceptChange}>${understood}</button>
  </section>`;
}
