// The service worker: keeps the app's own files, so that a code can be shown and verified without a network.
// It never sees what is stored of a person, and it keeps no answer of the server: those files are signed, checked and
// kept by the crate.
const version = "@VERSION@";
const files = ["@FILES@"];
const name = `healthcode-${version}`;
const pages = { "/": "/index.html", "/citizen": "/citizen.html", "/checkpoint": "/checkpoint.html" };

self.addEventListener("install", (event) => {
  const store = async () => {
    const cache = await caches.open(name);
    // What has its content in its name is as good from the browser's own cache.
    const wanted = (file) => new Request(file, file.startsWith("/assets/") ? {} : { cache: "no-cache" });
    await cache.addAll(files.map(wanted));
    await self.skipWaiting();
  };
  event.waitUntil(store());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((key) => key.startsWith("healthcode-") && key !== name);
    await Promise.all(old.map((key) => caches.delete(key)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const file = pages[url.pathname] ?? url.pathname;
  const asset = file.startsWith("/assets/");
  if (event.request.method !== "GET" || url.origin !== self.location.origin || !(asset || files.includes(file))) return;
  const answer = async () => {
    const kept = await caches.match(file, { cacheName: name });
    if (kept) return kept;
    const answered = await fetch(event.request);
    // What only some need, such as the reader of a gate's camera, is kept once it was used.
    if (asset && answered.ok) await (await caches.open(name)).put(file, answered.clone());
    return answered;
  };
  event.respondWith(answer());
});
