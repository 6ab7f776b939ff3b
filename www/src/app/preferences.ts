import { type Language, setLanguage } from "view/language.ts";

const KEY = "healthcode.preferences";

/** What somebody chose of the look of the pages. */
interface Preferences {
  language: Language;
  /** Larger type on all pages. */
  large: boolean;
  /** A sound with each verdict at the checkpoint. */
  sound: boolean;
}

const fallback = (): Preferences => ({
  language: globalThis.navigator?.language?.startsWith("en") ? "en" : "zh-Hans",
  large: false,
  sound: false,
});

function stored(): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

export const preferences: Preferences = { ...fallback(), ...stored() };
setLanguage(preferences.language);

/** Changes a preference for this and later visits. */
export function prefer(change: Partial<Preferences>): void {
  Object.assign(preferences, change);
  setLanguage(preferences.language);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Without storage the choice holds for this visit.
  }
  applyPreferences();
}

/** Puts language and size of type on the document. */
export function applyPreferences(): void {
  document.documentElement.lang = preferences.language;
  document.documentElement.toggleAttribute("data-large", preferences.large);
}
