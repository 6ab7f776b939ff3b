import { html, nothing, type TemplateResult } from "lit-html";
import { dayAndTime, fullDay, seconds } from "view/format.ts";
import { words } from "view/language.ts";
import { clock } from "../app/clock.ts";
import { frame } from "../app/frame.ts";
import { prefer, preferences } from "../app/preferences.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CheckpointApp } from "./app.ts";
import { verdictView } from "./verdict.ts";

const text = words(
  {
    title: "检查点",
    scan: "扫码核验",
    about: "对准手机上的二维码。扫到的内容只在本机核验，不保存、不上传。",
    camera: "打开摄像头",
    close: "关闭摄像头",
    image: "选择图片",
    paste: "或粘贴文字",
    pasteHint: "以 JK1: 开头",
    verify: "核验",
    sound: "出结果时响一声",
    trust: (version: number | undefined, until: string) => `信任名单第${version ?? "?"}版，有效期到${until}`,
    offline: "核验不用联网",
    retry: "重试",
    stale: "信任名单没有更新成：",
    keys: "演示服务器换了密钥，旧的信任名单不再更新。",
    adopt: "改用新密钥",
  },
  {
    title: "Checkpoint",
    scan: "Scan a code",
    about:
      "Point at the QR code on the phone. What is scanned is verified on this device, and neither stored nor sent.",
    camera: "Open the camera",
    close: "Close the camera",
    image: "Choose an image",
    paste: "Or paste the text",
    pasteHint: "Begins with JK1:",
    verify: "Verify",
    sound: "A sound with each verdict",
    trust: (version, until) => `Trust list version ${version ?? "?"}, holds until ${until}`,
    offline: "verifying needs no network",
    retry: "Try again",
    stale: "The trust list was not renewed:",
    keys: "The demonstration server has other keys than before, so the trust list is no longer renewed.",
    adopt: "Use the new keys",
  },
);

/** The checkpoint's page: a verdict where there is one, else ways to scan. */
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
    <h2>${t.scan}</h2>
    <p class="hint">${t.about}</p>
    <div class="viewfinder" ?hidden=${!app.scanning}><video muted playsinline></video></div>
    <div class="actions">
      ${
        app.scanning
          ? html`<button type="button" @click=${app.closeCamera}>${t.close}</button>`
          : html`<button type="button" class="primary" ?disabled=${!app.ready} @click=${app.openCamera}>${t.camera}</button>`
      }
      <label class="button">
        ${t.image}
        <input type="file" accept="image/*" ?disabled=${!app.ready} @change=${choose} />
      </label>
    </div>
    <p class="fault" role="alert">${app.scanProblem ? problemText(app.scanProblem) : nothing}</p>
    <form class="paste" autocomplete="off" @submit=${paste}>
      <label for="text">${t.paste} <span class="hint">${t.pasteHint}</span></label>
      <textarea id="text" rows="3" spellcheck="false" autocapitalize="characters"></textarea>
      <button ?disabled=${!app.ready}>${t.verify}</button>
    </form>
  </section>`;
}

function status(app: CheckpointApp): TemplateResult {
  const t = text();
  const { trust, problem } = app;
  return html`<section class="panel status">
    <p class="clock"><span class="time">${seconds(clock.now())}</span> <span class="date">${fullDay(clock.now())}</span></p>
    ${trust?.expires ? html`<p class="hint">${t.trust(trust.version, dayAndTime(trust.expires))} · ${t.offline}</p>` : nothing}
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
