import type { Symbol } from "../view/phone.js";
import { listen } from "../view/session.js";
import type { Context, Happened, View } from "../view/view.js";
import { symbolOf } from "./symbol.js";

/** A view's class: what a component is made of besides its template. */
export type ViewClass = new (context: Context) => View;

/** What a host does for a component. */
export interface Host {
  /** Shows the view's data. */
  show(view: View): void;
  /** Draws on the component's canvas; false if it is not there yet. */
  draw(symbol: Symbol): Promise<boolean>;
  /** Tells the page. */
  tell(event: string): void;
}

/** A component while it is in a page. */
export class Running {
  readonly view: View;
  private readonly host: Host;
  private readonly deaf: () => void;
  private timer: ReturnType<typeof setInterval> | undefined;
  private drawn: Symbol | undefined;
  private seen = false;

  constructor(view: ViewClass, host: Host) {
    this.host = host;
    const update = () => this.update();
    this.view = new view({ update, symbol: symbolOf, tell: (event) => host.tell(event) });
    this.deaf = listen(() => {
      this.view.changed?.();
      this.update();
    });
    this.update();
    this.see(true);
  }

  /** Does what a handler of the template does. */
  handle(name: string, happened: Happened): void {
    void this.view.on[name]?.(happened);
  }

  /** Whether somebody sees the component: it stands still while nobody does. */
  see(seen: boolean): void {
    if (seen === this.seen) return;
    this.seen = seen;
    clearInterval(this.timer);
    this.view.seen?.(seen);
    if (seen && this.view.tick) this.timer = setInterval(() => this.view.tick?.(), 1_000);
  }

  /** Draws again, as after a change of size. */
  redraw(): void {
    this.drawn = undefined;
    void this.drawSymbol();
  }

  stop(): void {
    this.see(false);
    this.deaf();
  }

  private update(): void {
    // A view may ask for it while it is made.
    if (this.view === undefined) return;
    this.host.show(this.view);
    void this.drawSymbol();
  }

  private async drawSymbol(): Promise<void> {
    const symbol = this.view.symbol?.();
    if (symbol === this.drawn) return;
    this.drawn = symbol;
    if (symbol && !(await this.host.draw(symbol)) && this.drawn === symbol) this.drawn = undefined;
  }
}
