/** A cause with a stable code of the page's own, beside those of the package. */
export class PageProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
