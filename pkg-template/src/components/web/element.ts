// Runs a view as a custom element of a web page.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { drawQr } from "../../adaptors/draw.js";
import { language } from "../../view/language.js";
import { levels } from "../../view/places/levels.js";
import { placesFrom } from "../../view/places/names.js";
import { search } from "../../view/places/search.js";
import { look } from "../../view/session.js";
import type { View } from "../../view/view.js";
import { Running, type ViewClass } from "../running.js";
import type { Bind } from "./bind.js";
import { Focus, focusOn } from "./focus.js";
import { hearKeys } from "./keys.js";
import { whenReleased } from "./pointer.js";

placesFrom(() => import("#places").then(({ placeLines }) => placeLines()), levels, search);

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

    private show(shown: View): void {
      const content = template(shown.data() as never, this.bind);
      const all = html`<div class="hc ${look()}" part="root" lang=${language()}>${content}</div>`;
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
      const { size } = drawQr({ surface: canvas, width: room, ratio: devicePixelRatio }, text);
      canvas.style.width = `${size}px`;
      canvas.style.height = `${size}px`;
      return true;
    }
  }

  customElements.define(name, Element);
}
