// The components for React 18 and later. React leaves out the listeners of custom elements that it takes over from a server's page,
// and before React 19 it has none, so these are added by hand.
import {
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  useCallback,
  useEffect,
  useRef,
} from "react";
import { type ComponentName, EVENTS, type EventDetail, type EventName } from "../events.js";
import type { ComponentElement } from "../web/open.js";

type Listener<Event extends string> = `on${Capitalize<Event>}`;

/** What a component takes: what every HTML element does but children, and a function for each of its events. */
export type ComponentProps<Name extends ComponentName> = Omit<
  HTMLAttributes<ComponentElement<Name>>,
  "children" | "dangerouslySetInnerHTML" | Listener<EventName<Name>>
> & {
  [Event in EventName<Name> as Listener<Event>]?: ((event: CustomEvent<EventDetail<Event>>) => void) | undefined;
};

/** A component for React; a `ref` gives the custom element. */
export type ReactComponent<Name extends ComponentName> = ForwardRefExoticComponent<
  ComponentProps<Name> & RefAttributes<ComponentElement<Name>>
>;

/** A custom element in JSX by its own name: as React 19 has it, `on` and the name of an event. */
export type ElementProps<Name extends ComponentName> = HTMLAttributes<ComponentElement<Name>> &
  RefAttributes<ComponentElement<Name>> & {
    [Event in EventName<Name> as `on${Event}`]?: ((event: CustomEvent<EventDetail<Event>>) => void) | undefined;
  };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "healthcode-checkpoint": ElementProps<"checkpoint">;
      "healthcode-code": ElementProps<"code">;
      "healthcode-diary": ElementProps<"diary">;
      "healthcode-family": ElementProps<"family">;
      "healthcode-itinerary": ElementProps<"itinerary">;
      "healthcode-questionnaire": ElementProps<"questionnaire">;
      "healthcode-reasons": ElementProps<"reasons">;
      "healthcode-report": ElementProps<"report">;
    }
  }
}

const capital = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

function component<Name extends ComponentName>(name: Name): ReactComponent<Name> {
  const events = EVENTS[name].map((event) => [event, `on${capital(event)}`] as const);
  const Component = forwardRef<ComponentElement<Name>, Record<string, unknown>>((props, given) => {
    const shown = useRef<HTMLElement | null>(null);
    const latest = useRef(props);
    const { className, ...others } = props;
    for (const [, listener] of events) delete others[listener];
    useEffect(() => {
      latest.current = props;
    });
    useEffect(() => {
      const element = shown.current;
      const listening = new AbortController();
      for (const [event, listener] of events) {
        const tell = (told: Event) => (latest.current[listener] as ((told: Event) => void) | undefined)?.(told);
        element?.addEventListener(event, tell, { signal: listening.signal });
      }
      return () => listening.abort();
    }, []);
    const ref = useCallback(
      (element: ComponentElement<Name> | null) => {
        shown.current = element;
        if (typeof given === "function") given(element);
        else if (given) given.current = element;
      },
      [given],
    );
    return createElement(`healthcode-${name}`, { ...others, class: className, ref });
  });
  Component.displayName = capital(name);
  return Component as unknown as ReactComponent<Name>;
}

/** Scanning and pasting of codes, and the verdict; `connect({ checkpoint })` gives it the checkpoint. */
export const Checkpoint: ReactComponent<"checkpoint"> = component("checkpoint");
/** The health code itself; `connect({ phone })` gives this and the others the phone. */
export const Code: ReactComponent<"code"> = component("code");
/** Visits, and a form to add one. */
export const Diary: ReactComponent<"diary"> = component("diary");
/** The people on this device; `connect({ family, phone })` gives it the family. */
export const Family: ReactComponent<"family"> = component("family");
/** The last 14 days by place. */
export const Itinerary: ReactComponent<"itinerary"> = component("itinerary");
/** The questions of the rules. */
export const Questionnaire: ReactComponent<"questionnaire"> = component("questionnaire");
/** The reasons of the colour, and when it will change. */
export const Reasons: ReactComponent<"reasons"> = component("reasons");
/** Whether today's report is due. */
export const Report: ReactComponent<"report"> = component("report");
