import type { Mode, Place, Problem, Visit } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { diaryWords } from "view/diary-words.ts";
import { dayAndTime, isoMinute, momentOf, zoneName } from "view/format.ts";
import { type Answered, answered, clarified, entered, insideField } from "view/inside.ts";
import { MODES, modeName } from "view/names.ts";
import { placeName, placeToday } from "view/places/names.ts";
import { span } from "view/spans.ts";
import { focusOn } from "../../../../pkg-template/src/components/web/focus.ts";
import { clock } from "../../app/clock.ts";
import { codeText, problemText } from "../../i18n/errors/problem.ts";
import { placePicker } from "../../places/picker.ts";
import type { CitizenApp } from "../app.ts";
import { insideOptions } from "../explain/inside.ts";

interface NewVisit {
  place: Place | undefined;
  arrive: string;
  leave: string;
  mode: Mode;
  /** What was said of where inside the place it was. */
  inside?: Answered | undefined;
  problem: Problem | undefined;
}
let adding: NewVisit | undefined;

/** The visits, and a form to add one. */
export function diaryPanel(app: CitizenApp): TemplateResult {
  const t = diaryWords();
  const visits = [...app.phone.holder.diary()].sort((a, b) => Date.parse(b.arrive) - Date.parse(a.arrive));
  const begin = () => {
    adding = { place: undefined, arrive: isoMinute(clock.now()), leave: "", mode: "stay", problem: undefined };
    app.update();
    focusOn(document.querySelector<HTMLElement>(".visit"));
  };
  return html`<section class="panel diary">
    <h2>${t.title}</h2>
    <p class="hint">${t.about}</p>
    ${visits.length === 0 ? html`<p>${t.none}</p>` : html`<ul>${visits.map((visit) => visitRow(app, visit))}</ul>`}
    ${adding ? form(app, adding) : html`<button type="button" class="add" @click=${begin}>+ ${t.add}</button>`}
  </section>`;
}

function visitRow(app: CitizenApp, visit: Visit): TemplateResult {
  const { place, arrive, leave, mode = "stay" } = visit;
  const t = diaryWords();
  const label = `${t.remove} ${placeName(place)} ${dayAndTime(arrive)}`;
  return html`<li>
    <strong>${placeToday(place)}</strong>
    <span>${span(arrive, leave)}</span>
    <span class="hint">${modeName(mode)}</span>
    <button type="button" class="remove" aria-label=${label} @click=${() => app.removeVisit(visit)}>${t.remove}</button>
  </li>`;
}

function form(app: CitizenApp, visit: NewVisit): TemplateResult {
  const t = diaryWords();
  const set = (part: Partial<NewVisit>) => {
    // What was said of where it was holds for its place and its time alone.
    Object.assign(visit, { inside: "mode" in part ? visit.inside : undefined }, part, { problem: undefined });
    app.update();
  };
  const done = () => {
    adding = undefined;
    app.update();
    focusOn(document.querySelector<HTMLElement>(".diary .add"));
  };
  const minute = (part: "arrive" | "leave", label: string) => html`<label class="field">
    <span class="hint">${label} · ${zoneName()}</span>
    <input
      type="datetime-local"
      name=${part}
      class=${isWrong(visit, part) ? "faulty" : ""}
      max=${isoMinute(clock.now())}
      aria-describedby="visit-fault"
      aria-invalid=${isWrong(visit, part)}
      .value=${visit[part]}
      @change=${(event: Event) => set({ [part]: (event.target as HTMLInputElement).value.slice(0, 16) })}
    />
  </label>`;
  const { phone } = app;
  const left = visit.leave === "" ? undefined : Date.parse(momentOf(visit.leave));
  const asked = entered(clock.now(), visit.place, visit.mode, Date.parse(momentOf(visit.arrive)), left);
  return html`<form class="visit" novalidate autocomplete="off" @submit=${(event: Event) => save(event, app, visit, done)}>
    <fieldset>
      <legend>${t.place}</legend>
      ${placePicker({
        id: "visit-place",
        table: app.places,
        value: visit.place,
        digits: 2,
        describedBy: "visit-fault",
        invalid: visit.problem?.code === "visit-incomplete" && visit.place === undefined,
        pick: (place) => set({ place }),
      })}
    </fieldset>
    ${minute("arrive", t.arrive)} ${minute("leave", t.leave)}
    <label class="field">
      <span class="hint">${t.mode}</span>
      <select name="mode" @change=${(event: Event) => set({ mode: (event.target as HTMLSelectElement).value as Mode })}>
        ${MODES.map((mode) => html`<option value=${mode} .selected=${mode === visit.mode}>${modeName(mode)}</option>`)}
      </select>
    </label>
    ${insideOptions("visit-inside", insideField(phone, asked, visit.inside), (said) => asked && set({ inside: answered(phone, asked, said) }))}
    <p class="fault" id="visit-fault" role="alert">${visit.problem ? problemText(visit.problem) : nothing}</p>
    <div class="actions">
      <button class="primary">${t.save}</button>
      <button type="button" @click=${done}>${t.cancel}</button>
    </div>
  </form>`;
}

/** Whether a time is what is wrong with the visit. */
function isWrong({ problem, arrive }: NewVisit, part: "arrive" | "leave"): boolean {
  const code = problem?.code;
  if (part === "leave") return code === "holder-visit-order";
  return code === "holder-visit-in-future" || (code === "visit-incomplete" && arrive === "");
}

async function save(event: Event, app: CitizenApp, visit: NewVisit, done: () => void): Promise<void> {
  event.preventDefault();
  const { place, arrive, leave, mode } = visit;
  if (place === undefined || arrive === "") {
    visit.problem = { code: "visit-incomplete", message: codeText("visit-incomplete") };
    app.update();
    return;
  }
  const finished: Visit = {
    place,
    arrive: momentOf(arrive),
    mode,
    ...(leave === "" ? {} : { leave: momentOf(leave) }),
  };
  visit.problem = await app.addVisit(clarified(finished, visit.inside));
  if (visit.problem) app.update();
  else done();
}
