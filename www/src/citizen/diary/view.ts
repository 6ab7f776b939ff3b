import type { Mode, Place, Problem, Visit } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { visitsData } from "view/diary.ts";
import { diaryWords } from "view/diary-words.ts";
import { isoMinute, momentOf, zoneName } from "view/format.ts";
import { type Answered, answered, clarified, entered, insideField } from "view/inside.ts";
import { MODES, modeName } from "view/names.ts";
import { focusOn } from "../../../../pkg-template/src/components/web/focus.ts";
import { clock } from "../../app/clock.ts";
import { codeText, problemText } from "../../i18n/errors/problem.ts";
import { placePicker } from "../../places/picker.ts";
import type { CitizenApp } from "../app.ts";
import { insideOptions } from "../explain/inside.ts";
import { reviewPanel } from "../review.ts";

interface NewVisit {
  place: Place | undefined;
  arrive: string;
  leave: string;
  mode: Mode;
  /** What was said of where inside the place it was. */
  inside?: Answered | undefined;
  problem: Problem | undefined;
  /** The visit of the diary that is corrected. */
  corrects?: Visit;
}
let adding: NewVisit | undefined;

/** The visits, and a form to add one. */
export function diaryPanel(app: CitizenApp): TemplateResult {
  const t = diaryWords();
  const visits = visitsData(app.phone);
  const begin = () => {
    app.amend();
    adding = { place: undefined, arrive: isoMinute(clock.now()), leave: "", mode: "stay", problem: undefined };
    app.update();
    focusOn(document.querySelector<HTMLElement>(".visit"));
  };
  const confirm = async () => {
    const problem = await app.confirm();
    if (problem === undefined) adding = undefined;
    else if (adding) adding.problem = problem;
    app.update();
    focusOn(document.querySelector<HTMLElement>(".diary .add"));
  };
  return html`<section class="panel diary">
    <h2>${t.title}</h2>
    <p class="hint">${t.about}</p>
    ${visits.length === 0 ? html`<p>${t.none}</p>` : html`<ul>${visits.map((visit) => visitRow(app, visit))}</ul>`}
    ${app.pending ? reviewPanel(app.pending.review, confirm, app.amend) : nothing}
    ${app.problem && !adding ? html`<p class="fault" role="alert">${problemText(app.problem)}</p>` : nothing}
    ${adding ? form(app, adding) : html`<button type="button" class="add" @click=${begin}>+ ${t.add}</button>`}
  </section>`;
}

type Row = ReturnType<typeof visitsData>[number];

function visitRow(app: CitizenApp, row: Row): TemplateResult {
  const t = diaryWords();
  const visit = app.phone.holder.diary()[Number(row.index)];
  const correct = () => {
    if (visit === undefined) return;
    adding = formOf(visit);
    app.amend();
    focusOn(document.querySelector<HTMLElement>(".visit"));
  };
  const remove = () => {
    adding = undefined;
    if (visit) void app.propose({ remove: visit });
  };
  const button = (label: string, says: string, act: () => void) =>
    html`<button type="button" class="remove" aria-label=${label} @click=${act}>${says}</button>`;
  return html`<li>
    <strong class=${row.struck}>${row.place}</strong>
    <span class=${row.struck}>${row.when}</span>
    <span class="hint">${row.mode}</span>
    ${row.note ? html`<span class="hint">${row.note}</span>` : nothing}
    ${row.same ? html`<span class="hint">${row.same}</span>` : nothing}
    ${
      row.own
        ? html`<span class="acts">${button(row.correctLabel, row.correct, correct)} ${button(row.removeLabel, t.remove, remove)}</span>`
        : nothing
    }
  </li>`;
}

/** The form to correct a visit of the diary in. */
const formOf = (visit: Visit): NewVisit => ({
  place: visit.place,
  arrive: isoMinute(Date.parse(visit.arrive)),
  leave: visit.leave === undefined ? "" : isoMinute(Date.parse(visit.leave)),
  mode: visit.mode ?? "stay",
  inside: visit.notIn && { said: "none", asked: visit.notIn },
  problem: undefined,
  corrects: visit,
});

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
  const entered = clarified(finished, visit.inside);
  const { corrects } = visit;
  visit.problem = await app.propose(corrects ? { remove: corrects, add: entered } : { add: entered });
  // What waits for a word can still be changed.
  if (visit.problem || app.pending) app.update();
  else done();
}
