/** The app's storage on this device: a few named byte strings in IndexedDB, which only this site can read. */

const DATABASE = "healthcode";
const STORE = "bytes";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return asked(request);
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await asked(act(transaction.objectStore(STORE)));
    await done;
    return result;
  } finally {
    database.close();
  }
}

export async function read(name: string): Promise<Uint8Array | undefined> {
  const value: unknown = await within("readonly", (store) => store.get(name));
  return value instanceof Uint8Array ? value : undefined;
}

export async function write(name: string, bytes: Uint8Array): Promise<void> {
  await within("readwrite", (store) => store.put(bytes, name));
}

export async function remove(name: string): Promise<void> {
  await within("readwrite", (store) => store.delete(name));
}

/** Removes everything that this site has stored on this device: databases, preferences, its own files. */
export async function removeEverything(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    // Another page of this site still reads; it closes at once.
    request.onblocked = () => undefined;
  });
  if ("serviceWorker" in navigator) {
    const workers = await navigator.serviceWorker.getRegistrations();
    await Promise.all(workers.map((worker) => worker.unregister()));
  }
  if ("caches" in globalThis) await Promise.all((await caches.keys()).map((key) => caches.delete(key)));
}
