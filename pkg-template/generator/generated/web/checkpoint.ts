import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { CheckpointView } from "../../src/view/checkpoint.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<CheckpointView["data"]>;

export const template = (d: Data, on: Bind<CheckpointView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section>
<div class="line wrap wanted">
<div class="hint asking" id="wanted">${d.wantedWord}</div>${d.chooses ? html`<select class="field which" aria-label="${d.wantedWord}" @change=${on("want")}>${d.offered.map((option, at) => html`<option value=${at} .selected=${at === d.offer}>${option}</option>`)}</select>` : html`<strong>${d.wanted}</strong>`}</div>${d.given ? html`<div class="verdict ${d.sign}" role="alert" data-verdict="${d.verdict}">
<div class="band">
<div class="shape ${d.sign}" aria-hidden="true">
</div>
<div class="words">
<h2 class="word">${d.word}</h2>${d.use ? html`<p class="use">${d.use}</p>` : nothing}${d.first ? html`<p class="first">${d.first}</p>` : nothing}<p class="under">${d.under}</p>
</div>
</div>
<div class="body">
<p class="fault" role="status">${d.problem}</p>${d.before ? html`<p class="before">${d.before}</p>` : nothing}${d.picture ? html`<p class="before">${d.picture}</p>` : nothing}${d.accepted ? html`<div>
<h3 class="sub">${d.compare}</h3>
<div class="pair">
<div class="half compare">
<div class="hint">${d.nameWord}</div>
<div class="big">${d.name}</div>
</div>
<div class="half compare">
<div class="hint">${d.digitsWord}</div>
<div class="big">${d.digits}</div>
</div>
</div>
<p class="hint">${d.made}</p>
<button type="button" class="button small" @click=${on("unfold")}>${d.moreWord}</button>${d.more ? html`<div>
<h3 class="sub">${d.issuerWord}</h3>${repeat(d.issuer, (part) => part, (part) => html`<p>• ${part}</p>`)}<h3 class="sub">${d.holderWord}</h3>${repeat(d.holder, (part) => part, (part) => html`<p>• ${part}</p>`)}<p class="hint">${d.holderNote}</p>
</div>` : nothing}</div>` : html`<div>
<p class="cause" data-code="${d.refusal}">${d.cause}</p>
<p>${d.todo}</p>
<p class="hint">${d.code}</p>
</div>`}<button type="button" class="button primary" @click=${on("next")}>${d.next}</button>
<p class="hint" aria-live="off">${d.resets}</p>
</div>
</div>` : html`<div class="panel">${d.closed ? html`<div class="box closed" role="alert">
<h2 class="title">${d.closedWord}</h2>
<p>${d.closed}</p>
</div>` : nothing}<h2 class="title">${d.title}</h2>
<p class="hint">${d.about}</p>${d.asked ? html`<div class="box asked">
<h3 class="sub">${d.challengeWord}</h3>
<div class="qr-box">
<canvas class="qr" role="img" aria-label="${d.challengeQr}">
</canvas>
</div>
<p role="status">
<span class="hint">${d.challengeDigits} </span>
<strong class="number">${d.fourDigits}</strong>
</p>
</div>` : nothing}${d.scans ? html`<button type="button" class="button ${d.scanLook}" ?disabled=${d.idle} @click=${on("scan")}>${d.scan}</button>` : nothing}<p class="fault" role="alert">${d.problem}</p>
<div class="hint" id="paste">${d.paste}</div>
<textarea spellcheck="false" rows="3" .value=${d.pasted} maxlength="2000" class="field paste" aria-label="${d.paste}" @input=${on("type")}>
</textarea>
<button type="button" class="button ${d.main}" ?disabled=${d.idle} @click=${on("verify")}>${d.verify}</button>
<label class="choice">
<input type="checkbox" name="ask" .checked=${live(d.asks)} value="ask" @change=${on("ask")} />
<span class="label">${d.ask}</span>
</label>
<p class="hint">${d.askMore}</p>
</div>`}<div class="panel">
<div class="line wrap">
<div class="clock" aria-live="off">${d.time}</div>
<div class="hint whole">${d.date}</div>
</div>
<p class="hint">${d.trust}</p>
<p class="hint">${d.statuses}</p>
<p class="hint" role="status">${d.calm}</p>
<p class="fault" role="status">${d.fault}</p>
<p class="fault" role="status">${d.clock}</p>
<button type="button" class="button small" ?disabled=${d.busy} @click=${on("refresh")}>${d.refresh}</button>
</div>
</section>`}`;
