import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { CodeView } from "../../src/view/code.js";
import { type Bind, confirmed } from "../../src/components/web/bind.js";

type Data = ReturnType<CodeView["data"]>;

export const template = (d: Data, on: Bind<CodeView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section class="code ${d.colour} ${d.full}" role="region" aria-label="${d.word}">
<div class="band">
<div class="shape ${d.colour}" aria-hidden="true">
</div>
<div class="words">
<h2 class="word">${d.word}</h2>
<p class="under">${d.under}</p>
</div>
</div>
<div class="pattern">
<div class="plate light">${d.shown ? html`<div>
<div class="qr-box">
<canvas class="qr" role="img" aria-label="${d.qrLabel}">
</canvas>
</div>
<div class="size">
<button type="button" class="button small" @click=${on("enlarge")}>${d.size}</button>
</div>
<div class="bar" aria-hidden="true">
<div class="value" .style=${`width:${d.left}%`}>
</div>
</div>
<div class="renewal">
<span class="number">${d.renews} </span>
<span class="hint">${d.noNetwork}</span>
</div>
</div>` : html`<div class="none" role="alert">
<p>${d.problem}</p>${d.online ? html`<button type="button" class="button primary" ?disabled=${d.busy} @click=${on("refresh")}>${d.retry}</button>` : nothing}</div>`}</div>
</div>
<div class="who">
<div class="clock" aria-live="off">
<div class="time">${d.time}</div>
<div class="hint">${d.date}</div>
</div>${d.shown ? html`<div class="holder">
<div class="name">${d.name}</div>
<div>
<span class="hint">${d.digitsLabel} </span>
<span class="digits">${d.digits}</span>
</div>
</div>` : nothing}</div>${d.why ? html`<div class="why">
<p class="sub">${d.why}</p>
<p>${d.todo}</p>
</div>` : nothing}${d.shown ? html`<div class="ask">
<p class="sub" role="status">${d.ask.says}</p>${d.ask.given ? html`<button type="button" class="button small" @click=${on("stop")}>${d.ask.stop}</button>` : d.ask.open ? html`<div class="asking">
<div class="hint">${d.ask.label}</div>
<div class="line">
<input autocomplete="off" inputmode="numeric" .value=${``} maxlength="4" class="field four" aria-label="${d.ask.label}" @input=${on("type")} @keydown=${confirmed(on("give"))} />
<button type="button" class="button small primary" @click=${on("give")}>${d.ask.give}</button>
</div>
<p class="fault" role="alert">${d.ask.fault}</p>${d.ask.scans ? html`<button type="button" class="button small" @click=${on("scan")}>${d.ask.scan}</button>` : nothing}<button type="button" class="button small" @click=${on("cancel")}>${d.ask.cancel}</button>
</div>` : html`<button type="button" class="button small" @click=${on("ask")}>${d.ask.word}</button>`}</div>` : nothing}${d.stale ? html`<div class="notices" role="status">${repeat(d.notices, (notice) => notice, (notice) => html`<p class="fault">${notice}</p>`)}${d.notRenewed ? html`<p class="fault">${d.notRenewed}</p>` : nothing}${d.refreshed ? html`<p class="done">${d.refreshed}</p>` : nothing}${d.renewable ? html`<button type="button" class="button" ?disabled=${d.busy} @click=${on("refresh")}>${d.retry}</button>` : nothing}</div>` : nothing}</section>`}`;
