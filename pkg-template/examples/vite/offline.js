// The service worker: keeps the page's own files, so that it opens without a network. vite.config.js writes it with what was built.
// It keeps no answer of the issuer's: the package does, once it has checked them. It does not take over from an older one while
// that has a page open, so that scripts and engine are of one version.
const NAME = "page-@VERSION@";
const FILES = ["@FILES@"].map((file) => new URL(file, self.registration.scope).href);

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("page-") && name !== NAME;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.includes(origin + pathname)) return;
  event.respondWith(caches.match(origin + pathname, { cacheName: NAME }).then((kept) => kept ?? fetch(event.request)));
});
