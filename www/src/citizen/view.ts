import { html, nothing, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import { frame } from "../app/frame.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";
import { arrivePanel } from "./move.ts";
import { damagedView, otherKeysView } from "./trouble.ts";
import { welcomeView } from "./welcome.ts";

const text = words(
  { title: "健康码", loading: "正在打开……", stopped: "暂时打不开", retry: "重试" },
  { title: "Health code", loading: "Opening…", stopped: "This cannot be opened right now", retry: "Try again" },
);

/** The citizen's page at its current stage. */
export function view(app: CitizenApp): TemplateResult {
  const { phone, stage } = app;
  const rules = stage === "loading" ? undefined : phone?.holder.rules(phone.now());
  const title = rules ? say(rules.title) : text().title;
  return frame({ title, demo: app.settings.demo, content: content(app), redraw: app.update });
}

function content(app: CitizenApp): TemplateResult {
  switch (app.stage) {
    case "loading":
      return html`<p class="waiting" role="status">${text().loading}</p>`;
    case "stopped":
      return stopped(app);
    case "damaged":
      return damagedView(app);
    case "other-keys":
      return otherKeysView(app);
    case "welcome":
      return html`${welcomeView(app)} ${arrivePanel(app)} ${app.phone?.person === "1" ? nothing : family(app)}`;
    case "questions":
      return html`<div class="questions">
        <healthcode-questionnaire @reported=${app.showCode} @back=${app.showCode}></healthcode-questionnaire>
      </div>`;
    case "code":
      return app.codeView();
  }
}

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
