// The components for Vue 3, so that templates need no `isCustomElement`.
import { type DefineSetupFnComponent, defineComponent, h } from "vue";
import { type ComponentName, EVENTS, type EventDetail, type EventName } from "../events.js";

/** The events that a component emits, each with the element's `CustomEvent`. */
export type ComponentEmits<Name extends ComponentName> = {
  [Event in EventName<Name>]: (event: CustomEvent<EventDetail<Event>>) => void;
};

/** A component for Vue, without properties of its own. */
export type VueComponent<Name extends ComponentName> = DefineSetupFnComponent<
  Record<never, never>,
  ComponentEmits<Name>
>;

function component<Name extends ComponentName>(name: Name): VueComponent<Name> {
  const events: readonly string[] = EVENTS[name];
  const Component = defineComponent(
    (_, { emit }: { emit: (event: string, told: Event) => void }) => {
      const heard = events.map((event) => [
        `on${event[0]?.toUpperCase()}${event.slice(1)}`,
        (told: Event) => emit(event, told),
      ]);
      return () => h(`healthcode-${name}`, Object.fromEntries(heard));
    },
    { name: `healthcode-${name}`, emits: [...events] },
  );
  return Component as unknown as VueComponent<Name>;
}

/** Scanning and pasting of codes, and the verdict; `connect({ checkpoint })` gives it the checkpoint. */
export const Checkpoint: VueComponent<"checkpoint"> = component("checkpoint");
/** The health code itself; `connect({ phone })` gives this and the others the phone. */
export const Code: VueComponent<"code"> = component("code");
/** Visits, and a form to add one. */
export const Diary: VueComponent<"diary"> = component("diary");
/** The people on this device; `connect({ family, phone })` gives it the family. */
export const Family: VueComponent<"family"> = component("family");
/** The last 14 days by place. */
export const Itinerary: VueComponent<"itinerary"> = component("itinerary");
/** The questions of the rules. */
export const Questionnaire: VueComponent<"questionnaire"> = component("questionnaire");
/** The reasons of the colour, and when it will change. */
export const Reasons: VueComponent<"reasons"> = component("reasons");
/** Whether today's report is due. */
export const Report: VueComponent<"report"> = component("report");
