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
<div>${p.word}</div>${p.current ? html`<div class="hint">${d.now}</div>` : nothing}</div>${!p.current ? html`<button type="button" class="button small" aria-label="${p.label}" data-person="${p.person}" ?disabled=${d.busy} @click=${on("show")}>${d.show}</button>` : nothing}${p.removable ? html`<button type="button" class="button small" aria-label="${p.removeLabel}" data-person="${p.person}" ?disabled=${d.busy} @click=${on("remove")}>${d.remove}</button>` : nothing}${p.callable ? html`<button type="button" class="button small" aria-label="${p.callLabel}" data-person="${p.person}" ?disabled=${d.busy} @click=${on("call")}>${d.call}</button>` : nothing}</div>${p.leaves ? html`<div class="box" role="alert">
<p>${p.sure}</p>
<button type="button" class="button" ?disabled=${d.busy} @click=${on("confirm")}>${d.yes}</button>
<button type="button" class="button" @click=${on("cancel")}>${d.no}</button>
</div>` : nothing}${p.named ? html`<div class="box" role="group" aria-label="${p.callLabel}">
<p class="hint">${d.callMore}</p>
<input autocomplete="off" inputmode="text" .value=${p.called} maxlength="20" class="field" aria-label="${p.callLabel}" placeholder="" @input=${on("type")} />
<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("save")}>${d.save}</button>
<button type="button" class="button" @click=${on("cancel")}>${d.cancel}</button>
</div>` : nothing}</div>`)}<p class="fault" role="alert">${d.problem}</p>
<button type="button" class="button" ?disabled=${d.busy} @click=${on("add")}>${d.add}</button>
</section>`}`;
