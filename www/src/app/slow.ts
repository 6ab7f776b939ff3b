import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";

const text = words(
  {
    slow: "浏览器的存储一直没有应答。请关闭本网站的其他页面，或重启浏览器，再重新打开。",
    again: "重新打开",
  },
  {
    slow: "The browser’s storage does not answer. Close this site’s other tabs, or restart the browser, and open this again.",
    again: "Open again",
  },
);

/** How long storage may take without a word, in milliseconds. */
const LONG = 10_000;

/** What a page opens that may take for ever: some browsers' databases never answer. */
export class Slow {
  private long = false;

  /** Waits for something; if that takes long, `update` draws the page with a word. */
  async wait<T>(opening: Promise<T>, update: () => void): Promise<T> {
    const timer = setTimeout(() => {
      this.long = true;
      update();
    }, LONG);
    try {
      return await opening;
    } finally {
      clearTimeout(timer);
      this.long = false;
    }
  }

  /** The word, while there is one. */
  notice(): TemplateResult | typeof nothing {
    if (!this.long) return nothing;
    return html`<section class="panel" role="alert">
      <p>${text().slow}</p>
      <button type="button" @click=${() => location.reload()}>${text().again}</button>
    </section>`;
  }
}
