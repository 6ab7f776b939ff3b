// Runs a view as one of Alipay's components.
import { placeLines } from "#places";
import { drawQr } from "../adaptors/draw.js";
import type { Surface } from "../adaptors/interfaces.js";
import { levels } from "../view/places/levels.js";
import { placesFrom } from "../view/places/names.js";
import { search } from "../view/places/search.js";
import { follow } from "../view/session.js";
import type { Detail } from "../view/view.js";
import { happened, type Instance, type MiniEvent, methods, on, running, shower } from "./mini.js";
import { Running, type ViewClass } from "./running.js";

// The part of Alipay that components need.
interface AlipayInstance extends Instance {
  props: Record<string, unknown>;
}
interface QuerySource {
  select(selector: string): { boundingClientRect(): QuerySource; node(): QuerySource };
  selectViewport(): { scrollOffset(): QuerySource };
  exec(done: (found: unknown[]) => void): void;
}
interface DatePicker {
  format: string;
  currentDate?: string;
  startDate?: string;
  endDate?: string;
  success(picked: { date: string }): void;
}
declare function Component(options: object): void;
declare const my: {
  createSelectorQuery(): QuerySource;
  getSystemInfoSync?(): { pixelRatio: number; fontSizeSetting?: number };
  datePicker(options: DatePicker): void;
  pageScrollTo(options: { scrollTop: number }): void;
};

placesFrom(placeLines, levels, search);

/** Alipay's usual size of type, in pixels. */
const USUAL = 16;

let count = 0;

/** Registers a component with Alipay. */
export function register(view: ViewClass, handlers: string[]): void {
  Component({
    props: { className: "" },
    data: { look: "", qrSide: 0, qrId: "" },
    didMount(this: AlipayInstance) {
      count += 1;
      const qrId = `hc-qr-${count}`;
      // The size of type that somebody has set in Alipay.
      const { fontSizeSetting = USUAL } = my.getSystemInfoSync?.() ?? {};
      follow(fontSizeSetting / USUAL);
      this.setData({ qrId });
      const tell = (event: string, detail?: Detail) => {
        const hear = this.props[`on${event.charAt(0).toUpperCase()}${event.slice(1)}`];
        if (typeof hear === "function") hear({ type: event, detail });
      };
      const draw = (text: string) => drawOn(this, qrId, text);
      running.set(this, new Running(view, { name: this.is, ...shower(this), tell, reveal, draw }));
    },
    didUnmount(this: AlipayInstance) {
      running.get(this)?.stop();
      running.delete(this);
    },
    pageEvents: {
      onShow: on((one) => one.see(true)),
      onHide: on((one) => one.see(false)),
      onResize: on((one) => one.redraw()),
    },
    methods: {
      ...methods(handlers),
      /** The canvas is ready. */
      draw: on((one) => one.redraw()),
      /** Asks for a day or a time: Alipay has a function for this where other hosts have an element. */
      pick(this: AlipayInstance, event: MiniEvent) {
        const { data } = happened(event);
        const { handler = "", format = "", value = "", from = "", to = "", ...rest } = data;
        const picked = ({ date }: { date: string }) => running.get(this)?.handle(handler, { data: rest, value: date });
        my.datePicker({
          format,
          ...(value && { currentDate: value }),
          ...(from && { startDate: from }),
          ...(to && { endDate: to }),
          success: picked,
        });
      },
    },
  });
}

/** Scrolls the page to the first element with a class, which Alipay looks up in the whole page. */
function reveal(of: string): void {
  const query = my.createSelectorQuery();
  query.select(`.hc .${of}`).boundingClientRect().selectViewport().scrollOffset();
  query.exec((found) => {
    const [box, page] = found as [{ top: number } | null, { scrollTop: number } | null];
    if (box && page) my.pageScrollTo({ scrollTop: Math.max(0, page.scrollTop + box.top - 80) });
  });
}

function drawOn(instance: AlipayInstance, id: string, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const query = my.createSelectorQuery();
    query.select(`#${id}-box`).boundingClientRect().select(`#${id}`).node();
    query.exec((found) => {
      const [box, canvas] = found as [{ width: number } | null, { node?: Surface } | null];
      if (!box?.width || !canvas?.node) {
        resolve(false);
        return;
      }
      const { pixelRatio = 1 } = my.getSystemInfoSync?.() ?? {};
      const { size } = drawQr({ surface: canvas.node, width: box.width, ratio: pixelRatio }, text);
      instance.setData({ qrSide: size });
      resolve(true);
    });
  });
}
