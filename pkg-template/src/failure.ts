// Errors with a code.
import type { StableCode } from "./engine/core/healthcode.js";
import type { FailureCode } from "./texts/failures.js";

/** An `Error` with a stable code: what every function of this package throws. */
export interface Failure extends Error {
  /** The stable code: one of `knownCodes()`, or of an app's own adaptor. */
  code: StableCode;
}

/** An error of the package's own, beside those of the core. The message is English; `problemText` has others. */
export function failure(
  code:
    | FailureCode
    | "misuse-argument"
    | "engine-out-of-memory"
    | "trust-no-roots"
    | "envelope-too-large"
    | "file-not-in-manifest",
  message: string,
): Failure {
  return Object.assign(new Error(message), { code });
}

/** What whoever uses something closed is told. */
export const closed = (what: string): Failure => failure("phone-closed", `the ${what} was closed`);

/** The stable code of something thrown, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  const { code } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
