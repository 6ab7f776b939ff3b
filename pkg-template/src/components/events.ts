// What each component tells an app: the one list that the types of the elements and the wrappers for frameworks are made of.
import type { Told } from "../view/view.js";

/** The events of each component, by its name. */
export const EVENTS = {
  checkpoint: ["judged", "asks", "purpose"],
  code: [],
  diary: [],
  family: ["add", "switched"],
  itinerary: [],
  questionnaire: ["reported", "back"],
  reasons: ["report"],
  report: ["report"],
} as const satisfies Record<string, readonly Told[]>;

/** The name of a component. */
export type ComponentName = keyof typeof EVENTS;

/** The names of a component's events. */
export type EventName<Name extends ComponentName> = (typeof EVENTS)[Name][number];

/** The `detail` of an event. */
export type EventDetail<Event extends Told> = Event extends "add" | "switched"
  ? {
      /** The name under which `family.open` opens the phone of the person who is shown now. */
      person: string;
    }
  : Event extends "judged"
    ? {
        /** The verdict's sign, and nothing of anybody: `green`, `yellow`, `red`, `grey` or `refused`. */
        sign: string;
        /** Whether it is somebody to count, `yes` or `no`: the same code again is nobody else, and what is no code is nobody. */
        counts: string;
      }
    : Event extends "asks"
      ? {
          /** Whether codes are to answer a challenge from now on: `yes` or `no`. */
          asks: string;
        }
      : Event extends "purpose"
        ? {
            /** What codes are to be for from now on: the checkpoint's `purpose`. */
            purpose: string;
          }
        : undefined;
