// The host's text codec, or the package's own.
import { TextDecoder as OwnDecoder, TextEncoder as OwnEncoder } from "./text-codec.js";

/**
 * The host's own UTF-8 where it has it. A build for web pages that a bundler took for a mini-program has to get as far as saying
 * so.
 */
const host = (typeof globalThis === "undefined" ? {} : globalThis) as {
  readonly TextEncoder?: typeof OwnEncoder;
  readonly TextDecoder?: typeof OwnDecoder;
};

export const TextEncoder = host.TextEncoder ?? OwnEncoder;
export const TextDecoder = host.TextDecoder ?? OwnDecoder;
