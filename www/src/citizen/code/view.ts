import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import type { CitizenApp } from "../app.ts";
import { diaryPanel } from "../diary/view.ts";
import { causesPanel } from "../explain/causes.ts";
import { changePanel } from "../explain/change.ts";
import { dataPanel } from "../explain/data.ts";
import { outlookPanel } from "../explain/outlook.ts";
import { reasonsPanel } from "../explain/reasons.ts";
import { scoresPanel } from "../explain/scores.ts";
import { forgetPanel } from "../forget.ts";
import { reportsPanel } from "../reports.ts";
import { codeCard } from "./card.ts";

const text = words(
  {
    again: "重新申报",
    done: "申报已保存，颜色已在手机上算出。",
    forgetful: "此浏览器不让本站保存数据，关闭页面后一切都会丢失。",
  },
  {
    again: "Report again",
    done: "Your report is saved, and this phone has worked out the colour.",
    forgetful: "This browser does not let the page save anything; everything is lost when you close the page.",
  },
);

/** The code, and everything that explains it. */
export function codeView(app: CitizenApp): TemplateResult {
  const t = text();
  // How to resolve an undecided colour comes before a code that is of no use.
  const undecided = app.code.state.assessment?.colour === "grey";
  return html`<div class="columns">
    <div class="pinned">
      ${undecided ? causesPanel(app) : nothing} ${codeCard(app)}
      <button type="button" @click=${app.beginReport}>${t.again}</button>
      <p class="done" role="status">${app.reported ? t.done : nothing}</p>
      ${app.phone.storageProblem === undefined ? nothing : html`<p class="fault">${t.forgetful}</p>`}
    </div>
    <div class="details">
      ${changePanel(app)} ${undecided ? nothing : causesPanel(app)} ${reasonsPanel(app)} ${outlookPanel(app)} ${scoresPanel(app)} ${reportsPanel(app)} ${diaryPanel(app)}
      ${dataPanel(app)}
      ${forgetPanel(app)}
    </div>
  </div>`;
}
