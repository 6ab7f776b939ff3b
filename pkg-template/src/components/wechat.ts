// Runs a view as one of WeChat's components.
import { placeLines } from "#places";
import { drawQr } from "../adaptors/draw.js";
import type { Surface } from "../adaptors/interfaces.js";
import { placesFrom } from "../view/places/names.js";
import { follow } from "../view/session.js";
import type { Detail } from "../view/view.js";
import { type Instance, methods, on, running, shower } from "./mini.js";
import { Running, type ViewClass } from "./running.js";

// The part of WeChat that components need.
interface WechatInstance extends Instance {
  createSelectorQuery(): QuerySource;
  triggerEvent(name: string, detail?: Detail): void;
}
interface QuerySource {
  select(selector: string): { boundingClientRect(): QuerySource; fields(wanted: { node: true }): QuerySource };
  selectViewport(): { scrollOffset(): QuerySource };
  exec(done: (found: unknown[]) => void): void;
}
declare function Component(options: object): void;
declare const wx: {
  getWindowInfo?(): { pixelRatio: number };
  getSystemInfoSync(): { pixelRatio: number };
  getAppBaseInfo?(): { fontSizeSetting?: number };
  pageScrollTo(options: { scrollTop: number }): void;
};

placesFrom(placeLines);

/** WeChat's usual size of type, in pixels. */
const USUAL = 17;

/** Follows the size of type that somebody has set in WeChat. */
function followHost(): void {
  const { fontSizeSetting = USUAL } = wx.getAppBaseInfo?.() ?? {};
  follow(fontSizeSetting / USUAL);
}

/** Registers a component with WeChat. */
export function register(view: ViewClass, handlers: string[]): void {
  Component({
    externalClasses: ["hc-class"],
    data: { look: "", qrSide: 0 },
    lifetimes: {
      attached(this: WechatInstance) {
        followHost();
        const tell = (event: string, detail?: Detail) => this.triggerEvent(event, detail);
        running.set(
          this,
          new Running(view, {
            name: this.is,
            ...shower(this),
            tell,
            reveal: (of) => reveal(this, of),
            draw: (text) => drawOn(this, text),
          }),
        );
      },
      ready: on((one) => one.redraw()),
      detached(this: WechatInstance) {
        running.get(this)?.stop();
        running.delete(this);
      },
    },
    pageLifetimes: {
      show: on((one) => one.see(true)),
      hide: on((one) => one.see(false)),
      resize: on((one) => one.redraw()),
    },
    methods: methods(handlers),
  });
}

/** Scrolls the page to the first element with a class. */
function reveal(instance: WechatInstance, of: string): void {
  const query = instance.createSelectorQuery();
  query.select(`.${of}`).boundingClientRect().selectViewport().scrollOffset();
  query.exec((found) => {
    const [box, page] = found as [{ top: number } | null, { scrollTop: number } | null];
    if (box && page) wx.pageScrollTo({ scrollTop: Math.max(0, page.scrollTop + box.top - 80) });
  });
}

function drawOn(instance: WechatInstance, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const query = instance.createSelectorQuery();
    query.select(".qr-box").boundingClientRect().select(".qr").fields({ node: true });
    query.exec((found) => {
      const [box, canvas] = found as [{ width: number } | null, { node?: Surface } | null];
      if (!box?.width || !canvas?.node) {
        resolve(false);
        return;
      }
      const { pixelRatio } = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync();
      const { size } = drawQr({ surface: canvas.node, width: box.width, ratio: pixelRatio }, text);
      instance.setData({ qrSide: size });
      resolve(true);
    });
  });
}
