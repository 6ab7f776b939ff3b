import type { Place } from "healthcode";
import { html, type TemplateResult } from "lit-html";
import { type Level, levels } from "view/places/levels.ts";
import { nameOf } from "view/places/names.ts";
import type { PlaceTable } from "view/places/table.ts";

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

/** Three lists; each appears when the one before it has been answered. */
export function placePicker(picker: Picker): TemplateResult {
  const shown = levels(picker.table, picker.value ?? "", picker.digits);
  return html`<div class="place">${shown.map((one, depth) => level(picker, one, depth))}</div>`;
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
