// What WeChat's and Alipay's components have in common.
import { look } from "../view/session.js";
import type { Happened } from "../view/view.js";
import { changes } from "./diff.js";
import type { Host, Running } from "./running.js";

/** What the components of all mini-programs have in common. */
export interface Instance {
  /** Its path in the app. */
  readonly is?: string;
  setData(data: Record<string, unknown>, done?: () => void): void;
}

/** The part of a mini-program's event that is read. */
export interface MiniEvent {
  currentTarget?: { dataset?: Record<string, unknown> };
  target?: { dataset?: Record<string, unknown> };
  detail?: { value?: unknown; code?: unknown };
}

/** The running view of each component on a page. */
export const running = new WeakMap<object, Running>();

/** Shows data by sending only what has changed, and takes the code off the screen. */
export function shower(instance: Instance): Pick<Host, "show" | "clear"> {
  let sent: Record<string, unknown> = {};
  return {
    show: (view, done) => {
      const data = { look: look(), ...view.data() };
      const news = changes(sent, data);
      // The host keeps the object it is given, so this is a separate copy.
      sent = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
      if (Object.keys(news).length > 0) instance.setData(news, done);
      else done();
    },
    clear: () => {
      sent = { ...sent, shown: false };
      instance.setData({ shown: false });
    },
  };
}

/** The content of an event. */
export function happened({ currentTarget, target, detail }: MiniEvent): Happened {
  const data: Record<string, string> = {};
  const { dataset = {} } = currentTarget ?? target ?? {};
  for (const key of Object.keys(dataset)) data[key] = String(dataset[key]);
  // A region comes with its code and the names of its levels; the last two names are enough.
  const codes = Array.isArray(detail?.code) ? detail.code.filter(Boolean) : [];
  const value: unknown = codes.length > 0 ? codes[codes.length - 1] : detail?.value;
  if (codes.length > 0 && Array.isArray(detail?.value)) data.name = detail.value.slice(-2).join("");
  return { data, value: value === undefined || value === null ? "" : String(value) };
}

/** Makes a method for a host to call on a component. */
export const on = (act: (one: Running) => void) =>
  function (this: object): void {
    const one = running.get(this);
    if (one) act(one);
  };

/** A component's methods, by the names of its template's handlers. */
export function methods(names: string[]): Record<string, (this: object, event: MiniEvent) => void> {
  const found: Record<string, (this: object, event: MiniEvent) => void> = {};
  for (const name of names) {
    found[name] = function (event) {
      running.get(this)?.handle(name, happened(event));
    };
  }
  return found;
}
