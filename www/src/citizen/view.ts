import { html, nothing, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import { frame } from "../app/frame.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";
import { arrivePanel } from "./move.ts";
import { welcomeView } from "./welcome.ts";

const text = words(
  { title: "健康码", loading: "正在打开……", stopped: "暂时打不开", retry: "重试", back: "不填了，返回刚才的健康码" },
  {
    title: "Health code",
    loading: "Opening…",
    stopped: "This cannot be opened right now",
    retry: "Try again",
    back: "Back to the code shown before",
  },
);

/** The citizen's page at its current stage. */
export function view(app: CitizenApp): TemplateResult {
  const { phone, stage } = app;
  const rules = stage === "loading" ? undefined : phone?.holder.rules(phone.now());
  const title = rules ? say(rules.title) : text().title;
  return frame({
    title,
    demo: app.settings.demo,
    content: html`${app.slow.notice()} ${content(app)}`,
    redraw: app.update,
  });
}

function content(app: CitizenApp): TemplateResult {
  switch (app.stage) {
    case "loading":
      return html`<p class="waiting" role="status">${text().loading}</p>`;
    case "stopped":
      return stopped(app);
    case "damaged":
      return app.trouble?.damagedView(app) ?? html``;
    case "other-keys":
      return app.trouble?.otherKeysView(app) ?? html``;
    case "welcome":
      return html`${back(app)} ${welcomeView(app)} ${app.phone?.person === "1" ? arrivePanel(app) : family(app)}`;
    case "questions":
      return html`<div class="questions">
        ${back(app)}
        <healthcode-questionnaire @reported=${app.reported} @back=${app.showCode}></healthcode-questionnaire>
      </div>`;
    case "code":
      return app.codeView();
  }
}

/** The way back for whoever has added somebody, or another purpose, and does not want to go on. */
const back = (app: CitizenApp): TemplateResult | typeof nothing =>
  app.returns ? html`<p><button type="button" data-back @click=${app.goBack}>← ${text().back}</button></p>` : nothing;

/** The others who use this device: whoever has added somebody by mistake goes back to them. */
const family = (app: CitizenApp): TemplateResult =>
  html`<healthcode-family class="panel-wide" @add=${app.switched} @switched=${app.switched}></healthcode-family>`;

function stopped(app: CitizenApp): TemplateResult {
  const t = text();
  return html`<section class="panel" role="alert">
    <h2>${t.stopped}</h2>
    <p>${app.problem && problemText(app.problem)}</p>
    <button type="button" class="primary" @click=${app.retry}>${t.retry}</button>
  </section>`;
}
