import { storedCopy } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { openOptions } from "../app/package.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    damaged: "保存的内容打不开",
    kept: "内容还在，没有删除。可以先存一份副本，交给帮您处理的人：里面没有密钥，但有您的申报内容和行程，请只交给信得过的人。",
    afresh: "重新开始后，原来的内容仍留在这台手机上，选“清除全部”才会删除；密钥会换成新的。",
    copy: "存一份副本",
    anew: "重新开始",
    reload: "重新打开",
    keys: "演示服务器换了密钥",
    keysMore:
      "您上次使用之后，这台演示服务器换了密钥，之前的证书和数据都不能再用。真正的健康码应用自带密钥，不会这样。",
    forget: "清除旧数据，重新开始",
  },
  {
    damaged: "The saved data cannot be opened",
    kept: "Nothing was deleted. You can save a copy for whoever helps you. It has no keys, but it has your answers and visits: give it only to somebody you trust.",
    afresh: "If you start afresh, the old data stays on this phone until you delete everything. The keys are replaced.",
    copy: "Save a copy",
    anew: "Start afresh",
    reload: "Open again",
    keys: "This demonstration server has new keys",
    keysMore:
      "It has changed its keys since you were last here, so your certificate and data are no longer valid. A real health code app has its keys built in, and this cannot happen.",
    forget: "Delete the old data and start afresh",
  },
);

/** Stored data that cannot be read: it stays, and the citizen decides. */
export function damagedView(app: CitizenApp): TemplateResult {
  const t = text();
  const newer = app.problem?.code.endsWith("-newer");
  return html`<section class="panel" role="alert">
    <h2>${t.damaged}</h2>
    <p>${app.problem && problemText(app.problem)}</p>
    <p>${t.kept}</p>
    ${newer ? nothing : html`<p>${t.afresh}</p>`}
    <div class="actions">
      <button type="button" class="primary" @click=${() => saveCopy(app)}>${t.copy}</button>
      ${
        newer
          ? html`<button type="button" @click=${() => location.reload()}>${t.reload}</button>`
          : html`<button type="button" @click=${app.setAside}>${t.anew}</button>`
      }
    </div>
  </section>`;
}

async function saveCopy(app: CitizenApp): Promise<void> {
  const copy = await storedCopy(openOptions(app.settings.roots));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([copy], { type: "application/json" }));
  link.download = "healthcode.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

export function otherKeysView(app: CitizenApp): TemplateResult {
  const t = text();
  return html`<section class="panel" role="alert">
    <h2>${t.keys}</h2>
    <p>${t.keysMore}</p>
    <button type="button" class="primary" @click=${app.forget}>${t.forget}</button>
  </section>`;
}
