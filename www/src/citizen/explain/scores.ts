import { html, nothing, svg, type TemplateResult } from "lit-html";
import { scoresInWords, scoreWords, type ToldScore } from "view/explain/scores.ts";
import type { CitizenApp } from "../app.ts";

/** The three scores as bars with numbers, and what gave the points. */
export function scoresPanel({ code }: CitizenApp): TemplateResult | typeof nothing {
  const { assessment } = code.state;
  if (assessment === undefined) return nothing;
  const t = scoreWords();
  const scores = scoresInWords(assessment);
  if (scores.length === 0) return nothing;
  return html`<section class="panel scores">
    <h2>${t.title}</h2>
    <p class="hint">${t.range}</p>
    ${scores.map(score)}
  </section>`;
}

function score({ dimension, points, name, about, of, gave }: ToldScore): TemplateResult {
  return html`<div class="score" data-dimension=${dimension} data-points=${points}>
    <div class="head">
      <h3>${name}</h3>
      <span class="hint">${about}</span>
      <strong>${points}</strong>
    </div>
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${of}>
      <rect class="ground" width="100" height="6" />
      ${svg`<rect class="value" width=${points} height="6" />`}
    </svg>
    ${
      gave.length === 0
        ? html`<p class="hint">${scoreWords().nothing}</p>`
        : html`<ul>${gave.map((item) => html`<li><span>${item.says}</span> <span>${item.points}</span></li>`)}</ul>`
    }
  </div>`;
}
