/**
 * What a program waits for, so that Ctrl-C can end the wait: it gets `INTERRUPTED`, and Python raises
 * KeyboardInterrupt where it waited. A program that computes hears nothing; the host ends its worker.
 */

export const INTERRUPTED = Object.freeze({ interrupted: true });

const waiting = new Set();
const later = self.setTimeout.bind(self);
const forget = self.clearTimeout.bind(self);
let interrupted = false;
let open = 0;
let openSince = 0;
let total = 0;

/** How long the program has waited so far: what else it did was computing. */
export function waitedMs() {
  return total + (open ? performance.now() - openSince : 0);
}

/** How soon after a wait has begun what the program did meanwhile is told. **Units**: milliseconds. */
const TELL_MS = 500;
let tell = null;
let telling = null;

/** Calls a function a moment after waits have begun; while the program waits, its files do not change. */
export function whileWaiting(callback) {
  tell = callback;
}

function tellSoon() {
  if (!tell || telling !== null) return;
  telling = later(() => {
    telling = null;
    tell?.();
  }, TELL_MS);
}

/**
 * @template T
 * @param {(resolve: (value: T) => void) => (() => void) | void} begin  starts the wait; gives what ends it early
 * @returns {Promise<T | typeof INTERRUPTED>}
 */
export function wait(begin) {
  return new Promise((resolve) => {
    if (interrupted) {
      interrupted = false;
      resolve(INTERRUPTED);
      return;
    }
    tellSoon();
    let cleanUp = null;
    let settled = false;
    if (open++ === 0) openSince = performance.now();
    const settle = (value) => {
      if (settled) return;
      settled = true;
      if (--open === 0) total += performance.now() - openSince;
      waiting.delete(interrupt);
      cleanUp?.();
      resolve(value);
    };
    const interrupt = () => settle(INTERRUPTED);
    waiting.add(interrupt);
    cleanUp = begin(settle) ?? null;
    if (settled) cleanUp?.();
  });
}

/** @param {number} ms */
export function sleep(ms) {
  return wait((resolve) => {
    const timer = later(resolve, ms);
    return () => forget(timer);
  });
}

/** Ctrl-C. Where nothing waits, the next wait ends at once. */
export function interruptWaits() {
  interrupted = waiting.size === 0;
  for (const interrupt of [...waiting]) interrupt();
}

/** Ends a wait with `undefined` after some time, unless the time is without limit (negative). */
export function within(ms, resolve) {
  if (ms < 0) return () => {};
  const timer = later(resolve, ms);
  return () => forget(timer);
}
