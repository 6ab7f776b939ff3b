import type { Problem, Visit } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { choices, insideWords, type Said } from "view/inside.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import type { CitizenApp } from "../app.ts";

/** What is chosen for a visit and not yet confirmed, by place and time of arrival. */
const chosen = new Map<string, { said: Said; problem?: Problem }>();

/** Asks where in its place a visit was: only the places listed at that time are named. */
export function insideQuestion(app: CitizenApp, visit: Visit): TemplateResult {
  const t = insideWords();
  const all = choices(app.phone, visit);
  if (all.length === 0) return html`<p class="hint">${t.many}</p>`;
  const id = `inside-${visit.place}-${visit.arrive}`;
  const now = chosen.get(id);
  const choose = (said: Said) => {
    chosen.set(id, { said });
    app.update();
  };
  const confirm = async (event: Event) => {
    event.preventDefault();
    if (now === undefined || now.said === "unsure") return;
    const problem = await app.sayWhere(visit, now.said);
    if (problem) chosen.set(id, { ...now, problem });
    else chosen.delete(id);
    app.update();
  };
  return html`<form class="inside" @submit=${confirm}>
    <fieldset>
      <legend>${t.ask}</legend>
      <div class="options radio">
        ${all.map(
          ({ said, label }) => html`<label>
            <input type="radio" name=${id} value=${said} .checked=${live(now?.said === said)} @change=${() => choose(said)} />
            <span>${label}</span>
          </label>`,
        )}
      </div>
    </fieldset>
    <p class="hint">${now?.said === "unsure" ? t.stays : t.kept}</p>
    <p class="fault" role="alert">${now?.problem ? problemText(now.problem) : nothing}</p>
    ${now === undefined || now.said === "unsure" ? nothing : html`<button class="primary">${t.save}</button>`}
  </form>`;
}
