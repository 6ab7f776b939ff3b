// Every host that has components has it, but it is in no library of types that all have in common.
declare function setTimeout(act: () => void, after: number): number;
declare function clearTimeout(timer: number | undefined): void;

/** How long a host gets to show what was drawn before, in milliseconds: a few frames. */
const FRAME = 50;
/** A code that is not drawn after this many milliseconds is waited for no longer. */
const PATIENCE = 1_000;

const waiting: (() => void)[] = [];
/** How many codes are being drawn. */
let drawing = 0;
let timer: number | undefined;

/** Acts once no code is being drawn, in a task of its own: the code is what people open the page for. */
export function later(act: () => void): void {
  waiting.push(act);
  expect();
}

/** Resolves once no code is being drawn: for an app's own work that can wait, such as asking for new files. */
export function drawn(): Promise<void> {
  return new Promise(later);
}

/** Lets everything that can wait do so, until the function that this returns is called: a code is being drawn. */
export function first(): () => void {
  let held = true;
  drawing += 1;
  // What waited already waits anew, for the frame that shows the code.
  clearTimeout(timer);
  timer = undefined;
  const over = () => {
    if (!held) return;
    held = false;
    drawing -= 1;
    expect();
  };
  setTimeout(over, PATIENCE);
  return over;
}

function expect(): void {
  if (timer !== undefined || drawing > 0 || waiting.length === 0) return;
  timer = setTimeout(() => {
    timer = undefined;
    const act = waiting.shift();
    expect();
    act?.();
  }, FRAME);
}
