import { html, nothing, type TemplateResult } from "lit-html";
import type { Review } from "view/review.ts";
import { shape } from "../app/shape.ts";

/** What a change would come to, before it counts. */
export function reviewPanel(
  review: Review | undefined,
  confirm: () => void,
  amend: () => void,
): TemplateResult | typeof nothing {
  if (review === undefined) return nothing;
  return html`<section class="panel review ${review.colour}" role="alert" tabindex="-1">
    <h3>${shape(review.colour)} <span>${review.title}</span></h3>
    ${review.because.map((says) => html`<p>${says}</p>`)}
    ${review.kept ? html`<p class="hint">${review.kept}</p>` : nothing}
    <div class="actions">
      <button type="button" class="primary" @click=${confirm}>${review.confirm}</button>
      <button type="button" @click=${amend}>${review.amend}</button>
    </div>
  </section>`;
}
