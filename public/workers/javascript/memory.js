/**
 * The memory limit for JavaScript. A worker cannot ask how much its objects take, so only buffers are
 * counted (`ArrayBuffer` and all that is built on it), when made and when collected. Objects without
 * end run into the function's time limit first, or into the heap limit of the browser's engine, which
 * ends the worker; the page lives on in both cases.
 */

import { fallSilent, send } from "../shared/port.js";

const MB = 1024 * 1024;
// What Node itself takes before the first line of a handler, as REPORT lines of empty handlers show.
const RUNTIME_MB = 64;

let usedBytes = 0;
let peakBytes = 0;
let limitBytes = Infinity;
let reported = false;

const collected = new FinalizationRegistry((bytes) => {
  usedBytes -= bytes;
});

const BUFFERS = [
  "ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array",
  "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
];

/** @param {number} limitMb */
export function installMemoryLimit(limitMb) {
  limitBytes = Math.max(limitMb - RUNTIME_MB, RUNTIME_MB / 4) * MB;
  for (const name of BUFFERS) self[name] = counted(self[name], limitMb);
}

/** An estimate: what Node takes, and the most that buffers took. */
export function usedMb() {
  return RUNTIME_MB + Math.ceil(peakBytes / MB);
}

function counted(Real, limitMb) {
  const Counted = new Proxy(Real, {
    construct(target, args, newTarget) {
      const size = sizeOf(target, args[0]);
      if (usedBytes + size > limitBytes) reportOutOfMemory(limitMb);
      const made = Reflect.construct(target, args, newTarget === Counted ? target : newTarget);
      if (size > 0) count(made, size);
      return made;
    },
  });
  Real.prototype.constructor = Counted;
  return Counted;
}

// Views of a buffer take nothing of their own.
function sizeOf(Real, given) {
  const each = Real.BYTES_PER_ELEMENT ?? 1;
  if (typeof given === "number") return given * each;
  if (typeof given?.length === "number") return given.length * each;
  return 0;
}

function count(made, size) {
  usedBytes += size;
  peakBytes = Math.max(peakBytes, usedBytes);
  collected.register(made, size);
}

function reportOutOfMemory(maxMemoryMb) {
  if (!reported) {
    reported = true;
    send({ type: "out-of-memory", maxMemoryMb });
    fallSilent();
  }
  throw new RangeError("Array buffer allocation failed");
}
