import type { Asked } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { QuestionnaireDraft } from "view/draft.ts";
import { fieldFaultText } from "view/fault.ts";
import { dayAndTime } from "view/format.ts";
import { say } from "view/language.ts";
import { correctingWords } from "view/questionnaire.ts";
import { questionnaireWords } from "view/questionnaire-words.ts";
import { sentences } from "view/spans.ts";
import { whenReleased } from "../../../../pkg-template/src/components/web/pointer.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import type { CitizenApp } from "../app.ts";
import { reviewPanel } from "../review.ts";
import type { FieldContext } from "./context.ts";
import { field } from "./fields.ts";

export function questionnaireView(app: CitizenApp): TemplateResult {
  const [t, c] = [questionnaireWords(), correctingWords()];
  const { draft } = app;
  if (draft === undefined) return html``;
  const { corrects } = draft;
  const submit = (event: Event) => {
    event.preventDefault();
    void app.handIn();
  };
  const faults = draft.asked.filter(({ id }) => draft.shownFaults(id).length > 0).length;
  return html`
    <form class="questionnaire" novalidate autocomplete="off" @submit=${submit}>
      <div class="panel intro">
        <h2>${corrects ? c.correcting(dayAndTime(corrects.at)) : t.title}</h2>
        <p>${corrects ? c.keeps : t.privacy}</p>
        <p class="progress">
          <progress max=${draft.asked.length} value=${draft.answered()} aria-hidden="true"></progress>
          <span>${t.progress(draft.answered(), draft.asked.length)}</span>
        </p>
      </div>
      ${repeat(
        draft.asked,
        ({ id }) => id,
        (question, index) => card(app, draft, question, index + 1),
      )}
      ${reviewPanel(app.pending?.review, app.confirm, app.amend)}
      <div class="panel closing" ?hidden=${app.pending !== undefined}>
        ${app.problem ? html`<p class="fault" role="alert">${problemText(app.problem)}</p>` : nothing}
        <p class="fault" role="status">${faults > 0 ? t.faults(faults) : nothing}</p>
        <div class="actions">
          <button class="primary">${corrects ? c.submit : t.submit}</button>
          ${app.lastReport() ? html`<button type="button" @click=${app.leaveReport}>${t.cancel}</button>` : nothing}
        </div>
      </div>
    </form>
  `;
}

/** One question with its hint, field and faults. */
function card(app: CitizenApp, draft: QuestionnaireDraft, question: Asked, number: number): TemplateResult {
  const { id } = question;
  const faults = draft.shownFaults(id).filter(({ part }) => part === undefined);
  const context: FieldContext = {
    app,
    draft,
    question,
    describedBy: `${id}-help ${id}-fault`,
    invalid: draft.shownFaults(id).length > 0,
    set: (value) => {
      draft.set(id, value);
      app.pending = undefined;
      app.keepDraft();
      app.update();
    },
    touch: () =>
      whenReleased(() => {
        draft.touch(id);
        app.update();
      }),
  };
  return html`<fieldset class="panel question ${context.invalid ? "wrong" : ""}" data-question=${id} data-type=${question.type}>
    <legend>
      <span class="number" aria-hidden="true">${number}</span>
      ${say(question.text)} ${question.required ? nothing : html`<span class="hint">${questionnaireWords().optional}</span>`}
    </legend>
    <p class="hint" id="${id}-help">${question.help ? say(question.help) : nothing}</p>
    ${draft.kept.has(id) ? html`<p class="hint before">${questionnaireWords().before}</p>` : nothing}
    ${field(context)}
    <p class="fault" id="${id}-fault" aria-live="polite">${sentences(faults.map(({ code }) => fieldFaultText(code, question)))}</p>
  </fieldset>`;
}
