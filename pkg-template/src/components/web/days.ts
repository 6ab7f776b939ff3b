// Draws days with their colours, as SVG: it prints, grows with the type, and is one picture to a screen reader.
import { html, svg, type TemplateResult } from "lit-html";
import type { DrawnDay } from "../../view/days.js";

/** How high a colour stands, in hundredths of the drawing: nobody needs to tell colours apart. */
const HEIGHT = { green: 42, yellow: 66, red: 92, grey: 20 };
/** Where days stand, from above. */
const GROUND = 96;

const percent = (part: number): string => `${Math.round(part * 1000) / 1000}%`;

/** The drawing of days, which is told as `label`. */
export function daysDrawn(days: readonly DrawnDay[], label: string): TemplateResult {
  const wide = 100 / days.length;
  return html`<svg class="days" role="img" aria-label=${label}>${days.map((day, at) => {
    const part = (wide * 0.84) / Math.max(day.parts.length, 1);
    const left = (at + 0.08) * wide;
    const bars = day.parts.map(
      ({ colour, look }, place) =>
        svg`<rect class="part ${look} ${colour}" x=${percent(left + place * part)} width=${percent(part)} y=${percent(GROUND - HEIGHT[colour])} height=${percent(HEIGHT[colour])} />`,
    );
    const ground = svg`<rect class="ground" x=${percent(left)} width=${percent(wide * 0.84)} y=${percent(GROUND)} height="2%" />`;
    const frame =
      day.when === "today"
        ? svg`<rect class="today" x=${percent(at * wide)} width=${percent(wide)} y="1%" height="98%" />`
        : "";
    return svg`${ground}${bars}${frame}`;
  })}</svg>`;
}
