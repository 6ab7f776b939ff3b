// Every host with components has it, but no type library is common to all of them.
declare function setTimeout(act: () => void, after: number): number;

/**
 * Runs `act`. If it throws, the host hears of it as of any fault that nobody catches, but what comes after `act` is done.
 * Returns whether it went well.
 */
export function guarded(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (thrown) {
    setTimeout(() => {
      throw thrown;
    }, 0);
    return false;
  }
}
