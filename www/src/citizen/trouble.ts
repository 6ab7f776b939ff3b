import { storedCopy } from "healthcode";
import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { openOptions } from "../app/package.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    damaged: "本机保存的内容读不出来",
    kept: "内容还在，没有被删除。您可以先存一份副本给帮忙的人看，里面没有密钥，再重新开始；原来的内容会留在本机，直到您选择清除全部；浏览器为它保管的密钥会换成新的。",
    copy: "存一份副本",
    anew: "重新开始",
    reload: "重新打开",
    keys: "演示服务器换了密钥",
    keysMore:
      "您上次使用之后，这台演示服务器换了密钥，之前的证书和数据都不能再用。真正的健康码应用自带密钥，不会这样。",
    forget: "清除旧数据，重新开始",
  },
  {
    damaged: "What is stored on this device cannot be read",
    kept: "It is still there; nothing was deleted. You can save a copy, without keys, for whoever helps you, and then start afresh. The old data stays on this device until you choose to delete everything; the keys that the browser kept for it are replaced by new ones.",
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
