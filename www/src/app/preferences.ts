import { type Language, setLanguage } from "view/language.ts";
import { own } from "./package.ts";

/** The steps of the type's size: those of the package's components. */
const STEPS = [0.94, 1, 1.1, 1.2, 1.3, 1.4, 1.55, 1.75];
const KEY = "healthcode.preferences";

/** The user's preferences. */
interface Preferences {
  language: Language;
  /** The version for elders, on all pages. */
  large: boolean;
  /** The step of the type's size, 0 to 7; the browser's own setting until somebody chooses one. */
  size?: number;
  /** A sound and a buzz with each verdict at the checkpoint. */
  sound: boolean;
  /** Whether the checkpoint asks every code for the answer to a challenge. */
  challenge: boolean;
  /** What codes the checkpoint asks for, by the path of the desk. */
  purposes: Readonly<Record<string, string>>;
}

/** Chinese for whoever prefers any Chinese to English, English for all others. */
function preferred(): Language {
  const { languages = [], language = "" } = globalThis.navigator ?? {};
  const known = [...languages, language].find((tag) => /^(zh|en)\b/i.test(tag));
  return known && /^zh/i.test(known) ? "zh-Hans" : "en";
}

const fallback = (): Preferences => ({
  language: preferred(),
  large: false,
  sound: true,
  challenge: false,
  purposes: {},
});

/** The texts of an object by their names, whatever else was stored. */
const texts = (of: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(of ?? {}).filter(([, text]) => typeof text === "string"));

function stored(): Partial<Preferences> {
  try {
    const { language, large, size, sound, challenge, purposes } = JSON.parse(
      localStorage.getItem(KEY) ?? "{}",
    ) as Partial<Preferences>;
    return {
      ...(language === "zh-Hans" || language === "en" ? { language } : {}),
      large: large === true,
      ...(typeof size === "number" && STEPS[size] !== undefined ? { size } : {}),
      sound: sound !== false,
      challenge: challenge === true,
      purposes: texts(purposes),
    };
  } catch {
    return {};
  }
}

export const preferences: Preferences = { ...fallback(), ...stored() };
setLanguage(preferences.language);

/** Makes the type larger or smaller by a step, if there is one. */
export function resize(by: 1 | -1): void {
  const { size = nearest() } = preferences;
  if (STEPS[size + by] !== undefined) prefer({ size: size + by });
}

/** Whether there is a step further. */
export const canResize = (by: 1 | -1): boolean => STEPS[(preferences.size ?? nearest()) + by] !== undefined;

/** The step that is nearest to what somebody has set in the browser. */
function nearest(): number {
  const ratio = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const far = (at: number) => Math.abs((STEPS[at] ?? 1) - ratio);
  return STEPS.reduce((best, _, at) => (far(at) < far(best) ? at : best), 1);
}

/** Changes a preference for this and later visits. */
export function prefer(change: Partial<Preferences>): void {
  Object.assign(preferences, change);
  setLanguage(preferences.language);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Without storage the choice lasts for this visit.
  }
  applyPreferences();
}

/** Applies language and text size to the document and the package's elements. */
export function applyPreferences(): void {
  const { language, large, size } = preferences;
  const { documentElement: root } = document;
  root.lang = language;
  root.toggleAttribute("data-large", large);
  if (size === undefined) delete root.dataset.size;
  else root.dataset.size = String(size);
  own().prefer?.({ language, large, simple: large, size: size ?? -1 });
}
