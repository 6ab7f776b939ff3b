import type { Problem, Visit } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { type Answered, answered, type InsideField, insideField, insideWords, type Said } from "view/inside.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import type { CitizenApp } from "../app.ts";

/** The question where in its place a visit was, and what the answer means. Only the places listed at that time are named. */
export function insideOptions(id: string, inside: InsideField, choose: (said: Said) => void): TemplateResult {
  const options = html`<fieldset class="inside">
    <legend>${inside.ask}</legend>
    <div class="options radio">
      ${inside.options.map(
        ({ said, label, chosen }) => html`<label>
          <input type="radio" name=${id} value=${said} .checked=${live(chosen)} @change=${() => choose(said)} />
          <span>${label}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
  return html`${inside.asks ? options : nothing}${inside.hint ? html`<p class="hint">${inside.hint}</p>` : nothing}`;
}

/** What is said of a visit and not yet confirmed, by place and time of arrival. */
const unconfirmed = new Map<string, { said: Answered; problem?: Problem }>();

/** Asks where in its place a visit was that leaves the code undecided, and keeps the answer. */
export function insideQuestion(app: CitizenApp, visit: Visit): TemplateResult {
  const id = `inside-${visit.place}-${visit.arrive}`;
  const now = unconfirmed.get(id);
  const choose = (said: Said) => {
    unconfirmed.set(id, { said: answered(app.phone, visit, said) });
    app.update();
  };
  const confirm = async (event: Event) => {
    event.preventDefault();
    if (now === undefined || now.said.said === "unsure") return;
    const problem = await app.sayWhere(visit, now.said);
    if (problem) unconfirmed.set(id, { ...now, problem });
    else unconfirmed.delete(id);
    app.update();
  };
  return html`<form class="inside" @submit=${confirm}>
    ${insideOptions(id, insideField(app.phone, visit, now?.said), choose)}
    <p class="fault" role="alert">${now?.problem ? problemText(now.problem) : nothing}</p>
    ${now === undefined || now.said.said === "unsure" ? nothing : html`<button class="primary">${insideWords().save}</button>`}
  </form>`;
}
