import type { Challenge } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { checkpointWords } from "view/checkpoint-words.ts";
import { staleInWords } from "view/explain/data.ts";
import { dayAndTime, fullDay, seconds } from "view/format.ts";
import { words } from "view/language.ts";
import { clock } from "../app/clock.ts";
import { frame } from "../app/frame.ts";
import { prefer, preferences } from "../app/preferences.ts";
import "../app/qr-code.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CheckpointApp } from "./app.ts";
import { verdictView } from "./verdict.ts";

const text = words(
  {
    title: "检查点",
    camera: "打开摄像头",
    close: "关闭摄像头",
    image: "选择图片",
    paste: "或粘贴文字",
    pasteHint: "以 JK1: 开头",
    sound: "出结果时响一声",
    retry: "重试",
    stale: "信任名单没能更新：",
    keys: "演示服务器换了密钥，旧的信任名单不再更新。",
    adopt: "改用新密钥",
  },
  {
    title: "Checkpoint",
    camera: "Open the camera",
    close: "Close the camera",
    image: "Choose an image",
    paste: "Or paste the text",
    pasteHint: "Begins with JK1:",
    sound: "Play a sound with each verdict",
    retry: "Try again",
    stale: "The trust list was not updated:",
    keys: "The demonstration server has new keys, so the old trust list is no longer updated.",
    adopt: "Use the new keys",
  },
);

/** The checkpoint's page: the verdict if there is one, otherwise ways to scan. */
export function view(app: CheckpointApp): TemplateResult {
  const content = html`<div class="checkpoint">
    ${app.given ? verdictView(app, app.given) : nothing}
    <div ?hidden=${app.given !== undefined}>${scan(app)}</div>
    ${status(app)}
  </div>`;
  return frame({ title: text().title, demo: app.settings.demo, content, redraw: app.update });
}

function scan(app: CheckpointApp): TemplateResult {
  const t = text();
  const choose = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    if (file) void app.readFile(file);
  };
  const paste = (event: Event) => {
    event.preventDefault();
    const area = (event.target as HTMLFormElement).querySelector("textarea");
    if (area === null || area.value.trim() === "") return;
    app.verify(area.value);
    area.value = "";
  };
  return html`<section class="panel scan">
    <h2>${checkpointWords().title}</h2>
    <p class="hint">${checkpointWords().about}</p>
    ${app.challenge ? challenge(app.challenge) : nothing}
    <div class="viewfinder" ?hidden=${!app.scanning}><video muted playsinline></video></div>
    <div class="actions">
      ${
        app.scanning
          ? html`<button type="button" @click=${app.closeCamera}>${t.close}</button>`
          : html`<button type="button" class="primary" ?disabled=${!app.able} @click=${app.openCamera}>${t.camera}</button>`
      }
      <label class="button">
        ${t.image}
        <input type="file" accept="image/*" ?disabled=${!app.able} @change=${choose} />
      </label>
    </div>
    <p class="fault" role="alert">${app.scanProblem ? problemText(app.scanProblem) : nothing}</p>
    <form class="paste" autocomplete="off" @submit=${paste}>
      <label for="text">${t.paste} <span class="hint">${t.pasteHint}</span></label>
      <textarea id="text" rows="3" spellcheck="false" autocapitalize="characters"></textarea>
      <button ?disabled=${!app.able}>${checkpointWords().verify}</button>
    </form>
  </section>`;
}

/** What the holder's code is to answer. */
function challenge({ text, digits }: Challenge): TemplateResult {
  const t = checkpointWords();
  return html`<div class="asked">
    <h3>${t.challenge}</h3>
    <qr-code .text=${text} .label=${t.challengeQr}></qr-code>
    <p role="status">
      <span class="hint">${t.digits}</span>
      <strong class="four">${digits.split("").join(" ")}</strong>
    </p>
  </div>`;
}

function status(app: CheckpointApp): TemplateResult {
  const t = text();
  const { trust, manifest, problem } = app;
  const stale = staleInWords(manifest ? [manifest] : [], clock.now());
  return html`<section class="panel status">
    <p class="clock"><span class="time">${seconds(clock.now())}</span> <span class="date">${fullDay(clock.now())}</span></p>
    ${trust?.expires ? html`<p class="hint">${checkpointWords().trust(String(trust.version ?? "?"), dayAndTime(trust.expires))}</p>` : nothing}
    ${stale ? html`<p class="fault stale" role="status">${stale}</p>` : nothing}
    ${
      app.settings.otherKeys
        ? html`<p class="fault" role="alert">${t.keys}</p>
          <button type="button" @click=${app.adoptKeys}>${t.adopt}</button>`
        : nothing
    }
    ${
      problem && !app.settings.otherKeys
        ? html`<p class="fault" role="alert">${trust ? t.stale : nothing} ${problemText(problem)}</p>
          <button type="button" @click=${app.retry}>${t.retry}</button>`
        : nothing
    }
    <p class="fault" role="status">${app.clockTrouble}</p>
    <label class="check">
      <input
        id="ask"
        type="checkbox"
        aria-describedby="ask-more"
        .checked=${preferences.challenge}
        @change=${(event: Event) => void app.ask((event.target as HTMLInputElement).checked)}
      />
      ${checkpointWords().ask}
    </label>
    <p class="hint" id="ask-more">${checkpointWords().askMore}</p>
    <label class="check">
      <input
        type="checkbox"
        .checked=${preferences.sound}
        @change=${(event: Event) => prefer({ sound: (event.target as HTMLInputElement).checked })}
      />
      ${t.sound}
    </label>
  </section>`;
}
