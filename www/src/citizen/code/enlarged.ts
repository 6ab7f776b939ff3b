import { html, type TemplateResult } from "lit-html";
import type { codeData } from "view/code.ts";
import { shape } from "../../app/shape.ts";
import type { CitizenApp } from "../app.ts";

const dialog = (): HTMLDialogElement | null => document.querySelector("#enlarged");

/** Shows the code over the whole screen. */
export function enlarge(app: CitizenApp): void {
  app.enlarged = true;
  app.update();
  dialog()?.showModal();
}

/** The code over the whole screen, as large as it can be: a press anywhere, or Escape, closes it. */
export function enlargedCode(
  app: CitizenApp,
  { colour, word, time, qrLabel, smaller }: ReturnType<typeof codeData>,
  text: string,
): TemplateResult {
  const closed = () => {
    app.enlarged = false;
    app.update();
  };
  return html`<dialog id="enlarged" class=${colour} aria-label=${word} @click=${() => dialog()?.close()} @close=${closed}>
    <p class="sign">${shape(colour)} <strong>${word}</strong> <span>${time}</span></p>
    <qr-code .text=${text} .label=${qrLabel}></qr-code>
    <button type="button">${smaller}</button>
  </dialog>`;
}
