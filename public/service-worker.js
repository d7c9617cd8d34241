// The offline cache: the shell's files as soon as the page was visited once, vendor files when they are used.
// It touches nothing but this folder's own files, and works in any sub-path.

const VERSION = "NUVOLA_VERSION";
const SHELL = ["NUVOLA_FILES"];
const PREFIX = "nuvola-shell-";
const CACHE = PREFIX + VERSION;
// Vendor files have no version in their names: they are refreshed in the background when they are used.
const VENDOR = "nuvola-vendor";

const scope = new URL(self.registration.scope);

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(SHELL.map((path) => new Request(new URL(path, scope), { cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs = url.origin === scope.origin && url.pathname.startsWith(scope.pathname);
  if (request.method !== "GET" || !isOurs) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (request.mode === "navigate" && (path === "" || path === "index.html")) {
    event.respondWith(page(request));
  } else if (SHELL.includes(path)) {
    event.respondWith(kept(request));
  } else if (/^(vendor|workers)\//.test(path)) {
    event.respondWith(refreshed(event, request));
  }
});

/** The newest page from the network, which names the newest files; the kept one when there is no network. */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(new URL("index.html", scope))) ?? Response.error();
  }
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

/** The kept file at once, with a newer one for the next time; an unkept one from the network. */
async function refreshed(event, request) {
  const cache = await caches.open(VENDOR);
  const found = await cache.match(request);
  const newer = fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request, response.clone());
    return response;
  });
  if (!found) return newer;
  event.waitUntil(newer.catch(() => {}));
  return found;
}
