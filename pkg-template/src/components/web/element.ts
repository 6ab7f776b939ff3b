// Runs a view as a custom element of a web page.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { drawQr } from "../../adaptors/draw.js";
import { spoken } from "../../view/language.js";
import { levels } from "../../view/places/levels.js";
import { placesFrom } from "../../view/places/names.js";
import { search } from "../../view/places/search.js";
import { follow, look } from "../../view/session.js";
import type { View } from "../../view/view.js";
import { Running, type ViewClass } from "../running.js";
import type { Bind } from "./bind.js";
import { Focus, focusOn } from "./focus.js";
import { hearKeys } from "./keys.js";
import { whenReleased } from "./pointer.js";

placesFrom(() => import("#places").then(({ placeLines }) => placeLines()), levels, search);

/** The usual size of type of browsers, in pixels. */
const USUAL = 16;

/** How many times as large as usual the type is that somebody has set in the browser, whatever the page makes of it. */
function hostRatio(): number {
  const probe = document.createElement("span");
  probe.style.font = "medium serif";
  document.documentElement.append(probe);
  const size = Number.parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return size / USUAL;
}

type Template = (data: never, on: Bind<View>) => TemplateResult;

/** Registers a custom element: the view's data in the template, in a shadow root with its style. */
export function register(name: string, view: ViewClass, template: Template, css: string): void {
  // There are no elements when rendering on a server; a page may load this file twice.
  if (typeof customElements === "undefined" || customElements.get(name)) return;
  let style: CSSStyleSheet | undefined;

  class Element extends HTMLElement {
    private running: Running | undefined;
    private readonly root = this.attachShadow({ mode: "open" });
    private readonly focused = new Focus(this.root);
    private readonly listeners = new Map<string, (event: Event) => void>();
    private readonly sizes = new ResizeObserver(() => this.running?.redraw());
    private deaf: (() => void) | undefined;
    private readonly look = (): void => this.running?.see(!document.hidden);

    connectedCallback(): void {
      if (style === undefined) {
        style = new CSSStyleSheet();
        style.replaceSync(css);
      }
      this.root.adoptedStyleSheets = [style];
      follow(hostRatio());
      this.running = new Running(view, {
        name,
        show: (shown, done) => {
          this.show(shown);
          done();
        },
        draw: async (text) => this.draw(text),
        clear: () => void render(nothing, this.root),
        reveal: (of) => this.reveal(of),
        tell: (event, detail) => this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true, detail })),
      });
      this.look();
      this.sizes.observe(this);
      document.addEventListener("visibilitychange", this.look);
      if (this.running.view.key)
        this.deaf = hearKeys((key, inField, at) => this.running?.view.key?.(key, inField, at) === true);
    }

    disconnectedCallback(): void {
      this.deaf?.();
      document.removeEventListener("visibilitychange", this.look);
      this.sizes.disconnect();
      this.running?.stop();
      this.running = undefined;
    }

    /** What the QR code says that the element shows, for a page that hands it on in another way; `undefined` without one. */
    get text(): string | undefined {
      return this.running?.view.qr?.();
    }

    /** Judges a code that the page has read in a way of its own: what a checkpoint scans. `picture` says that it was in an image file. */
    judge(text: string, picture?: boolean): void {
      this.running?.view.judge?.(text, picture);
    }

    private show(shown: View): void {
      const { sign } = shown;
      if (sign === undefined) delete this.dataset.sign;
      else this.dataset.sign = sign;
      const content = template(shown.data() as never, this.bind);
      const { tag, dir } = spoken();
      const all = html`<div class="hc ${look()}" part="root" lang=${tag} dir=${dir}>${content}</div>`;
      this.focused.keep(() => void render(all, this.root));
    }

    /** One listener for each handler, so that lit has nothing to change. */
    private readonly bind: Bind<View> = (handler) => {
      let listener = this.listeners.get(handler);
      if (listener === undefined) {
        listener = (event) => {
          const { dataset, value = "" } = event.currentTarget as HTMLInputElement;
          const happened = { data: { ...dataset } as Record<string, string>, value };
          const act = () => this.running?.handle(handler, happened);
          // What appears when a field loses focus must not move the next field from under the finger.
          if (event.type === "blur") whenReleased(act);
          else act();
        };
        this.listeners.set(handler, listener);
      }
      return listener;
    };

    private reveal(of: string): void {
      const found = this.root.querySelector<HTMLElement>(`.${of}`);
      found?.scrollIntoView({ block: "center" });
      focusOn(found);
    }

    private draw(text: string): boolean {
      const canvas = this.root.querySelector("canvas");
      const room = canvas?.parentElement?.clientWidth;
      if (!canvas || !room) return false;
      const { size, version } = drawQr({ surface: canvas, width: room, ratio: devicePixelRatio }, text);
      canvas.style.width = `${size}px`;
      canvas.style.height = `${size}px`;
      canvas.dataset.version = String(version);
      return true;
    }
  }

  customElements.define(name, Element);
}
