import type { Place } from "healthcode";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { findWords } from "view/places/finding.ts";
import { type Level, levels } from "view/places/levels.ts";
import { nameOf, namesAround } from "view/places/names.ts";
import { search } from "view/places/search.ts";
import type { Named, PlaceTable } from "view/places/table.ts";
import { clock } from "../app/clock.ts";

interface Picker {
  /** The prefix of the fields' ids. */
  id: string;
  table: PlaceTable;
  value: Place | undefined;
  /** The minimum number of digits of an answer: deeper levels are optional. */
  digits: number;
  /** Ids of the elements that describe the fields. */
  describedBy: string;
  invalid: boolean;
  pick(code: Place | undefined): void;
}

/** The month whose edition of the codes is offered. */
const month = () => new Date(clock.now()).toISOString().slice(0, 7);

/** A search, and lists, each of which appears when the one before it has been answered. */
export function placePicker(picker: Picker): TemplateResult {
  const shown = levels(picker.table, picker.value ?? "", picker.digits, month());
  return html`<div class="place">
    <label class="find">
      <span class="hint">${findWords().find}</span>
      <input type="search" id=${`${picker.id}-find`} autocomplete="off" @input=${(event: Event) => found(event, picker)} />
    </label>
    <ul class="found" aria-live="polite"></ul>
    ${shown.map((one, depth) => level(picker, one, depth))}
  </div>`;
}

/** Shows what fits the text typed so far, until one is picked. */
function found(event: Event, picker: Picker): void {
  const input = event.target as HTMLInputElement;
  const list = input.closest(".place")?.querySelector<HTMLElement>(".found");
  if (!list) return;
  const clear = () => {
    input.value = "";
    render(nothing, list);
  };
  render(results(picker, input.value.trim(), clear), list);
}

function results(picker: Picker, typed: string, clear: () => void): TemplateResult | typeof nothing {
  if (typed === "") return nothing;
  const places = search(picker.table, typed, month());
  const pick = (place: Named) => {
    clear();
    picker.pick(place.code);
  };
  if (places.length === 0) return html`<li class="hint">${findWords().none}</li>`;
  return html`${places.map(
    (place) => html`<li>
      <button type="button" @click=${() => pick(place)}>
        ${nameOf(place)} <span class="hint">${namesAround(place.code)}</span>
      </button>
    </li>`,
  )}`;
}

function level(
  picker: Picker,
  { digits, label, none, enough, options, chosen, before }: Level,
  depth: number,
): TemplateResult {
  const wrong = picker.invalid && (chosen === undefined || enough);
  const pick = (event: Event) => picker.pick((event.target as HTMLSelectElement).value || before);
  return html`<label>
    <span class="hint">${label}</span>
    <select
      id=${depth === 0 ? picker.id : `${picker.id}-${depth}`}
      class=${wrong ? "faulty" : ""}
      data-level=${digits}
      aria-describedby=${picker.describedBy}
      aria-invalid=${wrong}
      @change=${pick}
    >
      <option value="" .selected=${chosen === undefined}>${none}</option>
      ${options.map(
        (place) => html`<option value=${place.code} .selected=${place.code === chosen?.code}>${nameOf(place)}</option>`,
      )}
    </select>
  </label>`;
}
