import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { DiaryView } from "../../src/view/diary.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<DiaryView["data"]>;

export const template = (d: Data, on: Bind<DiaryView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section class="panel">
<h2 class="title">${d.title}</h2>
<p class="hint">${d.about}</p>${d.scans ? html`<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("scan")}>${d.scan}</button>` : nothing}<p class="hint">${d.scanHint}</p>
<p class="done" role="status">${d.note}</p>
<p class="fault" role="alert">${d.problem}</p>${d.none ? html`<p>${d.none}</p>` : nothing}${repeat(d.visits, (visit) => visit.key, (visit) => html`<div class="row">
<div class="sub ${visit.struck}">${visit.place}</div>
<div class="${visit.struck}">${visit.when}</div>
<div class="hint">${visit.mode}</div>${visit.note ? html`<p class="hint">${visit.note}</p>` : nothing}${visit.same ? html`<p class="hint">${visit.same}</p>` : nothing}${visit.own ? html`<div class="acts">${visit.still ? html`<button type="button" class="button small" aria-label="${visit.leaveLabel}" data-index="${visit.index}" ?disabled=${d.busy} @click=${on("leave")}>${d.leave}</button>` : nothing}<button type="button" class="button small" aria-label="${visit.correctLabel}" data-index="${visit.index}" ?disabled=${d.busy} @click=${on("correct")}>${d.correct}</button>
<button type="button" class="button small" aria-label="${visit.removeLabel}" data-index="${visit.index}" ?disabled=${d.busy} @click=${on("remove")}>${d.remove}</button>
</div>` : nothing}</div>`)}${!d.adding ? html`<button type="button" class="button add" @click=${on("begin")}>${d.add}</button>` : html`<div class="box adding" role="group" aria-label="${d.formTitle}">
<div class="sub">${d.formTitle}</div>
<div class="sub">${d.placeWord}</div>
<div>${repeat(d.place.search.fields, (f) => f.key, (f) => html`<input autocomplete="off" inputmode="text" .value=${``} maxlength="40" class="field" aria-label="${f.label}" data-question="${d.place.of}" data-index="${d.place.index}" placeholder="${f.label}" @input=${on("find")} />`)}${repeat(d.place.search.found, (p) => p.code, (p) => html`<button type="button" class="button small" data-question="${d.place.of}" data-index="${d.place.index}" data-code="${p.code}" @click=${on("found")}>
<span>${p.name} </span>
<span class="hint">${p.around}</span>
</button>`)}${d.place.search.nothing ? html`<p class="hint" role="status">${d.place.search.nothing}</p>` : nothing}${d.place.missing ? html`<p class="fault" role="alert">${d.place.missing}</p>` : nothing}${d.place.missing ? html`<button type="button" class="button small" @click=${on("places")}>${d.place.again}</button>` : nothing}<div class="lists">${repeat(d.place.lists, (list) => list.depth, (list) => html`<div class="list">
<div class="hint">${list.label}</div>
<select class="field ${d.place.wrong}" aria-label="${list.label}" data-question="${d.place.of}" data-index="${d.place.index}" data-depth="${list.depth}" @change=${on("list")}>${list.options.map((option, at) => html`<option value=${at} .selected=${at === list.index}>${option}</option>`)}</select>
</div>`)}</div>
</div>
<div class="pair">
<div class="half">
<div class="hint">${d.arrived}</div>
<input type="date" .value=${live(d.arriveDay)} min="${d.from}" max="${d.to}" class="field" aria-label="${d.arrived}" data-part="arrive" @change=${on("pickDay")} />
</div>
<div class="half">
<div class="hint">${d.arrivedTime}</div>
<input type="time" .value=${live(d.arriveTime)} class="field" aria-label="${d.arrivedTime}" data-part="arrive" @change=${on("pickTime")} />
</div>
</div>
<div class="pair">
<div class="half">
<div class="hint">${d.left}</div>
<input type="date" .value=${live(d.leaveDay)} min="${d.from}" max="${d.to}" class="field" aria-label="${d.left}" data-part="leave" @change=${on("pickDay")} />
</div>
<div class="half">
<div class="hint">${d.leftTime}</div>
<input type="time" .value=${live(d.leaveTime)} class="field" aria-label="${d.leftTime}" data-part="leave" @change=${on("pickTime")} />
</div>
</div>
<p class="hint">${d.still}</p>
<div class="hint apart">${d.modeWord}</div>
<select class="field" aria-label="${d.modeWord}" @change=${on("mode")}>${d.modes.map((option, at) => html`<option value=${at} .selected=${at === d.mode}>${option}</option>`)}</select>${d.inside.asks ? html`<div class="apart inside" role="radiogroup" aria-label="${d.inside.ask}">
<div class="sub">${d.inside.ask}</div>${repeat(d.inside.options, (o) => o.said, (o) => html`<label class="choice">
<input type="radio" name="inside-${d.inside.of}-${d.inside.index}" .checked=${live(o.chosen)} value="${o.said}" data-question="${d.inside.of}" data-index="${d.inside.index}" data-option="${o.said}" @change=${on("inside")} />
<span class="label">${o.label}</span>
</label>`)}</div>` : nothing}${d.inside.hint ? html`<p class="hint" role="status">${d.inside.hint}</p>` : nothing}<p class="fault" role="alert">${d.wrong}</p>
<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("save")}>${d.save}</button>
<button type="button" class="button" @click=${on("cancel")}>${d.cancel}</button>
</div>`}${d.reviewed ? html`<div class="box review" role="alert">
<div class="${d.review.colour} line">
<div class="shape ${d.review.colour}" aria-hidden="true">
</div>
<div class="sub">${d.review.title}</div>
</div>${repeat(d.review.because, (b) => b.key, (b) => html`<p>${b.says}</p>`)}${d.review.kept ? html`<p class="hint">${d.review.kept}</p>` : nothing}<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("confirm")}>${d.review.confirm}</button>
<button type="button" class="button" @click=${on("amend")}>${d.review.amend}</button>
</div>` : nothing}</section>`}`;
