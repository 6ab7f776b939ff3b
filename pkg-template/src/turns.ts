// Not every host has it, and it is in no library of types that all have in common.
declare const setTimeout: ((act: () => void, after: number) => unknown) | undefined;

/** After so many milliseconds of work the page gets its turn: a few of them are still no stand-still. */
const TURN = 10;

/** Lets the page do what waits to be done. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setTimeout === "function") setTimeout(resolve, 0);
    else resolve();
  });
}

/** For work of many steps: wait for what this gives between them, and no task is much longer than a step. */
export function turns(): () => Promise<void> {
  let from = Date.now();
  return async () => {
    if (Date.now() - from < TURN) return;
    await pause();
    from = Date.now();
  };
}
