/**
 * The memory limit for JavaScript. A worker cannot ask how much its objects take, and when the heap of
 * one worker is full (4 GB), Chromium ends the whole page. So what grows large is counted as it grows:
 * buffers, arrays, maps and sets. What was collected is known only after the event loop has turned, so
 * as much again as `GARBAGE_MB` may be garbage before a handler counts as out of memory.
 *
 * Not counted: elements set by index, text, many small objects outside collections. The function's time
 * limit ends those; it takes them some seconds to fill the heap.
 */

import { fallSilent, send } from "../shared/port.js";

const MB = 1024 * 1024;
// What Node itself takes before the first line of a handler, as REPORT lines of empty handlers show.
const RUNTIME_MB = 64;
const GARBAGE_MB = 512;
// Smaller ones are not worth the counting.
const LARGE_BUFFER_BYTES = 4096;
const LARGE_COLLECTION = 65536;
const SLOT_BYTES = 8;
const OBJECT_BYTES = 40;

let usedBytes = 0;
let peakBytes = 0;
let limitBytes = Infinity;
let reportedMb = 0;
let reported = false;

const held = new WeakMap();
const collected = new FinalizationRegistry((share) => {
  usedBytes -= share.bytes;
});

const BUFFERS = [
  "ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array",
  "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
];

/** @param {number} limitMb */
export function installMemoryLimit(limitMb) {
  reportedMb = limitMb;
  limitBytes = (Math.max(limitMb - RUNTIME_MB, 0) + GARBAGE_MB) * MB;
  for (const name of BUFFERS) self[name] = counted(self[name], LARGE_BUFFER_BYTES);
  self.Array = counted(Array, LARGE_COLLECTION * SLOT_BYTES);
  countGrowth(Array.prototype, "push", (array) => array.length);
  countGrowth(Array.prototype, "unshift", (array) => array.length);
  countGrowth(Map.prototype, "set", (map) => map.size);
  countGrowth(Set.prototype, "add", (set) => set.size);
}

/** An estimate: what Node takes, and the most that was counted, up to the limit. */
export function usedMb() {
  return Math.min(RUNTIME_MB + Math.ceil(peakBytes / MB), reportedMb);
}

/** A constructor that counts what it makes from a size or a list. */
function counted(Real, leastBytes) {
  const each = Real === Array ? SLOT_BYTES : (Real.BYTES_PER_ELEMENT ?? 1);
  const Counted = new Proxy(Real, {
    construct(target, args, newTarget) {
      const bytes = lengthOf(args) * each;
      if (bytes >= leastBytes) reserve(bytes);
      const made = Reflect.construct(target, args, newTarget === Counted ? target : newTarget);
      if (bytes >= leastBytes) hold(made, bytes);
      return made;
    },
  });
  Real.prototype.constructor = Counted;
  return Counted;
}

// Views of a buffer take nothing of their own.
function lengthOf(args) {
  if (args.length !== 1) return 0;
  return typeof args[0] === "number" ? args[0] : (args[0]?.length ?? 0);
}

/** Counts a collection each time that its size reaches the next power of two. */
function countGrowth(prototype, name, sizeOf) {
  const real = prototype[name];
  const replacement = {
    [name](...items) {
      const before = sizeOf(this);
      const result = real.apply(this, items);
      const size = sizeOf(this);
      if (size >= LARGE_COLLECTION && Math.clz32(size) !== Math.clz32(before)) {
        const bytes = size * (typeof items.at(-1) === "number" ? SLOT_BYTES : SLOT_BYTES + OBJECT_BYTES);
        reserve(bytes);
        hold(this, bytes);
      }
      return result;
    },
  };
  Object.defineProperty(prototype, name, { value: replacement[name], writable: true, configurable: true });
}

function hold(made, bytes) {
  const known = held.get(made);
  usedBytes += bytes - (known?.bytes ?? 0);
  peakBytes = Math.max(peakBytes, usedBytes);
  if (known) {
    known.bytes = bytes;
    return;
  }
  const share = { bytes };
  held.set(made, share);
  collected.register(made, share);
}

function reserve(bytes) {
  if (usedBytes + bytes <= limitBytes) return;
  if (!reported) {
    reported = true;
    send({ type: "out-of-memory", maxMemoryMb: reportedMb });
    fallSilent();
  }
  throw new RangeError("memory limit of the sandbox reached");
}
