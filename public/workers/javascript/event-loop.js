/**
 * What keeps Node's event loop busy: timers and calls to AWS. A handler with a callback is done when
 * nothing of it is left (`callbackWaitsForEmptyEventLoop`).
 */

import { count } from "./memory.js";

// What a timer or a call takes with its closures.
const TIMER_BYTES = 300;
export const CALL_BYTES = 1000;

const real = {
  setTimeout: self.setTimeout.bind(self),
  clearTimeout: self.clearTimeout.bind(self),
  setInterval: self.setInterval.bind(self),
  clearInterval: self.clearInterval.bind(self),
};

const busy = new Set();
let whenIdle = null;

/** Counts a promise as work of the event loop. */
export function track(promise) {
  busy.add(promise);
  promise.finally(() => leave(promise)).catch(() => {});
  return promise;
}

/** Resolves when nothing is left to do. */
export function idle() {
  return new Promise((resolve) => {
    whenIdle = resolve;
    real.setTimeout(check, 0);
  });
}

function leave(item) {
  busy.delete(item);
  real.setTimeout(check, 0);
}

function check() {
  if (busy.size > 0 || !whenIdle) return;
  const resolve = whenIdle;
  whenIdle = null;
  resolve();
}

/** Node's timers, which are objects. */
class Timeout {
  constructor(callback, ms, args, repeat) {
    const run = () => {
      if (!repeat) leave(this);
      callback(...args);
    };
    count(this, TIMER_BYTES);
    this.id = repeat ? real.setInterval(run, ms) : real.setTimeout(run, ms);
    busy.add(this);
  }

  ref() {
    busy.add(this);
    return this;
  }

  unref() {
    leave(this);
    return this;
  }

  hasRef() {
    return busy.has(this);
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }
}

function clear(timer) {
  if (!(timer instanceof Timeout)) return;
  real.clearTimeout(timer.id);
  leave(timer);
}

function checked(callback) {
  if (typeof callback === "function") return callback;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${callback}`);
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
}

export const timers = {
  setTimeout: (callback, ms, ...args) => new Timeout(checked(callback), ms, args, false),
  setInterval: (callback, ms, ...args) => new Timeout(checked(callback), ms, args, true),
  setImmediate: (callback, ...args) => new Timeout(checked(callback), 0, args, false),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
};
