// What elements have of the rest of the package: it is there once, whichever of its entries a page has besides.
export * from "../../api-common.js";
export { inLanguage, onTexts, spokenFor, textsOf } from "../../texts/language.js";
