/** What happened on an element: what its `data-` attributes say, and the value of a field. */
export interface Happened {
  data: Record<string, string>;
  /** What was typed or picked; the place in the list for a choice from one. */
  value: string;
}

/** What a component does about it. */
export type Handler = (happened: Happened) => void | Promise<void>;

/**
 * A component without its look: data for the template, which are plain JSON without anything undefined, and what the
 * template's handlers do. It knows no host.
 */
export interface View {
  /** What of the session it shows; the phone, if left out. */
  readonly needs?: "family" | "checkpoint";
  data(): object;
  readonly on: Record<string, Handler>;
  /** Each second while somebody sees it. */
  tick?(): void;
  /** The session has changed: another person, another language, something new on the phone. */
  changed?(): void;
  /** Seen again, or no longer. */
  seen?(seen: boolean): void;
  /** What the QR code says, where the template has one. */
  qr?(): string | undefined;
}

/** What components tell; published/docs/components-guide.md says when. */
export type Told = "add" | "back" | "report" | "reported" | "switched";

/** What an event is about: texts alone, which every host hands on. */
export type Detail = Record<string, string>;

/** What a view needs of the component around it. */
export interface Context {
  /** Draws again. */
  update(): void;
  /** Brings the first element of a class into view, and to the attention of those who do not see. */
  reveal(of: string): void;
  /** Tells the page around the component, which hears it as an event, with what it is about. */
  tell(event: Told, detail?: Detail): void;
}
