/**
 * The worker's one connection to the host. What it needs of the global scope is taken here, before
 * user code could replace it.
 */

const post = self.postMessage.bind(self);
let silent = false;

/** @param {import("../messages.js").FromSandbox} message */
export function send(message, transfer = []) {
  if (!silent) post(message, transfer);
}

/** After this nothing leaves the worker: the host is about to end it. */
export function fallSilent() {
  silent = true;
}

/** @param {Record<string, (message: any) => unknown>} handlers  by message type */
export function listen(handlers) {
  self.addEventListener("message", (event) => {
    // User code may dispatch events of its own; only the host's count.
    if (!event.isTrusted || silent) return;
    const { type } = event.data;
    if (!Object.hasOwn(handlers, type)) throw new Error(`unknown message ${type}`);
    handlers[type](event.data);
  });
}
