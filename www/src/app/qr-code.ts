import { Qr } from "healthcode";

/** Light modules around the symbol that readers need (ISO/IEC 18004). */
const QUIET = 4;

/**
 * `<qr-code>`: a QR symbol on a canvas whose modules are whole device pixels, whatever the screen's density, so that
 * no edge is blurred. Properties: `text`, its text; `label`, its name for screen readers.
 */
export class QrCode extends HTMLElement {
  private readonly canvas = document.createElement("canvas");
  private readonly sizes = new ResizeObserver(() => this.draw());
  private said = "";
  private modules: Uint8Array = new Uint8Array();
  private width = 0;

  set text(text: string) {
    if (text === this.said) return;
    this.said = text;
    const qr = new Qr(text);
    this.modules = qr.modules();
    this.width = qr.width;
    this.dataset.version = String(qr.version);
    qr.free();
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
    const modules = this.width + 2 * QUIET;
    const density = devicePixelRatio;
    const scale = Math.max(1, Math.floor((this.clientWidth * density) / modules));
    const context = this.canvas.getContext("2d");
    if (this.width === 0 || this.clientWidth === 0 || context === null) return;
    const side = modules * scale;
    this.canvas.width = side;
    this.canvas.height = side;
    this.canvas.style.width = `${side / density}px`;
    this.canvas.style.height = `${side / density}px`;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    context.fillStyle = "#000";
    for (let row = 0; row < this.width; row += 1) {
      for (let column = 0; column < this.width; column += 1) {
        if (this.modules[row * this.width + column] !== 1) continue;
        context.fillRect((column + QUIET) * scale, (row + QUIET) * scale, scale, scale);
      }
    }
  }
}

customElements.define("qr-code", QrCode);
