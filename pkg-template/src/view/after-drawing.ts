// Puts off what can wait until the code is drawn.

// Every host with components has it, but no type library is common to all of them.
declare function setTimeout(act: () => void, after: number): number;
declare function clearTimeout(timer: number | undefined): void;

/** How long a host gets to show what was drawn, in milliseconds: a few frames. */
const FRAME = 50;
/** After this many milliseconds, a code that is not drawn is no longer waited for. */
const PATIENCE = 1_000;

const waiting: (() => void)[] = [];
/** How many codes are being drawn. */
let drawing = 0;
let timer: number | undefined;

/** Runs `act` once no code is being drawn, in a separate task: the code is what people open the page for. */
export function later(act: () => void): void {
  waiting.push(act);
  expect();
}

/** Resolves once no code is being drawn: for an app's own work that can wait, such as fetching new files. */
export function drawn(): Promise<void> {
  return new Promise(later);
}

/** A code is being drawn: makes everything that can wait do so until the returned function is called. */
export function first(): () => void {
  let held = true;
  drawing += 1;
  // What was waiting already waits again, for the frame that shows the code.
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
