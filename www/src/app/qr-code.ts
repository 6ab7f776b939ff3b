import { own } from "./package.ts";

/**
 * `<qr-code>`: a QR symbol on a canvas whose modules are whole device pixels, whatever the screen's density, so that
 * no edge is blurred. Properties: `text`, its text; `label`, its name for screen readers.
 */
export class QrCode extends HTMLElement {
  private readonly canvas = document.createElement("canvas");
  private readonly sizes = new ResizeObserver(() => this.draw());
  private said = "";

  set text(text: string) {
    if (text === this.said) return;
    this.said = text;
    this.draw();
  }

  set label(label: string) {
    this.canvas.setAttribute("aria-label", label);
  }

  connectedCallback(): void {
    this.canvas.setAttribute("role", "img");
    this.replaceChildren(this.canvas);
    this.sizes.observe(this);
    this.draw();
  }

  disconnectedCallback(): void {
    this.sizes.disconnect();
  }

  private draw(): void {
    const { canvas, said: text, clientWidth: width } = this;
    if (text === "" || width === 0) return;
    const { size, version } = own().drawQr({ surface: canvas, width, ratio: devicePixelRatio }, text);
    canvas.style.width = canvas.style.height = `${size}px`;
    this.dataset.version = String(version);
  }
}

customElements.define("qr-code", QrCode);
