/** An error with one of the page's own stable codes, which add to the package's. */
export class PageProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
