// Puts components into a page twice, from one session: as custom elements, and as WeChat's templates on glass-easel.
import * as glassEasel from "glass-easel";
import * as elements from "../out/generated/web.js";
import type { ViewClass } from "../src/components/running.js";
import { register } from "../src/components/wechat.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView } from "../src/view/code.js";
import { DiaryView } from "../src/view/diary.js";
import { FamilyView } from "../src/view/family.js";
import { ItineraryView } from "../src/view/itinerary.js";
import type { Language } from "../src/view/language.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { ReasonsView } from "../src/view/reasons.js";
import { ReportView } from "../src/view/report.js";
import { type Journey, makeWorld } from "./world.js";

const VIEWS: Record<string, ViewClass> = {
  checkpoint: CheckpointView,
  code: CodeView,
  diary: DiaryView,
  family: FamilyView,
  itinerary: ItineraryView,
  questionnaire: QuestionnaireView,
  reasons: ReasonsView,
  report: ReportView,
};

/** What the test puts into the page. */
interface Given {
  journey: Journey;
  /** Templates as glass-easel's compiler wrote them, by component. */
  templates: Record<string, unknown>;
  handlers: Record<string, string[]>;
}
declare const given: Given;

const space = new glassEasel.ComponentSpace();
let defined: glassEasel.GeneralComponentDefinition | undefined;
let template: unknown;

/** As much of WeChat as registering and drawing ask for. */
Object.assign(globalThis, {
  Component: ({ methods, lifetimes: given, data, externalClasses }: Record<string, Record<string, () => void>>) => {
    const lifetimes = {
      ...given,
      attached(this: { setData(data: object, done?: () => void): void }) {
        // glass-easel has drawn when it returns; WeChat calls back.
        const setData = this.setData.bind(this);
        this.setData = (data, done) => {
          setData(data);
          done?.();
        };
        given?.attached?.call(this);
      },
    };
    defined = space.defineComponent({ template, methods, lifetimes, data, externalClasses } as never) as never;
  },
  wx: { getWindowInfo: () => ({ pixelRatio: devicePixelRatio }) },
});

/** `createSelectorQuery`, as far as components use it. */
function query(within: Element) {
  const found: unknown[] = [];
  let one: Element | null = null;
  const chain = {
    select: (selector: string) => {
      one = within.querySelector(selector);
      return chain;
    },
    boundingClientRect: () => {
      found.push(one && { width: one.clientWidth });
      return chain;
    },
    fields: () => {
      found.push(one && { node: one });
      return chain;
    },
    exec: (done: (found: unknown[]) => void) => setTimeout(() => done(found)),
  };
  return chain;
}

function mini(name: string, parent: HTMLElement): void {
  template = given.templates[name];
  register(VIEWS[name] as ViewClass, given.handlers[name] ?? []);
  const root = glassEasel.Component.createWithContext(
    "root",
    defined as never,
    new glassEasel.CurrentWindowBackendContext(),
  ) as never as {
    createSelectorQuery?: unknown;
    $$: HTMLElement;
  };
  root.createSelectorQuery = () => query(parent);
  const place = document.createElement("div");
  parent.append(place);
  glassEasel.Element.replaceDocumentElement(root as never, parent as never, place as never);
}

/** What a person reads, without fields, of which each host has its own. */
function words(root: ParentNode): string {
  const copy = document.createElement("div");
  copy.append(...[...root.childNodes].map((node) => node.cloneNode(true)));
  for (const field of copy.querySelectorAll("select, input, textarea, picker, .field, style")) field.remove();
  return (copy.textContent ?? "").replace(/\s+/g, "");
}

/** Draws all components for a person of the vectors, and says what they say. */
async function show(person: string | undefined, language: Language, large: boolean, only?: string[]) {
  const bytesAt = async (path: string) => (await fetch(path)).arrayBuffer();
  const world = makeWorld(given.journey, await bytesAt("healthcode.wasm"), await bytesAt("checkpoint.wasm"));
  const phone = await world.phoneOf(person);
  const checkpoint = await world.openCheckpoint();
  await checkpoint.refresh();
  elements.prefer({ language, large });
  elements.connect({ phone, checkpoint, family: await world.openFamily() });
  const said: Record<string, { web: string; mini: string }> = {};
  document.body.replaceChildren();
  for (const name of only ?? Object.keys(VIEWS)) {
    const row = document.createElement("div");
    row.className = "pair-of-hosts";
    const element = document.createElement(`healthcode-${name}`);
    const box = document.createElement("div");
    row.append(element, box);
    document.body.append(row);
    mini(name, box);
    const both = () => ({ web: words(element.shadowRoot as ShadowRoot), mini: words(box) });
    const settled = () => new Promise((resolve) => setTimeout(resolve, 60));
    // The family asks for everybody's phone. What stays different after a while is what the test is about.
    await settled();
    for (let turn = 0; turn < 100 && both().web !== both().mini; turn += 1) await settled();
    said[name] = both();
  }
  return said;
}

Object.assign(globalThis, { show });
