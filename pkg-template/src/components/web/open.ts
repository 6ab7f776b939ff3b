// The types of the web's components: what an app imports, and the custom elements as the types of the DOM know them.
import type { ComponentName, EventDetail, EventName } from "../events.js";

export * from "../open.js";

/** The custom element of a component, with the types of its events. */
export type ComponentElement<Name extends ComponentName> = {
  /** As every element's, with the types of the component's own events. */
  addEventListener<Event extends EventName<Name>>(
    type: Event,
    listener: (event: CustomEvent<EventDetail<Event>>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** What the QR code says that the element shows, for a page that hands it on in another way; `undefined` without one. */
  readonly text: string | undefined;
  /** Judges a code that the page has read in a way of its own, such as from an image: what a checkpoint scans. */
  judge(text: string, picture?: boolean): void;
} & HTMLElement;

declare global {
  // Without the types of browsers these would be missing, and an app for mini-programs may come here too.
  interface HTMLElement {}
  interface AddEventListenerOptions {}
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of merged declarations must be the same
  interface CustomEvent<T = any> {
    readonly detail: T;
  }
  interface HTMLElementTagNameMap {
    "healthcode-checkpoint": ComponentElement<"checkpoint">;
    "healthcode-code": ComponentElement<"code">;
    "healthcode-diary": ComponentElement<"diary">;
    "healthcode-family": ComponentElement<"family">;
    "healthcode-itinerary": ComponentElement<"itinerary">;
    "healthcode-questionnaire": ComponentElement<"questionnaire">;
    "healthcode-reasons": ComponentElement<"reasons">;
    "healthcode-report": ComponentElement<"report">;
  }
}
