/** Calls to AWS: each is one `http` message and one answer. */

import { send } from "./port.js";

const waiting = new Map();
let lastId = 0;

/**
 * @param {string} method
 * @param {string} url
 * @param {import("../messages.js").Headers} headers
 * @param {Uint8Array} body  given away
 * @returns {Promise<import("../messages.js").HttpResponse>}
 */
export function request(method, url, headers, body) {
  const id = ++lastId;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    const whole = body.byteLength === body.buffer.byteLength;
    send({ type: "http", id, method, url, headers, body }, whole ? [body.buffer] : []);
  });
}

/** @param {import("../messages.js").HttpResponse} response */
export function answer(response) {
  const resolve = waiting.get(response.id);
  waiting.delete(response.id);
  resolve?.(response);
}
