// Whether somebody holds a finger or a mouse button down on the page.

/** Whether a finger or mouse button is down. */
let down = false;
let waiting: (() => void)[] = [];

/**
 * Runs `act` once no finger is down. Leaving a field by pressing the next one must not move that one from under the
 * finger before it is lifted.
 */
export function whenReleased(act: () => void): void {
  if (down) waiting.push(act);
  else act();
}

function released(): void {
  down = false;
  const acts = waiting;
  waiting = [];
  // After the click that follows.
  setTimeout(() => acts.forEach((act) => act()));
}

// Not when rendering on a server.
if (typeof document !== "undefined") {
  addEventListener("pointerdown", () => (down = true), { capture: true });
  for (const end of ["pointerup", "pointercancel"] as const) addEventListener(end, released, { capture: true });
}
