import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { deskId } from "./desk.ts";
import { prefer, preferences } from "./preferences.ts";

const text = words(
  {
    skip: "跳到正文",
    home: "首页",
    other: "English",
    large: "大字",
    largeOn: "切换为大字",
    largeOff: "切换为标准字号",
    demo: "演示",
    demoMore: "密钥和时钟都是演示用的，规则是2020年2月的。不是真正的健康码。",
    demoToday: "密钥是演示用的，规则按公开文件写成，时钟是服务器的。不是真正的健康码。",
  },
  {
    skip: "Skip to content",
    home: "Start",
    other: "中文",
    large: "Large",
    largeOn: "Switch to large text",
    largeOff: "Switch to normal text",
    demo: "Demonstration",
    demoMore: "with keys and a clock of its own, and rules of February 2020. Not a real health code.",
    demoToday: "with keys of its own, rules written from public texts, and the server’s clock. Not a real health code.",
  },
);

interface Frame {
  title: string;
  demo: boolean;
  content: unknown;
  /** Draws the page again after a change of language or text size. */
  redraw(): void;
}

/** The frame of every page: its name, the two settings for all of it, and the demo notice. */
export function frame({ title, demo, content, redraw }: Frame): TemplateResult {
  const t = text();
  document.title = title;
  const choose = (change: Parameters<typeof prefer>[0]) => () => {
    prefer(change);
    redraw();
  };
  return html`
    <a class="skip" href="#content">${t.skip}</a>
    <header class="top">
      <a class="home" href="/" aria-label=${t.home}><img src="/icon.svg" alt="" width="32" height="32" /></a>
      <h1>${title}</h1>
      <button
        type="button"
        class="choice"
        aria-pressed=${preferences.large}
        title=${preferences.large ? t.largeOff : t.largeOn}
        @click=${choose({ large: !preferences.large })}
      >
        ${t.large}
      </button>
      <button
        type="button"
        class="choice"
        lang=${preferences.language === "en" ? "zh-Hans" : "en"}
        @click=${choose({ language: preferences.language === "en" ? "zh-Hans" : "en" })}
      >
        ${t.other}
      </button>
    </header>
    ${demo ? html`<aside class="demo" aria-label=${t.demo}><strong>${t.demo}</strong> ${deskId() === undefined ? t.demoMore : t.demoToday}</aside>` : nothing}
    <main id="content" tabindex="-1">${content}</main>
  `;
}
