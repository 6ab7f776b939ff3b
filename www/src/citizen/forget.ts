import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "清除全部",
    about:
      "删除这台手机上的密钥、证书、填报和行程记录：先覆盖，再删除，之后无法恢复。浏览器整理自己的存储文件之前，文件里可能还有旧内容的残留。",
    open: "清除全部……",
    sure: "真的要清除全部吗？",
    lost: "您的填报和行程记录会全部丢失，健康码要重新申请。",
    yes: "全部清除",
    no: "不清除",
  },
  {
    title: "Delete everything",
    about:
      "Deletes the key, the certificate, the reports and the diary on this phone: they are overwritten, then removed, and cannot be recovered. Traces may stay in the browser’s own storage files until it tidies them up.",
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
