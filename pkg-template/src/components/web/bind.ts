import type { View } from "../../view/view.js";

/** The listener of a template's event for a view's handler. */
export type Bind<V extends View> = (name: string & keyof V["on"]) => (event: Event) => void;
