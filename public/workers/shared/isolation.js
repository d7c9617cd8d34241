/**
 * Takes away what student code must not reach: the network, page storage, other workers, and the
 * channel to the host. Called after the runtime has loaded and before any student code. A
 * Content-Security-Policy stands behind this.
 */

const GLOBALS = [
  "BroadcastChannel", "EventSource", "FontFace", "Notification", "SharedWorker", "WebSocket", "WebSocketStream", "WebTransport",
  "Worker", "XMLHttpRequest", "caches", "close", "cookieStore", "fetch", "fetchLater",
  "fonts", "importScripts", "indexedDB", "onmessage", "postMessage", "webkitRequestFileSystem",
  "webkitRequestFileSystemSync", "webkitResolveLocalFileSystemSyncURL",
  "webkitResolveLocalFileSystemURL",
];
const NAVIGATOR = [
  "bluetooth", "connection", "gpu", "hid", "locks", "permissions", "sendBeacon", "serial",
  "serviceWorker", "storage", "storageBuckets", "usb", "webkitPersistentStorage",
  "webkitTemporaryStorage",
];

/** @param {Record<string, unknown>} replacements  what stands in place of a global, `fetch` say */
export function isolate(replacements = {}) {
  for (const name of GLOBALS) remove(self, name);
  for (const name of NAVIGATOR) remove(self.navigator, name);
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(self, name, { value, writable: true, configurable: true });
  }
}

function remove(object, name) {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, name) && !delete owner[name]) {
      Object.defineProperty(owner, name, { value: undefined });
    }
  }
}
