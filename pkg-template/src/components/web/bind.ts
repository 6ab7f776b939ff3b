// The listeners of a template's events.
import type { View } from "../../view/view.js";

/** The listener of a template's event for a view's handler. */
export type Bind<V extends View> = (name: string & keyof V["on"]) => (event: Event) => void;

/** A listener of a field's keys that acts at Enter, unless that picks what an input method offers. */
export const confirmed =
  (act: (event: Event) => void) =>
  (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    // The focus may go to a button, which the same press would activate.
    event.preventDefault();
    act(event);
  };
