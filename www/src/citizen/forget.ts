import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "清除全部",
    about: "删除这台手机上的密钥、证书、申报和行程记录。删除后，健康码再也读不到。浏览器自己的文件里可能暂时还有残留。",
    open: "清除全部……",
    sure: "真的要清除全部吗？",
    lost: "您的申报和行程记录会全部丢失，健康码要重新申请。",
    yes: "全部清除",
    no: "不清除",
  },
  {
    title: "Delete everything",
    about:
      "Deletes the key, the certificate, the reports and the diary on this phone. The health code cannot get them back. Traces may stay for a while in the browser’s own files.",
    open: "Delete everything…",
    sure: "Delete everything?",
    lost: "Your reports and diary will be lost, and you will have to request a new code.",
    yes: "Delete everything",
    no: "Keep it",
  },
);

/** Deletes everything stored, after asking once more. */
export function forgetPanel(app: CitizenApp): TemplateResult {
  const t = text();
  const dialog = () => document.querySelector<HTMLDialogElement>("#forget");
  return html`<section class="panel forget">
    <h2>${t.title}</h2>
    <p class="hint">${t.about}</p>
    <button type="button" class="danger" @click=${() => dialog()?.showModal()}>${t.open}</button>
    <dialog id="forget" aria-labelledby="forget-title">
      <h2 id="forget-title">${t.sure}</h2>
      <p>${t.lost}</p>
      <div class="actions">
        <button type="button" @click=${() => dialog()?.close()}>${t.no}</button>
        <button type="button" class="danger" @click=${app.forget}>${t.yes}</button>
      </div>
    </dialog>
  </section>`;
}
