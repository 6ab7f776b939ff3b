import { html, nothing, type TemplateResult } from "lit-html";
import { laterGreen, reasonsInWords, reasonWords, type ToldReason } from "view/explain/reasons.ts";
import { shape } from "../../app/shape.ts";
import type { CitizenApp } from "../app.ts";

/** Each reason: the rule's words, the fact that triggered it, how it steps down over time, the way back. */
export function reasonsPanel({ code, log }: CitizenApp): TemplateResult | typeof nothing {
  const { assessment } = code.state;
  if (assessment === undefined) return nothing;
  if (assessment.reasons.length === 0 && assessment.colour !== "green") return nothing;
  const t = reasonWords();
  const { forecast } = code.outlook;
  const later = ({ rule }: ToldReason) =>
    laterGreen(
      assessment.reasons.find((reason) => reason.rule === rule),
      forecast?.green,
    );
  return html`<section class="panel reasons">
    <h2>${t.title}</h2>
    ${assessment.reasons.length === 0 ? html`<p>${t.green}</p>` : reasonsInWords(log, assessment.reasons).map((told) => entry(told, later(told)))}
  </section>`;
}

function entry(
  { rule, colour, says, fact, wayBack, ground, address, course, open }: ToldReason,
  later: string,
): TemplateResult {
  const t = reasonWords();
  return html`<article class="reason ${colour}" data-rule=${rule}>
    <h3>${shape(colour)} <span>${says}</span></h3>
    ${fact ? html`<p><span class="label">${t.based}</span> ${fact}</p>` : nothing}
    ${open ? html`<p class="hint">${t.open}</p>` : nothing}
    ${
      course.length > 0
        ? html`<div class="course">
          <span class="label">${t.course}</span>
          <ol>${course.map((step) => html`<li class=${step.colour}>${shape(step.colour)} ${step.says}</li>`)}</ol>
          <p class="hint">${t.thisRule}</p>
          ${later ? html`<p class="later">${later}</p>` : nothing}
        </div>`
        : nothing
    }
    <p><span class="label">${t.wayBack}</span> ${wayBack}</p>
    ${
      ground
        ? html`<p>
          <span class="label">${t.ground}</span>
          <a href=${address} target="_blank" rel="noreferrer">${ground}</a>
        </p>`
        : nothing
    }
    <p class="hint">${t.rule} ${rule}</p>
  </article>`;
}
