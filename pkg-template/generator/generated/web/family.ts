import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { FamilyView } from "../../src/view/family.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<FamilyView["data"]>;

export const template = (d: Data, on: Bind<FamilyView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section class="panel">
<h2 class="title">${d.title}</h2>
<p class="hint">${d.about}</p>${repeat(d.people, (p) => p.person, (p) => html`<div class="${p.colour} row ${p.look}">
<div class="line wrap">
<div class="shape ${p.colour}" aria-hidden="true">
</div>
<div class="who">
<div class="sub">${p.name}</div>
<div class="hint">${p.about}</div>
</div>
<div class="state">
<div>${p.word}</div>${p.current ? html`<div class="hint">${d.now}</div>` : nothing}</div>${!p.current ? html`<button type="button" class="button small" aria-label="${p.label}" data-person="${p.person}" ?disabled=${d.busy} @click=${on("show")}>${d.show}</button>` : nothing}${p.removable ? html`<button type="button" class="button small" aria-label="${p.removeLabel}" data-person="${p.person}" ?disabled=${d.busy} @click=${on("remove")}>${d.remove}</button>` : nothing}</div>
</div>`)}<p class="fault" role="alert">${d.problem}</p>
<button type="button" class="button" ?disabled=${d.busy} @click=${on("add")}>${d.add}</button>
</section>`}`;
