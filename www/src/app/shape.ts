import { html, svg, type TemplateResult } from "lit-html";
import type { Sign } from "view/names.ts";

/** Each sign has its own shape, so that nobody has to tell colours apart. */
const SHAPES: Record<Sign, TemplateResult> = {
  green: svg`<circle cx="32" cy="32" r="28" /><path class="mark" d="m19 33 9 9 18-20" />`,
  yellow: svg`<path d="M32 5 61 57H3z" /><path class="mark" d="M32 24v16m0 8v1" />`,
  red: svg`<path d="M21 4h22l17 17v22L43 60H21L4 43V21z" /><path class="mark" d="M17 32h30" />`,
  grey: svg`<rect x="6" y="6" width="52" height="52" rx="4" class="dashed" />
    <path class="mark" d="M24 25c0-12 17-11 17-1 0 7-9 7-9 14m0 8v1" />`,
  refused: svg`<rect x="5" y="5" width="54" height="54" rx="10" /><path class="mark" d="m20 20 24 24m0-24L20 44" />`,
};

/** The shape of a sign; there are words beside it, so screen readers skip it. */
export function shape(sign: Sign): TemplateResult {
  return html`<svg class="shape" viewBox="0 0 64 64" aria-hidden="true" focusable="false">${SHAPES[sign]}</svg>`;
}
