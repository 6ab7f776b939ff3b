import type { KeptRules, Phone } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "用于别处",
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

/** Which other rules the phone keeps, to show the code by them or to remove them, and which others there are. */
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
    ${other.rules ? nothing : html`<p>${t.is(title, t.missing)}</p>`}
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
