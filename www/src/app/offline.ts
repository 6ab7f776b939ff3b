/** Registers the service worker that keeps the app's own files, so that it opens without a network. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Without it the page works as long as it stays open; there is nothing to tell anybody.
  navigator.serviceWorker.register("/offline.js").catch(() => undefined);
}
