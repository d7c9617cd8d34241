/**
 * What a program waits for, so that Ctrl-C can end the wait: it gets `INTERRUPTED`, and Python raises
 * KeyboardInterrupt where it waited. A program that computes hears nothing; the host ends its worker.
 */

export const INTERRUPTED = Object.freeze({ interrupted: true });

const waiting = new Set();
const later = self.setTimeout.bind(self);
const forget = self.clearTimeout.bind(self);
let interrupted = false;

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
    let cleanUp = null;
    let settled = false;
    const settle = (value) => {
      if (settled) return;
      settled = true;
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
