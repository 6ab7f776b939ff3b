// Keeps a fault in an app's own function from stopping what comes after it.

// Every host with components has it, but no type library is common to all of them.
declare function setTimeout(act: () => void, after: number): number;

/**
 * Runs `act`. If it throws, at once or later, the host hears of it as of any fault that nobody catches, but what comes after
 * `act` is done. Returns whether it went well, as far as that is known.
 */
export function guarded(act: () => unknown): boolean {
  const tell = (thrown: unknown) =>
    void setTimeout(() => {
      throw thrown;
    }, 0);
  try {
    const result = act();
    if (result instanceof Promise) result.catch(tell);
    return true;
  } catch (thrown) {
    tell(thrown);
    return false;
  }
}
