import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";

const text = words(
  {
    asText: "二维码的文字（供演示）",
    copy: "复制",
    copied: "已复制",
    notCopied: "复制失败，请选中上面的文字复制",
  },
  {
    asText: "The QR code as text (for this demonstration)",
    copy: "Copy",
    copied: "Copied",
    notCopied: "It could not be copied: select the text above and copy it",
  },
);

/** The text of a QR code that is shown, for trying both pages on one computer; `more` says what it is for. */
export function asText(more: string, shown: () => string): TemplateResult {
  const t = text();
  const open = (event: Event) => {
    const details = event.target as HTMLDetailsElement;
    const code = details.querySelector("code");
    // It follows the QR code for as long as somebody looks at it.
    const follow = () => {
      if (!details.open || !details.isConnected) clearInterval(following);
      else if (code && code.textContent !== shown()) code.textContent = shown();
    };
    const following = setInterval(follow, 1_000);
    follow();
  };
  const copy = async (event: Event) => {
    const told = (event.currentTarget as HTMLElement).nextElementSibling;
    // Where a page may not use it, there is none.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const done = await clipboard?.writeText(shown()).then(
      () => true,
      () => false,
    );
    if (told) told.textContent = done ? t.copied : t.notCopied;
  };
  return html`<details class="as-text" @toggle=${open}>
    <summary>${t.asText}</summary>
    <p class="hint">${more}</p>
    <code></code>
    <button type="button" @click=${copy}>${t.copy}</button>
    <p class="hint" role="status"></p>
  </details>`;
}
