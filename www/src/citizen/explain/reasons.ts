import type { Reason } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { shape } from "../../app/shape.ts";
import { dayAndTime } from "view/format.ts";
import { say, words } from "view/language.ts";
import { colourName, colourWord } from "view/names.ts";
import type { CitizenApp } from "../app.ts";
import { factInWords } from "./fact.ts";

const text = words(
  {
    title: "为什么是这个颜色",
    green: "没有任何一条规则认为您需要隔离或观察。",
    based: "依据",
    wayBack: "怎样恢复绿码",
    course: "变化过程",
    until: (colour: string, when: string) => `${colour}，到${when}`,
    from: (colour: string, when: string) => `${when}起：${colour}`,
    open: "结束时间还不能确定",
    thisRule: "只按这一条原因计算；多条原因同时存在时，以最严的为准。",
    rule: "规则编号",
  },
  {
    title: "Why this colour",
    green: "No rule says that you need isolation or watching.",
    based: "Based on",
    wayBack: "The way back to green",
    course: "How it runs off",
    until: (colour, when) => `${colour} until ${when}`,
    from: (colour, when) => `${colour} from ${when}`,
    open: "When it ends is not known yet",
    thisRule: "By this reason alone; where there are several, the strictest counts.",
    rule: "Rule",
  },
);

/** Each reason: the rule's words, the fact that it fired on, how it runs off, the way back. */
export function reasonsPanel(app: CitizenApp): TemplateResult | typeof nothing {
  const { assessment } = app;
  if (assessment === undefined) return nothing;
  if (assessment.reasons.length === 0 && assessment.colour !== "green") return nothing;
  const t = text();
  return html`<section class="panel reasons">
    <h2>${t.title}</h2>
    ${assessment.reasons.length === 0 ? html`<p>${t.green}</p>` : ordered(assessment.reasons).map((reason) => entry(app, reason))}
  </section>`;
}

/** As they come, the worst first; of the same colour, what happened comes before what adds up from it. */
function ordered(reasons: Reason[]): Reason[] {
  const sums = (reason: Reason) => Number(reason.fact.kind === "score");
  return [...reasons].sort((a, b) => (a.colour === b.colour ? sums(a) - sums(b) : 0));
}

function entry(app: CitizenApp, reason: Reason): TemplateResult {
  const t = text();
  const fact = factInWords(app, reason.fact);
  const course = steps(reason);
  return html`<article class="reason ${reason.colour}" data-rule=${reason.rule}>
    <h3>${shape(reason.colour)} <span>${say(reason.text)}</span></h3>
    ${fact ? html`<p><span class="label">${t.based}</span> ${fact}</p>` : nothing}
    ${course}
    <p><span class="label">${t.wayBack}</span> ${say(reason.wayBack)}</p>
    <p class="hint">${t.rule} ${reason.rule}</p>
  </article>`;
}

/** “Red until …, yellow until …, green from …”， as far as the course of this reason is known. */
function steps(reason: Reason): TemplateResult | typeof nothing {
  const t = text();
  const { colour, since, until, next, clear } = reason;
  if (since === undefined) return nothing;
  if (until === undefined) return html`<p class="hint">${t.open}</p>`;
  const capital = colourName();
  const items = [html`<li class=${colour}>${shape(colour)} ${t.until(capital[colour], dayAndTime(until))}</li>`];
  if (next !== undefined && next !== "green") {
    const end = clear ? t.until(capital[next], dayAndTime(clear)) : t.from(colourWord()[next], dayAndTime(until));
    items.push(html`<li class=${next}>${shape(next)} ${end}</li>`);
  }
  if (clear !== undefined) items.push(html`<li class="green">${shape("green")} ${t.from(capital.green, dayAndTime(clear))}</li>`);
  return html`<div class="course">
    <span class="label">${t.course}</span>
    <ol>${items}</ol>
    <p class="hint">${t.thisRule}</p>
  </div>`;
}
