import { PageProblem } from "./problem.ts";

/** Removes everything that this site has stored on this device: databases, preferences, its own files. Throws `not-deleted`. */
export async function removeEverything(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase("healthcode");
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new PageProblem("not-deleted", String(request.error)));
    // Another page of this site is still reading; it will close at once.
    request.onblocked = () => undefined;
  });
  if ("serviceWorker" in navigator) {
    const workers = await navigator.serviceWorker.getRegistrations();
    await Promise.all(workers.map((worker) => worker.unregister()));
  }
  if ("caches" in globalThis) await Promise.all((await caches.keys()).map((key) => caches.delete(key)));
}
