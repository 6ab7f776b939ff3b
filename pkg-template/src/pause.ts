// Waits for a while.

// Not every host has it, and it is in no library of types that all have in common.
declare const setTimeout: ((act: () => void, after: number) => unknown) | undefined;

/** Lets the page do what waits to be done, for that many milliseconds. */
export function pause(after = 0): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setTimeout === "function") setTimeout(resolve, after);
    else resolve();
  });
}
