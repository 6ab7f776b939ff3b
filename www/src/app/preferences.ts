import { type Language, setLanguage } from "view/language.ts";

const KEY = "healthcode.preferences";

/** The user's preferences. */
interface Preferences {
  language: Language;
  /** Larger text on all pages. */
  large: boolean;
  /** A sound with each verdict at the checkpoint. */
  sound: boolean;
  /** Whether the checkpoint asks every code for the answer to a challenge. */
  challenge: boolean;
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
  sound: false,
  challenge: false,
});

function stored(): Partial<Preferences> {
  try {
    const { language, large, sound, challenge } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      ...(language === "zh-Hans" || language === "en" ? { language } : {}),
      large: large === true,
      sound: sound === true,
      challenge: challenge === true,
    };
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
    // Without storage the choice lasts for this visit.
  }
  applyPreferences();
}

/** Applies language and text size to the document. */
export function applyPreferences(): void {
  document.documentElement.lang = preferences.language;
  document.documentElement.toggleAttribute("data-large", preferences.large);
}
