import type { Mode } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { changed, type DraftTrip, visitOfTrip } from "view/draft.ts";
import { fieldFaultText } from "view/fault.ts";
import { answered, insideField } from "view/inside.ts";
import { MODES, modeName } from "view/names.ts";
import { tripWords } from "view/questionnaire-words.ts";
import { focusOn } from "../../../../pkg-template/src/components/web/focus.ts";
import { clock } from "../../app/clock.ts";
import { placePicker } from "../../places/picker.ts";
import { insideOptions } from "../explain/inside.ts";
import { dayBounds, type FieldContext } from "./context.ts";

const EMPTY: DraftTrip = { place: undefined, from: "", to: "", mode: "stay" };

/** Trips, each in its own box; there is one from the start. */
export function tripsField(context: FieldContext): TemplateResult {
  const trips = (context.draft.drafts.get(context.question.id) as DraftTrip[] | undefined) ?? [EMPTY];
  const add = () => {
    context.set([...trips, EMPTY]);
    focusOn(document.getElementById(`${context.question.id}-${trips.length}-place`));
  };
  return html`
    ${trips.map((trip, index) => tripBox(context, trips, trip, index))}
    <button type="button" class="add" @click=${add}>+ ${tripWords().add}</button>
  `;
}

function tripBox(context: FieldContext, trips: DraftTrip[], trip: DraftTrip, index: number): TemplateResult {
  const t = tripWords();
  const { id, daysBack } = context.question;
  const change = (part: Partial<DraftTrip>) =>
    context.set(trips.map((other, at) => (at === index ? changed(other, part) : other)));
  const remove = () => {
    const rest = trips.filter((_, at) => at !== index);
    context.set(rest.length > 0 ? rest : undefined);
  };
  const { least, most } = dayBounds(daysBack);
  const { phone } = context.app;
  const visit = visitOfTrip(trip, clock.now());
  const asked = insideField(phone, visit, trip.inside);
  return html`<fieldset class="trip">
    <legend>${t.trip(index + 1)}</legend>
    ${placePicker({
      id: `${id}-${index}-place`,
      table: context.app.places,
      value: trip.place,
      digits: context.question.placeDigits ?? 2,
      describedBy: `${context.describedBy} ${id}-${index}-place-fault`,
      invalid: faults(context, index, "place") !== nothing,
      pick: (place) => change({ place }),
    })}
    ${faults(context, index, "place")}
    <div class="days">
      ${dayField(context, index, "from", t.from, trip.from, { least: "", most }, (from) => change({ from }))}
      ${dayField(context, index, "to", t.to, trip.to, { least, most }, (to) => change({ to }), t.still)}
    </div>
    ${faults(context, index, "from")} ${faults(context, index, "to")}
    <label class="field">
      <span class="hint">${t.mode}</span>
      <select id="${id}-${index}-mode" @change=${(event: Event) => change({ mode: (event.target as HTMLSelectElement).value as Mode })}>
        ${MODES.map((mode) => html`<option value=${mode} .selected=${mode === trip.mode}>${modeName(mode)}</option>`)}
      </select>
    </label>
    ${insideOptions(`${id}-${index}-inside`, asked, (said) => visit && change({ inside: answered(phone, visit, said) }))}
    ${
      trips.length > 1 || trip !== EMPTY
        ? html`<button type="button" class="remove" aria-label=${t.remove(index + 1)} @click=${remove}>${t.removeShort}</button>`
        : nothing
    }
  </fieldset>`;
}

function dayField(
  context: FieldContext,
  index: number,
  part: "from" | "to",
  label: string,
  value: string,
  bounds: { least: string; most: string },
  change: (day: string) => void,
  hint?: string,
): TemplateResult {
  const id = `${context.question.id}-${index}-${part}`;
  const invalid = faults(context, index, part) !== nothing;
  return html`<label>
    <span class="hint">${label}</span>
    <input
      type="date"
      id=${id}
      class=${invalid ? "faulty" : ""}
      min=${bounds.least}
      max=${bounds.most}
      .value=${live(value)}
      aria-describedby="${context.describedBy} ${id}-fault"
      aria-invalid=${invalid}
      @change=${(event: Event) => change((event.target as HTMLInputElement).value)}
    />
    ${hint ? html`<span class="hint">${hint}</span>` : nothing}
  </label>`;
}

/** What is wrong with one part of a trip. */
function faults(context: FieldContext, index: number, part: string): TemplateResult | typeof nothing {
  const { draft, question } = context;
  const found = draft.shownFaults(question.id).filter((fault) => fault.part === `${index}-${part}`);
  if (found.length === 0) return nothing;
  return html`<p class="fault" id="${question.id}-${index}-${part}-fault" aria-live="polite">
    ${found.map(({ code }) => fieldFaultText(code, question, part))}
  </p>`;
}
