/** Registers the service worker that stores the app's own files, so that it opens offline. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Without it the page works as long as it stays open, so there is nothing to report. In a frame of its own origin even to name
  // it throws.
  try {
    navigator.serviceWorker.register("/offline.js").catch(() => undefined);
  } catch {
    // As above.
  }
}
