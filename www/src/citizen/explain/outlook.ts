import { html, nothing, type TemplateResult } from "lit-html";
import { shape } from "../../app/shape.ts";
import { dayAndTime } from "../../i18n/format.ts";
import { words } from "../../i18n/language.ts";
import { colourName } from "../../i18n/names.ts";
import type { CitizenApp } from "../app.ts";

const text = words(
  {
    title: "接下来会怎样",
    assumed: "前提：按要求继续申报，数据照常更新，没有新情况。",
    now: "现在",
    green: (when: string) => `最早转绿：${when}`,
    isGreen: "现在就是绿码。",
    settled: "办好上面说的事，如果没有新情况，马上就能转绿。",
    noGreen: (when: string) => `到${when}为止，还看不到转绿的时间；它取决于登记或数据的更新。`,
    change: (colour: string, when: string) => `如果什么都不做：${when}变为${colour}（数据或申报过期）。`,
  },
  {
    title: "What comes next",
    assumed: "Provided that you keep reporting when asked, data are renewed as usual, and nothing new happens.",
    now: "Now",
    green: (when) => `Green at the earliest: ${when}`,
    isGreen: "You are green now.",
    settled: "Green as soon as what is named above is done, if it brings nothing new.",
    noGreen: (when) => `No green is in sight until ${when}; it depends on what is put on record or on new data.`,
    change: (colour, when) => `If nothing comes in: ${colour} from ${when}, when data or your report are too old.`,
  },
);

/** The forecast: the next changes, the earliest green, and what happens if nothing is done. */
export function outlookPanel({ forecast, assessment }: CitizenApp): TemplateResult | typeof nothing {
  if (forecast === undefined || assessment === undefined) return nothing;
  const t = text();
  const isGreen = forecast.colour === "green";
  const first = { at: t.now, colour: forecast.colour };
  const steps = [first, ...forecast.steps.map(({ at, colour }) => ({ at: dayAndTime(at), colour }))];
  const settled = forecast.colour === "grey" && forecast.green !== undefined && forecast.steps.length === 0;
  const earliest = forecast.green ? t.green(dayAndTime(forecast.green)) : t.noGreen(dayAndTime(forecast.horizon));
  // What comes either way is among the steps.
  const [next] = forecast.steps;
  const idle = forecast.change?.at === next?.at && forecast.change?.colour === next?.colour ? undefined : forecast.change;
  return html`<section class="panel outlook">
    <h2>${t.title}</h2>
    <p class="earliest">${isGreen ? t.isGreen : settled ? t.settled : earliest}</p>
    ${isGreen || settled
      ? nothing
      : html`<ol class="timeline">
          ${steps.map(
            ({ at, colour }) => html`<li class=${colour}>${shape(colour)}<strong>${colourName()[colour]}</strong><span>${at}</span></li>`,
          )}
        </ol>
        <p class="hint">${t.assumed}</p>`}
    ${idle ? html`<p class="hint">${t.change(colourName()[idle.colour], dayAndTime(idle.at))}</p>` : nothing}
  </section>`;
}
