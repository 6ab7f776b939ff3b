import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { ItineraryView } from "../../src/view/itinerary.js";
import type { Bind } from "../../src/components/web/bind.js";

type Data = ReturnType<ItineraryView["data"]>;

export const template = (d: Data, on: Bind<ItineraryView>): TemplateResult => html`${!d.open ? html`<section class="panel">
<p class="hint" role="status">${d.wait}</p>${d.tryAgain ? html`<button type="button" class="button primary" @click=${on("retry")}>${d.tryAgain}</button>` : nothing}</section>` : html`<section class="panel">
<h2 class="title">${d.title}</h2>
<p class="big">${d.name}</p>
<div class="line wrap" aria-live="off">
<div class="hint stamp whole">${d.now}</div>
<div class="clock">${d.time}</div>
<div class="hint whole">${d.date}</div>
</div>
<p>${d.about}</p>${repeat(d.stops, (stop) => stop.id, (stop) => html`<div class="${stop.sign} row">
<div class="where">${stop.place}</div>
<div class="hint">${stop.when}</div>${stop.flagged ? html`<div class="line flag">
<div class="shape ${stop.sign}" aria-hidden="true">
</div>
<div>${stop.flag}</div>
</div>` : nothing}</div>`)}<p class="hint">${d.own}</p>
</section>`}`;
