import { html, nothing, type TemplateResult } from "lit-html";
import { codeWords } from "view/code-words.ts";
import type { CitizenApp } from "../app.ts";

/** How a code answers a checkpoint's challenge: a button, then the form, then what it answers. */
export function challengeForm({ asking, code }: CitizenApp): TemplateResult {
  const t = codeWords();
  const answered = code.state.answered === true;
  return html`<div class="asking">
    <p class="says" role="status">${answered ? t.answers(code.answer.digits) : nothing}</p>
    ${
      answered
        ? html`<button type="button" @click=${asking.stop}>${t.stop}</button>`
        : asking.open
          ? form()
          : html`<button type="button" @click=${asking.begin}>${t.answer}</button>`
    }
  </div>`;

  function form(): TemplateResult {
    return html`
      <form autocomplete="off" @submit=${asking.type}>
        <label for="challenge">${t.digits}</label>
        <div class="actions">
          <input id="challenge" inputmode="numeric" maxlength="8" aria-describedby="challenge-fault" />
          <button class="primary">${t.give}</button>
        </div>
        <p class="fault" id="challenge-fault" role="alert">${asking.fault}</p>
      </form>
      <div class="viewfinder" ?hidden=${!asking.scanning}><video muted playsinline></video></div>
      <div class="actions">
        <button type="button" ?hidden=${asking.scanning} @click=${asking.scan}>${t.scanIt}</button>
        <button type="button" @click=${asking.cancel}>${t.cancel}</button>
      </div>
    `;
  }
}
