// Runs a view on any host: when it begins, when it draws, what it hears, when it ends.
import type { FailureCode } from "../texts/failures.js";
import { first, later } from "../view/after-drawing.js";
import { guarded } from "../view/fault-barrier.js";
import { listen, session } from "../view/session.js";
import type { Context, Detail, Happened, Told, View } from "../view/view.js";

// Every host has them, but no type library is common to all hosts.
declare function setInterval(act: () => void, every: number): number;
declare function clearInterval(timer: number | undefined): void;
declare function setTimeout(act: () => void, after: number): number;
declare function clearTimeout(timer: number | undefined): void;
declare const console: { warn(...told: string[]): void };

/** An app that has connected nothing after this many milliseconds has probably forgotten to. */
const PATIENCE = 8_000;
const NOT_CONNECTED: FailureCode = "misuse-not-connected";
/** A code is valid for this many milliseconds. */
const VALID = 60_000;

/** The class of a view: a component without its template. */
export type ViewClass = new (context: Context) => View;

/** What a host provides to a component. */
export interface Host {
  /** What it calls the component: its element's name, or its path. */
  readonly name?: string | undefined;
  /** Shows the view's data; `done` is called when it is visible. */
  show(view: View, done: () => void): void;
  /** Draws the text as a QR code on the component's canvas; false if the canvas is not there yet. */
  draw(text: string): Promise<boolean>;
  /** Takes the code off the screen, without asking the view for anything. */
  clear(): void;
  /** Emits an event to the page. */
  tell(event: Told, detail?: Detail): void;
  /** Scrolls the first element with a class into view. */
  reveal(of: string): void;
}

/** Whether the app has not opened anything yet. */
const nothing = () => !(session.phone || session.checkpoint || session.problem);

/** A component while it is in a page. */
export class Running {
  readonly view: View;
  private readonly host: Host;
  private readonly deaf: () => void;
  private readonly forgot: number;
  private timer: number | undefined;
  private drawn: string | undefined;
  /** The view's newest code, and when it was first seen, by the device's own clock. */
  private newest: { text: string; since: number } | undefined;
  /** The `since` of the code that is on the screen. */
  private since: number | undefined;
  private drawing = false;
  /** Whether to draw once more after the current drawing. */
  private again = false;
  /** Whether the view fills the screen, as it was shown last. */
  private enlarged: boolean | undefined;
  private seen = false;
  private stopped = false;
  /** Whether an update is scheduled. */
  private expected = false;
  /** Whether the view has seen a phone. */
  private open = false;
  /** Lets the other components continue once the code is drawn. */
  private over: (() => void) | undefined;

  constructor(view: ViewClass, host: Host) {
    this.host = host;
    const update = () => this.update();
    this.view = new view({
      update,
      tell: (event, detail) => host.tell(event, detail),
      reveal: (of) => host.reveal(of),
    });
    this.deaf = listen(() => {
      // Components around the code come after it.
      if (!this.open && session.phone !== undefined && this.view.qr === undefined) this.lookLater();
      else this.look();
    });
    this.open = session.phone !== undefined;
    // Nothing is shown yet, and the code comes first.
    if (this.view.qr === undefined && nothing()) this.lookLater();
    else this.update();
    this.see(true);
    this.forgot = setTimeout(() => {
      const { needs = "phone" } = this.view;
      if (session[needs] || session.problem) return;
      const what = host.name ?? "a component";
      console.warn(
        `${NOT_CONNECTED}: ${what} has nothing to show, for no ${needs} is connected: call connect({ ${needs} }) of the components, or connect({ problem }) with why there is none`,
      );
    }, PATIENCE);
  }

  /** Runs a handler of the template. */
  handle(name: string, happened: Happened): void {
    void this.view.on[name]?.(happened);
  }

  /** Says whether the component is visible: it pauses while it is not. */
  see(seen: boolean): void {
    if (seen === this.seen) return;
    this.seen = seen;
    const { view } = this;
    clearInterval(this.timer);
    if (seen && view.tick) this.timer = setInterval(() => this.tick(), 1_000);
    guarded(() => view.seen?.(seen));
  }

  /** Whatever the view does or throws, no code stays on the screen for longer than it is valid. */
  private tick(): void {
    guarded(() => this.view.tick?.());
    if (this.since === undefined || this.isValid(this.since)) return;
    this.since = undefined;
    this.drawn = undefined;
    this.again = this.drawing;
    guarded(() => this.host.clear());
    if (this.newest && this.isValid(this.newest.since)) this.update();
  }

  /** Draws again, for instance after a change of size. */
  redraw(): void {
    this.drawn = undefined;
    this.again = this.drawing;
    void this.drawQr();
  }

  stop(): void {
    this.stopped = true;
    this.see(false);
    this.deaf();
    clearTimeout(this.forgot);
    this.over?.();
  }

  private lookLater(): void {
    if (this.expected) return;
    this.expected = true;
    later(() => {
      this.expected = false;
      this.look();
    });
  }

  private look(): void {
    if (this.stopped) return;
    this.open = session.phone !== undefined;
    guarded(() => this.view.changed?.());
    this.update();
  }

  private update(): void {
    const { view } = this;
    // A view may call this while it is being constructed, and what it waited for may come once its page is closed.
    if (view === undefined || this.stopped) return;
    guarded(() => {
      const text = this.text();
      if (text !== undefined && text !== this.drawn) this.over ??= first();
      if (view.enlarged !== this.enlarged) {
        this.enlarged = view.enlarged;
        this.drawn = undefined;
        this.again = this.drawing;
      }
      this.host.show(view, () => void this.drawQr());
      // The next canvas will be a different one.
      if (view.qr?.() === undefined) this.drawn = this.since = undefined;
    });
  }

  /** Whether a code that was made then is still valid. */
  private isValid(since: number): boolean {
    return this.view.lasts === true || Math.abs(Date.now() - since) < VALID;
  }

  /** The view's code, as long as it is valid. */
  private text(): string | undefined {
    const text = this.view.qr?.();
    if (text === undefined) this.newest = undefined;
    else if (text !== this.newest?.text) this.newest = { text, since: Date.now() };
    return this.newest && this.isValid(this.newest.since) ? text : undefined;
  }

  /** Draws the code if it is not drawn yet; if the canvas is not there yet, it is tried again with the next data. */
  private async drawQr(): Promise<void> {
    if (this.drawing || this.stopped) return;
    this.drawing = true;
    try {
      // There may be a new text once one is drawn.
      for (let text = this.text(); text !== undefined && text !== this.drawn; text = this.text()) {
        const since = this.newest?.since;
        if (!(await this.host.draw(text)) || this.stopped) break;
        this.since = since;
        this.drawn = this.again ? undefined : text;
        this.again = false;
      }
    } catch (thrown) {
      guarded(() => {
        throw thrown;
      });
    }
    this.drawing = false;
    this.over?.();
    this.over = undefined;
  }
}
