/** The version of the package; the assemble script puts it in. */
declare const VERSION: string;
/** The SHA-256 of `healthcode.wasm` in hexadecimal digits. */
declare const WASM_SHA256: string;
/** The SHA-256 of `checkpoint.wasm` in hexadecimal digits. */
declare const CHECKPOINT_SHA256: string;
/** The SHA-256 of `issuer.wasm` in hexadecimal digits. */
declare const ISSUER_SHA256: string;
/** The SHA-256 of `web/fallback.js` in base64. */
declare const FALLBACK_SHA256: string;
/** The SHA-256 of `web/checkpoint-fallback.js` in base64. */
declare const CHECKPOINT_FALLBACK_SHA256: string;
/** The engines' files as base64; the assemble script puts them in. */
declare module "#engine-of-phone" {
  export const engine: string;
}
declare module "#engine-of-checkpoint" {
  export const engine: string;
}
/** The names of places: in each host's package as many as the host needs. */
declare module "#places" {
  /** The names of places, as `PlaceTable` reads them. */
  export const placeLines: () => string;
}
