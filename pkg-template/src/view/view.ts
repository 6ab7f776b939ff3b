// What a view is: data to draw, and handlers for what happens.

/** An event on an element: its `data-` attributes, and the value of a field. */
export interface Happened {
  data: Record<string, string>;
  /** What was typed or picked; the index for a choice from a list. */
  value: string;
}

/** A component's reaction to an event. */
export type Handler = (happened: Happened) => void | Promise<void>;

/**
 * A component without its looks: data for the template, as plain JSON without `undefined`, and the template's
 * handlers. It is independent of the host.
 */
export interface View {
  /** The part of the session that it shows; by default the phone. */
  readonly needs?: "family" | "checkpoint";
  data(): object;
  readonly on: Record<string, Handler>;
  /** Called each second while it is visible. */
  tick?(): void | Promise<void>;
  /** Called when the session has changed: another person, another language, new data on the phone. */
  changed?(): void | Promise<void>;
  /** Called when it becomes visible or hidden. */
  seen?(seen: boolean): void;
  /**
   * Takes a key that was pressed anywhere on the page, at a moment in milliseconds since any other; returns whether it is to have
   * no other effect.
   */
  key?(key: string, inField: boolean, at: number): boolean;
  /** Judges a code that the page has read in a way of its own; `picture` says that it was in an image file. */
  judge?(text: string, picture?: boolean): void;
  /** The sign that it shows, for pages that put what matters first. */
  readonly sign?: string;
  /** The text of the QR code, if the template has one. */
  qr?(): string | undefined;
  /** Whether it fills the screen; when that changes, the code is drawn anew, for it has more room or less. */
  readonly enlarged?: boolean;
  /** Whether that text is good until the view has another, unlike a health code, which is not left standing. */
  readonly lasts?: boolean;
}

/** The events that components emit; published/docs/components-guide.md says when. */
export type Told = "add" | "asks" | "back" | "judged" | "purpose" | "report" | "reported" | "switched";

/** The details of an event: only strings, which every host passes on. */
export type Detail = Record<string, string>;

/** What a view needs from the component around it. */
export interface Context {
  /** Draws again. */
  update(): void;
  /** Scrolls the first element with a class into view, and announces it to screen readers. */
  reveal(of: string): void;
  /** Emits an event, with its details, to the page around the component. */
  tell(event: Told, detail?: Detail): void;
}
