import type { FileState } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { clock } from "../../app/clock.ts";
import { codeText, problemText } from "../../app/texts.ts";
import { ago, dayAndTime } from "view/format.ts";
import { say, words } from "view/language.ts";
import { kindName } from "view/names.ts";
import type { CitizenApp } from "../app.ts";

const text = words(
  {
    title: "用的是哪些数据",
    version: (version: number) => `第${version}版`,
    issued: (when: string, age: string) => `${when}发布（${age}）`,
    until: (when: string) => `有效期到${when}`,
    stale: "已过期，请联网更新",
    rules: (title: string, issuer: string) => `${title}，由${issuer}发布`,
    failed: "刚才没有更新成，继续使用手机上已有的数据：",
    certificate: "证书没有更新成：",
    refresh: "现在更新",
    report: (when: string, age: string) => `最近一次申报：${when}（${age}）`,
  },
  {
    title: "Which data are used",
    version: (version) => `version ${version}`,
    issued: (when, age) => `issued ${when} (${age})`,
    until: (when) => `holds until ${when}`,
    stale: "expired; go online to renew it",
    rules: (title, issuer) => `${title}, by ${issuer}`,
    failed: "The last update did not work; what is on the phone stays in use:",
    certificate: "The certificate was not renewed:",
    refresh: "Update now",
    report: (when, age) => `Last report: ${when} (${age})`,
  },
);

/** Rules, risk data and certificate: version, age, expiry, and what kept any from being renewed. */
export function dataPanel(app: CitizenApp): TemplateResult {
  const t = text();
  const last = app.lastReport();
  const rules = app.assessment?.rules;
  return html`<section class="panel data">
    <h2>${t.title}</h2>
    ${rules ? html`<p>${t.rules(say(rules.title), say(rules.issuer))}</p>` : nothing}
    <ul>
      ${app.phone.holder.files().map(file)}
    </ul>
    ${last ? html`<p>${t.report(dayAndTime(last.at), ago(last.at, clock.now()))}</p>` : nothing}
    <div role="status">
      ${app.refreshProblem ? html`<p class="fault">${t.failed} ${problemText(app.refreshProblem)}</p>` : nothing}
      ${app.certificateProblem ? html`<p class="fault">${t.certificate} ${problemText(app.certificateProblem)}</p>` : nothing}
    </div>
    <button type="button" @click=${app.refresh}>${t.refresh}</button>
  </section>`;
}

function file({ kind, version, issued, expires, problem }: FileState): TemplateResult {
  const t = text();
  const stale = expires !== undefined && Date.parse(expires) <= clock.now();
  return html`<li data-file=${kind} class=${stale || problem ? "stale" : ""}>
    <strong>${kindName()[kind]}</strong>
    ${version === undefined ? nothing : html`<span>${t.version(version)}</span>`}
    ${issued ? html`<span>${t.issued(dayAndTime(issued), ago(issued, clock.now()))}</span>` : nothing}
    ${expires ? html`<span>${stale ? t.stale : t.until(dayAndTime(expires))}</span>` : nothing}
    ${problem ? html`<span class="fault">${codeText(problem)}</span>` : nothing}
  </li>`;
}
