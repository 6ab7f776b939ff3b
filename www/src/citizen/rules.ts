import type { Answers, Assessment, KeptRules, Phone, Reason } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { causesInWords } from "view/explain/causes.ts";
import { say, words } from "view/language.ts";
import { colourName } from "view/names.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "用于别处",
    hint: "只在这部手机上比较，不发送任何内容。",
    wouldBe: (title: string) => `换成“${title}”会是什么颜色？`,
    here: "现在",
    there: "换成后",
    only: "仅此用途的原因",
    same: "没有仅此用途的原因",
    show: (title: string) => `改为出示“${title}”`,
    add: (title: string) => `添加“${title}”`,
    drop: (title: string) => `移除“${title}”和为它作的申报……`,
    sure: (title: string) => `移除“${title}”？为它作的申报会一起删除，无法恢复。`,
    yes: "移除",
    no: "不移除",
    gone: (title: string) => `已移除“${title}”和为它作的申报。`,
    is: (title: string, said: string) => `${title}：${said}`,
    missing: "规则还没有取到。",
  },
  {
    title: "For other purposes",
    hint: "Compared on this phone alone; nothing is sent.",
    wouldBe: (title) => `What would my code be for “${title}”?`,
    here: "Now",
    there: "There",
    only: "Reasons given here alone",
    same: "No reasons of its own",
    show: (title) => `Show the code for “${title}”`,
    add: (title) => `Add “${title}”`,
    drop: (title) => `Remove “${title}” and what was reported for it…`,
    sure: (title) => `Remove “${title}”? What was reported for it is deleted, too, and cannot be recovered.`,
    yes: "Remove it",
    no: "Keep it",
    gone: (title) => `“${title}” and what was reported for it were removed.`,
    is: (title, said) => `${title}: ${said}`,
    missing: "its rules have not come yet.",
  },
);

/** Which rules somebody is asked about before they are removed, and what was said of those that were. */
const dropping: { asked: string; gone: string } = { asked: "", gone: "" };

/** Which rules the code is made by, what it would be by the others that the phone keeps, and which others there are. */
export function rulesPanel(app: CitizenApp): TemplateResult | typeof nothing {
  const { phone } = app;
  if (phone === undefined) return nothing;
  const kept = phone.keptRules();
  const others = kept.filter(({ chosen }) => !chosen);
  const offered = app.offers.filter((offer) => kept.every((one) => one.for !== offer.for));
  if (others.length === 0 && offered.length === 0) return nothing;
  const t = text();
  return html`<section class="panel rules">
    <h2>${t.title}</h2>
    ${others.length > 0 ? html`<p class="hint">${t.hint}</p>` : nothing}
    <p role="status">${dropping.gone || nothing}</p>
    ${others.map((other) => otherRules(app, phone, other))}
    ${offered.map(
      (offer) => html`<p>
        <button type="button" data-add=${offer.for} @click=${() => app.chooseRules(offer.for)}>${t.add(say(offer.title))}</button>
      </p>`,
    )}
  </section>`;
}

function otherRules(app: CitizenApp, phone: Phone, other: KeptRules): TemplateResult | typeof nothing {
  const t = text();
  const own = other.for === phone.holder.region();
  const offer = app.offers.find((one) => one.for === other.for);
  // Where the person lives without rules for it there is nothing to go to.
  if (other.rules === undefined && own) return nothing;
  const title = other.rules ? say(other.rules.title) : offer ? say(offer.title) : other.for;
  return html`<article data-rules=${other.for}>
    ${other.rules ? comparison(phone, other, title) : html`<p>${t.is(title, t.missing)}</p>`}
    <button type="button" @click=${() => app.chooseRules(other.for)}>${t.show(title)}</button>
    ${own ? nothing : dropButton(app, other.for, title)}
  </article>`;
}

/** Removes rules, after asking once more. */
function dropButton(app: CitizenApp, rulesFor: string, title: string): TemplateResult {
  const t = text();
  const ask = (asked: string, gone = "") => {
    Object.assign(dropping, { asked, gone });
    app.update();
  };
  if (dropping.asked !== rulesFor)
    return html`<button type="button" @click=${() => ask(rulesFor)}>${t.drop(title)}</button>`;
  const drop = async () => {
    await app.dropRules(rulesFor);
    ask("", t.gone(title));
  };
  return html`<div role="alert">
    <p>${t.sure(title)}</p>
    <div class="actions">
      <button type="button" @click=${() => ask("")}>${t.no}</button>
      <button type="button" class="danger" @click=${drop}>${t.yes}</button>
    </div>
  </div>`;
}

function comparison(phone: Phone, other: KeptRules, title: string): TemplateResult | typeof nothing {
  const t = text();
  const chosen = phone.keptRules().find((one) => one.chosen);
  if (!chosen?.rules) return nothing;
  const compared = phone.compareWith(other.for);
  return html`<details>
    <summary>${t.wouldBe(title)}</summary>
    <div class="compared">
      ${side(phone, t.here, say(chosen.rules.title), compared.chosen, compared.chosenOnly)}
      ${side(phone, t.there, title, compared.other, compared.otherOnly)}
    </div>
  </details>`;
}

function side(phone: Phone, when: string, title: string, { colour, causes }: Assessment, reasons: Reason[]) {
  const t = text();
  const log = {
    reports: () => phone.holder.reports(),
    questions: (answers: Answers) => phone.questions(answers).questions,
  };
  const causesSaid = causesInWords(log, causes);
  return html`<div class="side ${colour}" data-colour=${colour}>
    <p class="label">${when}</p>
    <p><strong>${t.is(title, colourName(colour))}</strong></p>
    ${causesSaid.map(({ says }) => html`<p>${says}</p>`)}
    ${
      reasons.length > 0
        ? html`<p class="hint">${t.only}</p>
          <ul>
            ${reasons.map((reason) => html`<li data-rule=${reason.rule}>${say(reason.text)}</li>`)}
          </ul>`
        : html`<p class="hint">${t.same}</p>`
    }
  </div>`;
}
