import type { Place } from "healthcode";
import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { nameOf } from "view/places/names.ts";
import type { Named, PlaceTable } from "view/places/table.ts";

const text = words(
  { province: "省（区、市）", prefecture: "市（州、盟）", county: "区（县）", choose: "请选择", all: "不限" },
  { province: "Province", prefecture: "City or prefecture", county: "District or county", choose: "Choose", all: "Any" },
);

interface Picker {
  /** Begins the ids of the fields. */
  id: string;
  table: PlaceTable;
  value: Place | undefined;
  /** How many digits an answer needs: deeper levels may be left open. */
  digits: number;
  /** Ids of what describes the fields. */
  describedBy: string;
  invalid: boolean;
  pick(code: Place | undefined): void;
}

/** The levels of a place below `code`; a level without a name of its own is passed over. */
function below(table: PlaceTable, code: Place): Named[] {
  const found = table.within(code);
  return found.flatMap((place) => (place.zh === "" ? table.within(place.code) : [place]));
}

/** Three lists, each of which shows when the one before it has been answered. */
export function placePicker(picker: Picker): TemplateResult {
  const { table, value = "" } = picker;
  const path = value === "" ? [] : table.path(value);
  const levels: TemplateResult[] = [];
  let options = table.provinces();
  for (let depth = 0; options.length > 0; depth += 1) {
    const chosen = path[depth];
    const before = path[depth - 1];
    levels.push(level(picker, depth, options, chosen, before));
    if (chosen === undefined) break;
    options = below(table, chosen.code);
  }
  return html`<div class="place">${levels}</div>`;
}

function level(picker: Picker, depth: number, options: Named[], chosen?: Named, before?: Named): TemplateResult {
  const t = text();
  const digits = options[0]?.code.length ?? 2;
  const label = [t.province, t.prefecture, t.county][digits / 2 - 1] ?? t.county;
  const enough = (before?.code.length ?? 0) >= picker.digits;
  const pick = (event: Event) => picker.pick((event.target as HTMLSelectElement).value || before?.code);
  return html`<label>
    <span class="hint">${label}</span>
    <select
      id=${depth === 0 ? picker.id : `${picker.id}-${depth}`}
      class=${picker.invalid && (chosen === undefined || enough) ? "faulty" : ""}
      data-level=${digits}
      aria-describedby=${picker.describedBy}
      aria-invalid=${picker.invalid}
      @change=${pick}
    >
      <option value="" .selected=${chosen === undefined}>${enough ? t.all : t.choose}</option>
      ${options.map(
        (place) => html`<option value=${place.code} .selected=${place.code === chosen?.code}>${nameOf(place)}</option>`,
      )}
    </select>
  </label>`;
}
