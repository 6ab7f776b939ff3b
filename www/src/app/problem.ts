import type { Problem } from "healthcode";

/** A cause with a stable code of the page's own, beside those of the crate. */
export class PageProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code and sentence of anything thrown; what has no code is a fault of the page itself. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Error) {
    const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "page-fault";
    return { code, message: thrown.message };
  }
  return { code: "page-fault", message: "something was thrown that is no error" };
}
