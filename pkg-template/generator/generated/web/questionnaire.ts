import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { QuestionnaireView } from "../../src/view/questionnaire.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<QuestionnaireView["data"]>;

export const template = (d: Data, on: Bind<QuestionnaireView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : d.handed ? html`<section class="panel handed">
<p class="title" role="status">${d.handed}</p>
<button type="button" class="button" @click=${on("anew")}>${d.anew}</button>
</section>` : html`<section>${d.begins ? html`<div class="panel">
<h2 class="title">${d.title}</h2>${d.whose ? html`<p class="sub">${d.whose}</p>` : nothing}<p>${d.privacy}</p>
<div class="bar" aria-hidden="true">
<div class="value" .style=${`width:${d.done}%`}>
</div>
</div>
<p class="hint" role="status">${d.progress}</p>
</div>` : nothing}${repeat(d.questions, (q) => q.id, (q) => html`<div class="panel question ${q.wrong}" data-question="${q.id}" role="${q.role}" aria-labelledby="q-${q.id}" aria-label="${q.label}">
<h3 class="sub" id="q-${q.id}">
<span class="number">${q.position} </span>
<span>${q.text} </span>${q.optional ? html`<span class="hint">${q.optional}</span>` : nothing}</h3>${q.help ? html`<p class="hint" id="h-${q.id}">${q.help}</p>` : nothing}${q.before ? html`<p class="hint before">${q.before}</p>` : nothing}${q.choices ? html`<div class="options ${q.row}">${repeat(q.options, (o) => o.id, (o) => html`<label class="choice">
<input type="${q.kind}" name="${q.id}" .checked=${live(o.chosen)} value="${o.id}" aria-describedby="f-${q.id} h-${q.id}" data-question="${q.id}" data-option="${o.id}" @change=${on("choose")} />
<span class="label">${o.label}</span>
</label>`)}</div>` : nothing}${q.number ? html`<div class="measure">
<input autocomplete="off" inputmode="decimal" .value=${q.typed} maxlength="12" class="field ${q.wrong}" aria-label="${q.label}" aria-describedby="f-${q.id} h-${q.id}" data-question="${q.id}" placeholder="${q.ask}" @input=${on("type")} @blur=${on("leave")} />
<span class="unit">${q.unit}</span>
</div>` : nothing}${q.worded ? html`<input autocomplete="off" inputmode="text" .value=${q.typed} maxlength="80" class="field ${q.wrong}" aria-label="${q.label}" aria-describedby="f-${q.id} h-${q.id}" data-question="${q.id}" placeholder="" @input=${on("write")} @blur=${on("leave")} />` : nothing}${q.day ? html`<input type="date" .value=${live(q.value)} min="${q.from}" max="${q.to}" class="field ${q.wrong}" aria-label="${q.label}" aria-describedby="f-${q.id} h-${q.id}" data-question="${q.id}" @change=${on("day")} />` : nothing}${q.placed ? html`<div>
<div>${repeat(q.place.search.fields, (f) => f.key, (f) => html`<input autocomplete="off" inputmode="text" .value=${``} maxlength="40" class="field" aria-label="${f.label}" data-question="${q.place.of}" data-index="${q.place.index}" placeholder="${f.label}" @input=${on("find")} />`)}${repeat(q.place.search.found, (p) => p.code, (p) => html`<button type="button" class="button small" data-question="${q.place.of}" data-index="${q.place.index}" data-code="${p.code}" @click=${on("found")}>
<span>${p.name} </span>
<span class="hint">${p.around}</span>
</button>`)}${q.place.search.nothing ? html`<p class="hint" role="status">${q.place.search.nothing}</p>` : nothing}${q.place.missing ? html`<p class="fault" role="alert">${q.place.missing}</p>` : nothing}${q.place.missing ? html`<button type="button" class="button small" @click=${on("places")}>${q.place.again}</button>` : nothing}<div class="lists">${repeat(q.place.lists, (list) => list.depth, (list) => html`<div class="list">
<div class="hint">${list.label}</div>
<select class="field ${q.place.wrong}" aria-label="${list.label}" data-question="${q.place.of}" data-index="${q.place.index}" data-depth="${list.depth}" @change=${on("list")}>${list.options.map((option, at) => html`<option value=${at} .selected=${at === list.index}>${option}</option>`)}</select>
</div>`)}</div>
</div>${q.inside.asks ? html`<div class="apart inside" role="radiogroup" aria-label="${q.inside.ask}">
<div class="sub">${q.inside.ask}</div>${repeat(q.inside.options, (o) => o.said, (o) => html`<label class="choice">
<input type="radio" name="inside-${q.inside.of}-${q.inside.index}" .checked=${live(o.chosen)} value="${o.said}" data-question="${q.inside.of}" data-index="${q.inside.index}" data-option="${o.said}" @change=${on("inside")} />
<span class="label">${o.label}</span>
</label>`)}</div>` : nothing}${q.inside.hint ? html`<p class="hint" role="status">${q.inside.hint}</p>` : nothing}</div>` : nothing}${q.travelled ? html`<div>${repeat(q.trips, (trip) => trip.index, (trip) => html`<div class="box" role="group" aria-label="${trip.title}">
<div class="sub">${trip.title}</div>
<div>${repeat(trip.place.search.fields, (f) => f.key, (f) => html`<input autocomplete="off" inputmode="text" .value=${``} maxlength="40" class="field" aria-label="${f.label}" data-question="${trip.place.of}" data-index="${trip.place.index}" placeholder="${f.label}" @input=${on("find")} />`)}${repeat(trip.place.search.found, (p) => p.code, (p) => html`<button type="button" class="button small" data-question="${trip.place.of}" data-index="${trip.place.index}" data-code="${p.code}" @click=${on("found")}>
<span>${p.name} </span>
<span class="hint">${p.around}</span>
</button>`)}${trip.place.search.nothing ? html`<p class="hint" role="status">${trip.place.search.nothing}</p>` : nothing}${trip.place.missing ? html`<p class="fault" role="alert">${trip.place.missing}</p>` : nothing}${trip.place.missing ? html`<button type="button" class="button small" @click=${on("places")}>${trip.place.again}</button>` : nothing}<div class="lists">${repeat(trip.place.lists, (list) => list.depth, (list) => html`<div class="list">
<div class="hint">${list.label}</div>
<select class="field ${trip.place.wrong}" aria-label="${list.label}" data-question="${trip.place.of}" data-index="${trip.place.index}" data-depth="${list.depth}" @change=${on("list")}>${list.options.map((option, at) => html`<option value=${at} .selected=${at === list.index}>${option}</option>`)}</select>
</div>`)}</div>
</div>${trip.placeFault ? html`<p class="fault">${trip.placeFault}</p>` : nothing}<div class="pair">
<div class="half">
<div class="hint">${trip.fromLabel}</div>
<input type="date" .value=${live(trip.from)} min="" max="${trip.most}" class="field ${trip.fromWrong}" aria-label="${trip.fromLabel}" data-question="${q.id}" data-index="${trip.index}" data-part="from" @change=${on("trip")} />
</div>
<div class="half">
<div class="hint">${trip.toLabel}</div>
<input type="date" .value=${live(trip.to)} min="${trip.least}" max="${trip.most}" class="field ${trip.toWrong}" aria-label="${trip.toLabel}" data-question="${q.id}" data-index="${trip.index}" data-part="to" @change=${on("trip")} />
</div>
</div>
<p class="hint">${trip.still}</p>${trip.dayFault ? html`<p class="fault">${trip.dayFault}</p>` : nothing}<div class="hint apart">${trip.modeLabel}</div>
<select class="field" aria-label="${trip.modeLabel}" data-question="${q.id}" data-index="${trip.index}" @change=${on("mode")}>${trip.modes.map((option, at) => html`<option value=${at} .selected=${at === trip.mode}>${option}</option>`)}</select>${trip.inside.asks ? html`<div class="apart inside" role="radiogroup" aria-label="${trip.inside.ask}">
<div class="sub">${trip.inside.ask}</div>${repeat(trip.inside.options, (o) => o.said, (o) => html`<label class="choice">
<input type="radio" name="inside-${trip.inside.of}-${trip.inside.index}" .checked=${live(o.chosen)} value="${o.said}" data-question="${trip.inside.of}" data-index="${trip.inside.index}" data-option="${o.said}" @change=${on("inside")} />
<span class="label">${o.label}</span>
</label>`)}</div>` : nothing}${trip.inside.hint ? html`<p class="hint" role="status">${trip.inside.hint}</p>` : nothing}${trip.removable ? html`<button type="button" class="button small" aria-label="${trip.removeLabel}" data-question="${q.id}" data-index="${trip.index}" @click=${on("remove")}>${trip.remove}</button>` : nothing}</div>`)}<button type="button" class="button" data-question="${q.id}" @click=${on("add")}>${q.add}</button>
</div>` : nothing}<p class="fault" id="f-${q.id}" aria-live="polite">${q.fault}</p>
</div>`)}${d.reviewed ? html`<div class="panel review" role="alert">
<div class="${d.review.colour} line">
<div class="shape ${d.review.colour}" aria-hidden="true">
</div>
<div class="sub">${d.review.title}</div>
</div>${repeat(d.review.because, (b) => b.key, (b) => html`<p>${b.says}</p>`)}${d.review.kept ? html`<p class="hint">${d.review.kept}</p>` : nothing}<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("confirm")}>${d.review.confirm}</button>
<button type="button" class="button" @click=${on("amend")}>${d.review.amend}</button>
</div>` : html`<div class="panel closing">
<p class="fault" role="alert">${d.problem}</p>${d.online ? html`<button type="button" class="button" ?disabled=${d.busy} @click=${on("online")}>${d.online}</button>` : nothing}<p class="fault" role="status">${d.faults}</p>${d.goesOn ? html`<button type="button" class="button primary" @click=${on("next")}>${d.next}</button>` : html`<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("submit")}>${d.submit}</button>`}${d.goesBack ? html`<button type="button" class="button" @click=${on("previous")}>${d.previous}</button>` : nothing}${d.again ? html`<button type="button" class="button" @click=${on("back")}>${d.back}</button>` : nothing}</div>`}</section>`}`;
