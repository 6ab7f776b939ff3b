// Keeps the focus where the person is while a page is drawn anew.

const FOCUSABLE = "input, select, textarea, button";

/** Gives the focus to an element, or to the first field or button in it. */
export function focusOn(found: HTMLElement | null | undefined): void {
  const target = found?.matches(FOCUSABLE) ? found : found?.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus({ preventScroll: true });
}

/**
 * The focus within a root, which goes to the whole page, and so to its beginning, where the button that had it is taken away or
 * disabled. It comes back once that is enabled, or to what was around it.
 */
export class Focus {
  private readonly root: Document | ShadowRoot;
  private drawing = false;
  /** What had the focus, and the elements around it, the nearest first. */
  private had: { element: HTMLElement; around: HTMLElement[] } | undefined;

  constructor(root: Document | ShadowRoot) {
    this.root = root;
    root.addEventListener("focusout", ({ target }) => {
      // Whoever goes elsewhere is left there.
      if (!this.drawing && target instanceof HTMLElement && !isDisabled(target)) this.had = undefined;
    });
  }

  /** Draws; afterwards the focus is where it was, or as near to it as can be. */
  keep(draw: () => void): void {
    const element = this.active();
    if (element) this.had = { element, around: around(element) };
    this.drawing = true;
    try {
      draw();
    } finally {
      this.drawing = false;
    }
    const { had } = this;
    if (had === undefined || this.active() || isTaken(this.root)) return;
    if (had.element.isConnected) {
      if (!isDisabled(had.element)) had.element.focus({ preventScroll: true });
      return;
    }
    this.had = undefined;
    const nearest = had.around.find((one) => one.isConnected);
    if (nearest === undefined) return;
    nearest.tabIndex = -1;
    nearest.focus({ preventScroll: true });
  }

  private active(): HTMLElement | undefined {
    const { activeElement } = this.root;
    return activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : undefined;
  }
}

function around(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = element.parentElement; one !== null && one !== document.body; one = one.parentElement) found.push(one);
  return found;
}

const isDisabled = (element: HTMLElement): boolean => element.matches(":disabled");

/** Whether something outside of the root has the focus. */
function isTaken(root: Document | ShadowRoot): boolean {
  const { activeElement } = document;
  return root !== document && activeElement !== null && activeElement !== document.body;
}
