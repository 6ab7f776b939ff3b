import type { Challenge } from "healthcode/checkpoint";
import { html, nothing, type TemplateResult } from "lit-html";
import { checkpointWords } from "view/checkpoint-words.ts";
import { fullDay, seconds } from "view/format.ts";
import { words } from "view/language.ts";
import { clock } from "../app/clock.ts";
import { frame } from "../app/frame.ts";
import { prefer, preferences } from "../app/preferences.ts";
import "../app/qr-code.ts";
import { shape } from "../app/shape.ts";
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
    pasteHint: "以JK1:开头",
    sound: "出结果时响一声",
    retry: "重试",
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
    keys: "The demonstration server has new keys, so the old trust list is no longer updated.",
    adopt: "Use the new keys",
  },
);

/** The checkpoint's page: the verdict if there is one, otherwise ways to scan. */
export function view(app: CheckpointApp): TemplateResult {
  const { gate } = app;
  const content = html`<div class="checkpoint">
    ${closed(app)}
    ${gate.given ? verdictView(app, gate.given) : nothing}
    <p class="fault scan-fault" role="alert">${gate.problem ? problemText(gate.problem) : nothing}</p>
    <div ?hidden=${gate.given !== undefined}>${scan(app)}</div>
    ${status(app)}
  </div>`;
  return frame({ title: text().title, demo: app.settings.demo, content, redraw: app.update });
}

/** The checkpoint's own sign, if nothing can be verified. */
function closed({ desk, ready, retry }: CheckpointApp): TemplateResult | typeof nothing {
  if (!ready || !desk?.closed) return nothing;
  return html`<section class="panel closed" role="alert">
    <h2>${shape("grey")} <span>${checkpointWords().closed}</span></h2>
    <p>${desk.closed}</p>
    <button type="button" class="primary" @click=${retry}>${checkpointWords().refresh}</button>
  </section>`;
}

function scan(app: CheckpointApp): TemplateResult {
  const { gate } = app;
  const { able, challenge } = gate;
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
    gate.judge(area.value);
    area.value = "";
  };
  const typed = (event: Event) => gate.typed((event.target as HTMLTextAreaElement).value);
  return html`<section class="panel scan">
    <h2>${checkpointWords().title}</h2>
    <p class="hint">${checkpointWords().about}</p>
    ${challenge ? challengePanel(challenge) : nothing}
    <div class="viewfinder" ?hidden=${!app.scanning}><video muted playsinline></video></div>
    <div class="actions">
      ${
        app.scanning
          ? html`<button type="button" @click=${app.closeCamera}>${t.close}</button>`
          : html`<button type="button" class="primary" ?disabled=${!able} @click=${app.openCamera}>${t.camera}</button>`
      }
      <label class="button">
        ${t.image}
        <input type="file" accept="image/*" ?disabled=${!able} @change=${choose} />
      </label>
    </div>
    <form class="paste" autocomplete="off" @submit=${paste}>
      <label for="text">${t.paste} <span class="hint">${t.pasteHint}</span></label>
      <textarea id="text" rows="3" spellcheck="false" autocapitalize="characters" @input=${typed}></textarea>
      <button ?disabled=${!able}>${checkpointWords().verify}</button>
    </form>
  </section>`;
}

/** What the holder's code is to answer. */
function challengePanel({ text, digits }: Challenge): TemplateResult {
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
  const { desk, problem, settings } = app;
  // Before it is open there is nothing else to say.
  const fault = desk?.fault ?? (problem ? problemText(problem) : "");
  return html`<section class="panel status">
    <p class="clock"><span class="time">${seconds(clock.now())}</span> <span class="date">${fullDay(clock.now())}</span></p>
    ${desk?.trust ? html`<p class="hint">${desk.trust}</p>` : nothing}
    ${desk?.calm ? html`<p class="hint calm" role="status">${desk.calm}</p>` : nothing}
    ${
      settings.otherKeys
        ? html`<p class="fault" role="alert">${t.keys}</p>
          <button type="button" @click=${app.adoptKeys}>${t.adopt}</button>`
        : nothing
    }
    ${
      fault && !settings.otherKeys
        ? html`<p class="fault stale" role="alert">${fault}</p>
          ${app.ready && desk?.closed ? nothing : html`<button type="button" @click=${app.retry}>${t.retry}</button>`}`
        : nothing
    }
    <p class="fault" role="status">${app.clockTrouble}</p>
    <label class="check">
      <input
        id="ask"
        type="checkbox"
        aria-describedby="ask-more"
        .checked=${preferences.challenge}
        @change=${(event: Event) => app.ask((event.target as HTMLInputElement).checked)}
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
