import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import type { CitizenApp } from "./app.ts";
import { peopleList } from "./people.ts";

const text = words(
  {
    title: "清除全部",
    about: "删除这台手机上每个人的密钥、证书、申报和行程记录。删除后无法恢复。浏览器自己的文件里可能暂时还有残留。",
    open: "清除全部……",
    sure: "真的要清除全部吗？",
    lost: "这些人的申报和行程记录会全部丢失，健康码要重新申请：",
    yes: "清除全部",
    no: "不清除",
  },
  {
    title: "Delete everything",
    about:
      "Deletes the keys, certificates, reports and diaries of everybody on this phone. They cannot be recovered. Traces may stay for a while in the browser’s own files.",
    open: "Delete everything…",
    sure: "Delete everything?",
    lost: "The reports and diaries of these people will be lost, and each has to request a new code:",
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
      ${peopleList(app)}
      <div class="actions">
        <button type="button" @click=${() => dialog()?.close()}>${t.no}</button>
        <button type="button" class="danger" @click=${app.forget}>${t.yes}</button>
      </div>
    </dialog>
  </section>`;
}
