// Hears the keys of a page, also those that a scanner types.
const FIELDS = "textarea, input:not([type=checkbox], [type=radio], [type=file], [type=button], [type=submit])";

/** Whether what is typed there stays there. */
const isField = (target: EventTarget | undefined): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches(FIELDS));

/**
 * Hands on keys that are pressed anywhere on the page, with when they were pressed in milliseconds of the page's time, until the
 * returned function is called; a key that `take` says was its own has no other effect.
 */
export function hearKeys(take: (key: string, inField: boolean, at: number) => boolean): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey) return;
    // A busy page hears keys late, and must not take that for a pause between them.
    if (!take(event.key, isField(event.composedPath()[0]), event.timeStamp)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", hear, true);
  return () => document.removeEventListener("keydown", hear, true);
}
