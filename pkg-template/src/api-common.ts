/** What every entry of the package has, whatever the host and the engine. */

export { type DrawnQr, drawQr } from "./adaptors/draw.js";
export * from "./adaptors/interfaces.js";
export { memoryStorage } from "./adaptors/memory.js";
export type { EngineKind, Fallback, InitOptions } from "./engine/state.js";
export { HealthcodeError } from "./failure.js";
export { addLanguage, type LanguageTexts } from "./languages/add.js";
export type { AllTexts, Missing, Texts } from "./languages/texts.js";
export { type Challenge, challengeOf, type Judgement } from "./phone/challenge.js";
export type { OpenOptions } from "./phone/options.js";
export type { KnownCode } from "./texts/all.js";
export type { FailureCode } from "./texts/failures.js";
export { type Language, languageOf } from "./texts/language.js";
export { errorText, knownCodes, problemOf, problemText } from "./texts/problem.js";
export type { ErrorText } from "./texts/text.js";
