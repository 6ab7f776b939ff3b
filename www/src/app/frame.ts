import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { deskPath } from "./desk.ts";
import { canResize, prefer, preferences, resize } from "./preferences.ts";

const text = words(
  {
    skip: "跳到正文",
    home: "首页",
    other: "EN",
    otherName: "EN English",
    large: "长辈版",
    largeOn: "切换为长辈版：大字，一屏一件事",
    largeOff: "切换为标准版",
    smaller: "字号调小",
    larger: "字号调大",
    demo: "演示",
    demoMore: "密钥和时钟都是演示用的。不是真正的健康码。",
    demoToday: "密钥是演示用的，规则按公开文件写成，时钟是服务器的。不是真正的健康码。",
  },
  {
    skip: "Skip to content",
    home: "Start",
    other: "中文",
    otherName: "中文",
    large: "Simple",
    largeOn: "Switch to the simple version: large type, one thing at a time",
    largeOff: "Switch to the full version",
    smaller: "Smaller type",
    larger: "Larger type",
    demo: "Demonstration",
    demoMore: "The keys and the clock are not real. This is not a real health code.",
    demoToday:
      "The keys are not real; the rules are written from public texts, and the clock is the server’s. This is not a real health code.",
  },
);

interface Frame {
  title: string;
  demo: boolean;
  content: unknown;
  /** Draws the page again after a change of language or text size. */
  redraw(): void;
}

/** A button that makes the type a step larger or smaller. */
function sizer(by: 1 | -1, sign: string, label: string, redraw: () => void): TemplateResult {
  const act = () => {
    resize(by);
    redraw();
  };
  return html`<button type="button" class="choice" aria-label=${`${sign} ${label}`} ?disabled=${!canResize(by)} @click=${act}>${sign}</button>`;
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
      <div class="settings">
        <button
          type="button"
          class="choice"
          aria-pressed=${preferences.large}
          title=${preferences.large ? t.largeOff : t.largeOn}
          @click=${choose({ large: !preferences.large })}
        >
          ${t.large}
        </button>
        ${sizer(-1, "A−", t.smaller, redraw)} ${sizer(1, "A+", t.larger, redraw)}
        <button
          type="button"
          class="choice"
          lang=${preferences.language === "en" ? "zh-Hans" : "en"}
          aria-label=${t.otherName}
          @click=${choose({ language: preferences.language === "en" ? "zh-Hans" : "en" })}
        >
          ${t.other}
        </button>
      </div>
    </header>
    ${demo ? html`<aside class="demo" aria-label=${t.demo}><strong>${t.demo}</strong> ${deskPath() === "" ? t.demoMore : t.demoToday}</aside>` : nothing}
    <main id="content" tabindex="-1">${content}</main>
  `;
}
