import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { ReportView } from "../../src/view/report.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<ReportView["data"]>;

export const template = (d: Data, on: Bind<ReportView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section class="panel">
<h2 class="title">${d.title}</h2>
<div class="${d.sign} line" role="status">
<div class="shape ${d.sign}" aria-hidden="true">
</div>
<div class="sub">${d.status}</div>
</div>
<p class="row-of-days">${d.row}</p>
<div class="hint">${d.count}</div>${d.missing ? html`<p class="hint">${d.missing}</p>` : nothing}<div class="hint">${d.daysWord}</div>
<div class="days" role="list">${repeat(d.days, (d) => d.day, (d) => html`<div class="cell ${d.look}" role="listitem" aria-label="${d.label}">
<div class="mark-of" aria-hidden="true">${d.mark}</div>
<div class="date" aria-hidden="true">${d.number}</div>
</div>`)}</div>
<p class="hint">${d.last}</p>
<button type="button" class="button primary" @click=${on("report")}>${d.report}</button>
<div class="hint apart">${d.logWord}</div>${repeat(d.log, (one) => one.key, (one) => html`<div class="row">
<div class="hint">${one.when}</div>
<div class="${one.struck}">${one.says}</div>
<div class="acts">${one.open ? html`<button type="button" class="button small" aria-label="${one.correctLabel}" data-index="${one.index}" @click=${on("correct")}>${d.correct}</button>` : nothing}</div>
</div>`)}<p class="hint">${d.privacy}</p>
</section>`}`;
