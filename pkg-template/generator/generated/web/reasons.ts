import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { ReasonsView } from "../../src/view/reasons.js";
import type { Bind } from "../../src/components/web/bind.js";
import { daysDrawn } from "../../src/components/web/days.js";

type Data = ReturnType<ReasonsView["data"]>;

export const template = (d: Data, on: Bind<ReasonsView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section>${d.differs ? html`<div class="panel change" role="status">
<div class="line">
<div class="shape ${d.before}" aria-hidden="true">
</div>
<div aria-hidden="true">→</div>
<div class="shape ${d.after}" aria-hidden="true">
</div>
<h2 class="title">${d.change.title}</h2>
</div>
<p>${d.change.since}</p>${repeat(d.change.differences, (difference) => difference, (difference) => html`<p>${difference}</p>`)}<button type="button" class="button" @click=${on("understood")}>${d.change.understood}</button>
</div>` : nothing}${d.undecided ? html`<div class="panel causes">
<h2 class="title">${d.causeTitle}</h2>${repeat(d.causes, (c) => c.key, (c) => html`<div class="grey card light" data-cause="${c.key}">
<p class="sub">${c.says}</p>
<p>${c.todo}</p>${c.report ? html`<button type="button" class="button primary" @click=${on("report")}>${d.report}</button>` : nothing}${c.inside.asks ? html`<div class="apart inside" role="radiogroup" aria-label="${c.inside.ask}">
<div class="sub">${c.inside.ask}</div>${repeat(c.inside.options, (o) => o.said, (o) => html`<label class="choice">
<input type="radio" name="inside-${c.inside.of}-${c.inside.index}" .checked=${live(o.chosen)} value="${o.said}" data-question="${c.inside.of}" data-index="${c.inside.index}" data-option="${o.said}" @change=${on("inside")} />
<span class="label">${o.label}</span>
</label>`)}</div>` : nothing}${c.inside.hint ? html`<p class="hint" role="status">${c.inside.hint}</p>` : nothing}${c.sure ? html`<button type="button" class="button primary" data-index="${c.inside.index}" @click=${on("confirm")}>${d.confirm}</button>` : nothing}${c.refresh ? html`<button type="button" class="button primary" data-panel="causes" ?disabled=${d.busy} @click=${on("refresh")}>${d.refresh}</button>` : nothing}</div>`)}<p class="done" role="status">${d.causesRefreshed}</p>
<p class="fault" role="status">${d.causesFailed}</p>
</div>` : nothing}${d.explained ? html`<div class="panel">
<h2 class="title">${d.reasonTitle}</h2>${d.green ? html`<p>${d.green}</p>` : nothing}${repeat(d.reasons, (r) => r.key, (r) => html`<div class="${r.colour} card light reason" data-rule="${r.rule}">
<div class="line">
<div class="shape ${r.colour}" aria-hidden="true">
</div>
<h3 class="sub">${r.says}</h3>
</div>${r.fact ? html`<p>
<span class="tag">${d.based} </span>
<span>${r.fact}</span>
</p>` : nothing}${r.open ? html`<p class="hint">${d.openWord}</p>` : nothing}${r.runs ? html`<div>
<div>
<span class="tag">${d.courseWord}</span>
</div>${repeat(r.course, (step) => step.colour, (step) => html`<div class="${step.colour} line">
<div class="shape ${step.colour}" aria-hidden="true">
</div>
<div>${step.says}</div>
</div>`)}<p class="hint">${d.alone}</p>${r.later ? html`<p>${r.later}</p>` : nothing}</div>` : nothing}<p>
<span class="tag">${d.wayBackWord} </span>
<span>${r.wayBack}</span>
</p>${r.ground ? html`<div>
<p>
<span class="tag">${d.groundWord} </span>
<span>${r.ground}</span>
</p>${r.address ? html`<a rel="noreferrer" target="_blank" href="${r.address}" class="hint">${r.address}</a>` : nothing}${r.correct ? html`<p>
<span class="tag">${d.correctWord} </span>
<span>${r.correct}</span>
</p>` : nothing}</div>` : nothing}<p class="hint">${d.ruleWord} ${r.rule}</p>${r.readable ? html`<button type="button" class="button small" data-rule="${r.rule}" @click=${on("read")}>${d.read}</button>` : nothing}</div>`)}</div>` : nothing}${d.foreseen ? html`<div class="panel outlook">
<h2 class="title">${d.outlook.title}</h2>
<p class="earliest">${d.outlook.earliest}</p>${d.waits ? html`<div>${repeat(d.outlook.steps, (step) => step.at, (step) => html`<div class="${step.colour} line step">
<div class="shape ${step.colour}" aria-hidden="true">
</div>
<div class="what">${step.word}</div>
<div>${step.at}</div>
</div>`)}<p class="hint">${d.outlook.assumed}</p>
</div>` : nothing}${d.outlook.change ? html`<p class="hint">${d.outlook.change}</p>` : nothing}</div>` : nothing}${d.days.known ? html`<div class="panel by-day">
<h2 class="title">${d.days.title}</h2>${d.days.tabled ? html`<div role="table" aria-label="${d.days.title}">
<div class="cells" role="row">
<div class="cell sub" role="columnheader">${d.days.head.days}</div>
<div class="cell sub" role="columnheader">${d.days.head.colours}</div>
<div class="cell sub" role="columnheader">${d.days.head.kind}</div>
</div>${repeat(d.days.rows, (row) => row.key, (row) => html`<div class="cells" role="row">
<div class="cell" role="cell">${row.days}</div>
<div class="cell" role="cell">${row.colours}</div>
<div class="cell" role="cell">${row.kind}</div>
</div>`)}</div>` : html`<div>${daysDrawn(d.days.list, d.days.label)}<div class="ends" aria-hidden="true">
<div>${d.days.first}</div>
<div>${d.days.last}</div>
</div>
<p class="hint">${d.days.hint}</p>
</div>`}<button type="button" class="button small" @click=${on("table")}>${d.days.toggle}</button>
</div>` : nothing}${d.elsewhere.asks ? html`<div class="panel elsewhere">
<h2 class="title">${d.elsewhere.title}</h2>
<p class="hint">${d.elsewhere.hint}</p>
<select class="field" aria-label="${d.elsewhere.label}" @change=${on("elsewhere")}>${d.elsewhere.options.map((option, at) => html`<option value=${at} .selected=${at === d.elsewhere.index}>${option}</option>`)}</select>
<div class="sides wrap" role="status">${repeat(d.elsewhere.sides, (side) => side.key, (side) => html`<div class="${side.colour} card light side" data-colour="${side.colour}">
<p>
<span class="tag">${side.when} </span>
<span>${side.title}</span>
</p>
<div class="line">
<div class="shape ${side.colour}" aria-hidden="true">
</div>
<h3 class="sub">${side.word}</h3>
</div>${repeat(side.causes, (cause) => cause, (cause) => html`<p>${cause}</p>`)}<p class="hint">${side.about}</p>${repeat(side.reasons, (reason) => reason.key, (reason) => html`<p data-rule="${reason.key}">${reason.says}</p>`)}</div>`)}</div>
</div>` : nothing}${d.scored ? html`<div class="panel scores">
<h2 class="title">${d.scoreTitle}</h2>
<p class="hint">${d.scoreRange}</p>${repeat(d.scores, (s) => s.dimension, (s) => html`<div class="score" data-dimension="${s.dimension}">
<div class="head">
<h3 class="sub">${s.name}</h3>
<div class="hint what">${s.about}</div>
<div class="points">${s.points}</div>
</div>
<div class="meter" role="img" aria-label="${s.of}">
<div class="value" .style=${`width:${s.points}%`}>
</div>
</div>${s.none ? html`<p class="hint">${d.nothing}</p>` : nothing}${repeat(s.gave, (g) => g.says, (g) => html`<div class="head gave">
<div class="what">${g.says}</div>
<div>${g.points}</div>
</div>`)}</div>`)}</div>` : nothing}<div class="panel data">
<h2 class="title">${d.dataTitle}</h2>
<p>${d.rules}</p>${repeat(d.files, (file) => file.key, (file) => html`<div class="row" data-file="${file.key}">
<div class="sub">${file.name}</div>
<div class="${file.look}">${file.about}</div>${file.problem ? html`<div class="fault">${file.problem}</div>` : nothing}</div>`)}<p class="hint">${d.lastReport}</p>
<p class="done" role="status">${d.dataRefreshed}</p>
<p class="fault" role="status">${d.problem}</p>
<button type="button" class="button" data-panel="data" ?disabled=${d.busy} @click=${on("refresh")}>${d.refresh}</button>
</div>
</section>`}`;
