let lock: WakeLockSentinel | undefined;

/** Keeps the screen on while a code is shown, if the browser can. */
export async function keepAwake(wanted: boolean): Promise<void> {
  if (!("wakeLock" in navigator)) return;
  try {
    if (!wanted) {
      await lock?.release();
      lock = undefined;
    } else if ((lock === undefined || lock.released) && !document.hidden) {
      lock = await navigator.wakeLock.request("screen");
    }
  } catch {
    // The phone may refuse, for instance when the battery is low.
  }
}
