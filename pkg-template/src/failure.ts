// Errors with a code.
import type { Problem, StableCode } from "./engine/core/healthcode.js";
import type { FailureCode } from "./texts/failures.js";
import { isCode } from "./texts/outside.js";

/** An error with a stable code: what every function of this package throws. */
export interface HealthcodeError extends Error {
  /** The stable code: one of `knownCodes()`, or of an app's own adaptor. */
  code: StableCode;
}

// A class that extends Error takes a kilobyte more in ES5.
function HealthcodeErrorOf(problem: Problem): HealthcodeError {
  const { code, message } = (problem ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const error = new Error(typeof message === "string" ? message : "");
  return Object.assign(error, { code: isCode(code) ? code : "package-fault" });
}

Object.defineProperty(HealthcodeErrorOf, Symbol.hasInstance, {
  value: (thrown: unknown) => Object.prototype.toString.call(thrown) === "[object Error]" && isCode(codeOf(thrown)),
});

/**
 * The class of errors with a stable code. `thrown instanceof HealthcodeError` holds for every error with such a code: of the
 * engine, of the package, also where a bundle has it twice, and of an app's own adaptors. `new HealthcodeError(problem)` makes one of
 * a problem, such as a fault in the answers, for an app to throw; without a code it is a `package-fault`. It cannot be extended.
 */
export const HealthcodeError = HealthcodeErrorOf as unknown as {
  new (problem: Problem): HealthcodeError;
  readonly prototype: HealthcodeError;
};

/** An error of the package's own, beside those of the core. */
export function failure(
  code:
    | FailureCode
    | "misuse-argument"
    | "engine-out-of-memory"
    | "trust-no-roots"
    | "envelope-too-large"
    | "file-not-in-manifest"
    | "proof-missing",
  message: string,
): HealthcodeError {
  return new HealthcodeError({ code, message });
}

/** What whoever uses something closed is told. */
export const closed = (what: string): HealthcodeError => failure("phone-closed", `the ${what} was closed`);

/** The stable code of something thrown, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  const { code } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
