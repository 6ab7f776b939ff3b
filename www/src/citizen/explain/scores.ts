import type { Contribution, Dimension } from "healthcode";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import { dimensionName } from "view/names.ts";
import type { CitizenApp } from "../app.ts";

const text = words(
  {
    title: "三项分值",
    range: "0分最好，100分最高风险；分值只在手机上算。",
    points: (points: number) => `${points}分`,
    of: (name: string, points: number) => `${name}：${points}分，满分100分`,
    nothing: "没有加分项",
    about: {
      space: "您在哪里、住在哪里、去过哪里",
      time: "去过几次、停留多久、离开多久",
      personal: "身体状况、接触情况、登记情况",
    },
  },
  {
    title: "Three scores",
    range: "0 is best and 100 the greatest risk. They are worked out on the phone only.",
    points: (points) => (points === 1 ? "1 point" : `${points} points`),
    of: (name, points) => `${name}: ${points} of 100 points`,
    nothing: "Nothing adds to it",
    about: {
      space: "Where you are, live and were",
      time: "How often, how long, how long ago",
      personal: "How you feel, whom you met, what is on record",
    },
  },
);

const DIMENSIONS: Dimension[] = ["space", "time", "personal"];

/** The three scores as bars with numbers, and what gave the points. */
export function scoresPanel({ assessment }: CitizenApp): TemplateResult | typeof nothing {
  if (assessment === undefined) return nothing;
  const t = text();
  return html`<section class="panel scores">
    <h2>${t.title}</h2>
    <p class="hint">${t.range}</p>
    ${DIMENSIONS.map((dimension) => {
      const gave = assessment.contributions.filter((contribution) => contribution.dimension === dimension);
      return score(dimension, assessment.scores[dimension], gave);
    })}
  </section>`;
}

function score(dimension: Dimension, points: number, gave: Contribution[]): TemplateResult {
  const t = text();
  const name = dimensionName()[dimension];
  return html`<div class="score" data-dimension=${dimension} data-points=${points}>
    <div class="head">
      <h3>${name}</h3>
      <span class="hint">${t.about[dimension]}</span>
      <strong>${points}</strong>
    </div>
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${t.of(name, points)}>
      <rect class="ground" width="100" height="6" />
      ${svg`<rect class="value" width=${points} height="6" />`}
    </svg>
    ${gave.length === 0
      ? html`<p class="hint">${t.nothing}</p>`
      : html`<ul>${gave.map((item) => html`<li><span>${say(item.text)}</span> <span>+${t.points(item.points)}</span></li>`)}</ul>`}
  </div>`;
}
