import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { insideOf, placeOf, type Typed, visitOfAnswer } from "view/draft.ts";
import { answered, insideField, insideWords, type Said } from "view/inside.ts";
import { say } from "view/language.ts";
import { questionnaireWords } from "view/questionnaire-words.ts";
import { clock } from "../../app/clock.ts";
import { placePicker } from "../../places/picker.ts";
import { insideOptions } from "../explain/inside.ts";
import { dayBounds, type FieldContext } from "./context.ts";
import { tripsField } from "./trips.ts";

/** The field for a question, by its type. */
export function field(context: FieldContext): TemplateResult {
  switch (context.question.type) {
    case "yes-no":
      return yesNo(context);
    case "one-of":
      return oneOf(context);
    case "many-of":
      return manyOf(context);
    case "number":
      return numberField(context);
    case "date":
      return dateField(context);
    case "place":
      return placeField(context);
    case "trips":
      return tripsField(context);
    case "text":
      return textField(context);
  }
}

const mark = (faulty: boolean): string => (faulty ? "faulty" : "");

/** Leaving a field counts as having answered it. */
function left(context: FieldContext) {
  return () => {
    if (context.draft.drafts.has(context.question.id)) context.touch();
  };
}

interface Option {
  value: string;
  label: string;
  checked: boolean;
  choose(checked: boolean): void;
}

function options(context: FieldContext, type: "radio" | "checkbox", all: Option[]): TemplateResult {
  return html`<div class="options ${type}">
    ${all.map(
      ({ value, label, checked, choose }) => html`<label>
        <input
          type=${type}
          class=${mark(context.invalid)}
          name=${context.question.id}
          value=${value}
          .checked=${live(checked)}
          aria-describedby=${context.describedBy}
          @change=${(event: Event) => choose((event.target as HTMLInputElement).checked)}
        />
        <span>${label}</span>
      </label>`,
    )}
  </div>`;
}

function yesNo(context: FieldContext): TemplateResult {
  const chosen = context.draft.drafts.get(context.question.id);
  const option = (answer: boolean, label: string): Option => ({
    value: answer ? "yes" : "no",
    label,
    checked: chosen === answer,
    choose: () => context.set(answer),
  });
  return options(context, "radio", [option(true, questionnaireWords().yes), option(false, questionnaireWords().no)]);
}

function oneOf(context: FieldContext): TemplateResult {
  const chosen = context.draft.drafts.get(context.question.id);
  const all = context.question.options.map(({ id, text }) => ({
    value: id,
    label: say(text),
    checked: chosen === id,
    choose: () => context.set(id),
  }));
  return options(context, "radio", all);
}

function manyOf(context: FieldContext): TemplateResult {
  const chosen = (context.draft.drafts.get(context.question.id) ?? []) as string[];
  const all = context.question.options;
  const alone = new Set(all.filter((option) => option.alone).map(({ id }) => id));
  const choose = (id: string, checked: boolean) => {
    // "None of these" clears the others, and any other clears "none of these".
    const kept = chosen.filter((other) => other !== id && !(checked && (alone.has(id) || alone.has(other))));
    const now = checked ? [...kept, id] : kept;
    context.set(now.length > 0 ? all.map((option) => option.id).filter((option) => now.includes(option)) : undefined);
  };
  return options(
    context,
    "checkbox",
    all.map(({ id, text }) => ({
      value: id,
      label: say(text),
      checked: chosen.includes(id),
      choose: (checked) => choose(id, checked),
    })),
  );
}

/** The most characters that fit an answer's bytes, whatever the language. */
const WORDS = 80;

function textField(context: FieldContext): TemplateResult {
  const { question, draft, describedBy, invalid } = context;
  const value = draft.drafts.get(question.id);
  return html`<input
    id=${question.id}
    class=${mark(invalid)}
    maxlength=${WORDS}
    autocomplete="off"
    aria-label=${say(question.text)}
    aria-describedby=${describedBy}
    aria-invalid=${invalid}
    .value=${live(typeof value === "string" ? value : "")}
    @input=${(event: Event) => context.set((event.target as HTMLInputElement).value || undefined)}
    @blur=${left(context)}
  />`;
}

function numberField(context: FieldContext): TemplateResult {
  const { question, draft, describedBy, invalid } = context;
  const value = draft.drafts.get(question.id) as Typed | undefined;
  return html`<div class="number-field">
    <input
      id=${question.id}
      class=${mark(invalid)}
      inputmode="decimal"
      maxlength="12"
      size="6"
      .value=${live(value?.typed ?? "")}
      aria-label=${questionnaireWords().measured(say(question.text), question.number?.unit ?? "")}
      aria-describedby=${describedBy}
      aria-invalid=${invalid}
      @input=${(event: Event) => {
        const typed = (event.target as HTMLInputElement).value;
        context.set(typed.trim() === "" ? undefined : { typed });
      }}
      @blur=${left(context)}
    />
    <span class="unit">${question.number?.unit}</span>
  </div>`;
}

function dateField(context: FieldContext): TemplateResult {
  const { question, draft, describedBy, invalid } = context;
  const { least, most } = dayBounds(question.daysBack);
  return html`<input
    type="date"
    id=${question.id}
    class=${mark(invalid)}
    min=${least}
    max=${most}
    .value=${live(String(draft.drafts.get(question.id) ?? ""))}
    aria-label=${say(question.text)}
    aria-describedby=${describedBy}
    aria-invalid=${invalid}
    @change=${(event: Event) => context.set((event.target as HTMLInputElement).value || undefined)}
    @blur=${left(context)}
  />`;
}

function placeField(context: FieldContext): TemplateResult {
  const { question, draft, describedBy, invalid, app } = context;
  const digits = question.placeDigits ?? 2;
  // Most people are in the region of the rules; the rest is for them to choose.
  const region = app.phone.holder.rules(app.phone.now())?.region;
  const start = region !== undefined && region.length < digits ? region : undefined;
  const value = draft.drafts.get(question.id);
  const [place, now] = [placeOf(value), clock.now()];
  const visit = visitOfAnswer(question, value, now);
  const picker = placePicker({
    id: question.id,
    table: app.places,
    value: place ?? start,
    digits,
    describedBy,
    invalid,
    pick: context.set,
  });
  const choose = (said: Said) => {
    if (place !== undefined && visit) context.set({ place, inside: answered(app.phone, visit, said) });
  };
  const id = `${question.id}-inside`;
  const inside = insideField(app.phone, visit, insideOf(value), question.id, "", insideWords().is);
  return html`${picker} ${insideOptions(id, inside, choose)}`;
}
