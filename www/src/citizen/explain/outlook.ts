import { html, nothing, type TemplateResult } from "lit-html";
import { outlookInWords } from "view/explain/outlook.ts";
import { shape } from "../../app/shape.ts";
import type { CitizenApp } from "../app.ts";

/** The forecast: the next changes, the earliest green, and what happens if nothing is done. */
export function outlookPanel({ code }: CitizenApp): TemplateResult | typeof nothing {
  const { forecast } = code.outlook;
  if (forecast === undefined) return nothing;
  const { title, earliest, steps, assumed, change } = outlookInWords(forecast);
  return html`<section class="panel outlook">
    <h2>${title}</h2>
    <p class="earliest">${earliest}</p>
    ${
      steps.length === 0
        ? nothing
        : html`<ol class="timeline">
          ${steps.map(
            ({ colour, word, at }) =>
              html`<li class=${colour}>${shape(colour)}<strong>${word}</strong><span>${at}</span></li>`,
          )}
        </ol>
        <p class="hint">${assumed}</p>`
    }
    ${change ? html`<p class="hint">${change}</p>` : nothing}
  </section>`;
}
