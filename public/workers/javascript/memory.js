/**
 * The memory limit for JavaScript. A worker cannot ask how much its objects take, and when the heap that
 * all workers share is full (4 GB), Chromium ends the whole page. So handlers are rewritten to count what
 * they allocate (`instrument.js`), in the sizes that objects have in Node. Of every few megabytes one
 * object is a sample that stands for them. When enough was counted, the garbage is collected, and the
 * samples that are left tell how much is in use (`live.js`): a program may allocate without end as long
 * as it does not keep it.
 *
 * Not counted: code made by `eval`, numbers outside collections, what engines take for themselves.
 * In a browser that does not collect on demand, more must be in use before a handler is ended.
 */

import { fallSilent, send } from "../shared/port.js";
import { budget, collect, observe, prepare, stillThere } from "./live.js";
import { Texts, bytesOf } from "./sizes.js";

const MB = 1024 * 1024;
// What Node itself takes before the first line of a handler, as REPORT lines of empty handlers show.
const RUNTIME_MB = 64;
// Estimates are not exact, and Lambda too lets a function go a little beyond.
const TOLERANCE_MB = 32;
// What may be garbage where the browser does not say.
const UNPROVEN_MB = 1024;
// The page as a whole has 4 GB: a function with more memory than this does not get it here.
const MOST_MB = 2048;
const SAMPLES = 64;
const [LEAST_WINDOW, MOST_WINDOW, LAST_WINDOW] = [128 * MB, 512 * MB, 1024 * MB];
// Garbage that Node has not collected yet when it says how much it uses.
const YOUNG_BYTES = 24 * MB;
const LARGE_BUFFER_BYTES = 65536;
const BUFFER_BYTES = 96;
const LARGEST_BUFFER = 2 ** 31 - 1;
const FIRST_GROWTH = 16;
const FIRST_INDEX = 64;
const LONG_TEXT = 65536;
const TEXT_BYTES = 32;
const ENTRY_BYTES = 40;
const SLOT_BYTES = 8;
const NAMED_BYTES = 80;
const PARSED_BYTES = 3;
const SITES = 65536;

const BUFFERS = [
  "ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array",
  "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
];

let allowed = Infinity;
let reportedMb = 0;
let isOver = false;

/** Bytes until the next sample: the only cell that hot code touches. */
const left = new Int32Array(1);
let step = LEAST_WINDOW / SAMPLES;
let window = LEAST_WINDOW;
let counted = 0;
let bufferBytes = 0;
let live = 0;
let peak = 0;
let longest = 0;
let random = 1;

/** @type {{ref: WeakRef, bytes: number, unit: number, isWhole: boolean}[]} */
let samples = [];
const sampled = new WeakMap();
/** How large a collection was when it was last counted. */
const grown = new WeakMap();

// By place in the source: the index from which a list counts as grown, the last long text, its pieces.
const high = new Int32Array(SITES).fill(FIRST_INDEX);
const lengths = new Int32Array(SITES);
const pieces = new Int32Array(SITES);

/** @param {number} limitMb */
export function installMemoryLimit(limitMb) {
  reportedMb = Math.min(limitMb, MOST_MB);
  allowed = (Math.max(reportedMb - RUNTIME_MB, 0) + TOLERANCE_MB) * MB;
  step = Math.max(step, Math.ceil(allowed / SAMPLES));
  left[0] = step;
  prepare();
  for (const name of BUFFERS) self[name] = countedBuffer(self[name]);
  countParsing();
  countLists();
  const hooks = { $nvO: object, $nvG: text, $nvF: made, $nvP: added, $nvK: stored, $nvT: { at: null } };
  for (const [name, value] of Object.entries(hooks)) Object.defineProperty(self, name, { value });
}

/** An estimate: what Node takes, and the most that was found in use, up to the limit. */
export function usedMb() {
  const used = Math.max(peak, longest, Math.min(counted + step - left[0], YOUNG_BYTES), live + bufferBytes);
  return Math.min(RUNTIME_MB + Math.ceil(used / MB), reportedMb);
}

/** Counts an object that the sandbox makes for the program. */
export const count = (value, bytes) => object(value, bytes);

// --- what rewritten code calls ------------------------------------------------------------------------

function object(value, bytes) {
  if ((left[0] -= bytes) < 0) sample(value, bytes);
  return value;
}

function text(value, site) {
  if (typeof value === "string") {
    if ((left[0] -= TEXT_BYTES) < 0) sample(null, TEXT_BYTES);
    if (value.length > LONG_TEXT) longText(value.length, site & (SITES - 1));
  }
  return value;
}

function made(value) {
  if (typeof value === "string") {
    const bytes = TEXT_BYTES + value.length;
    if ((left[0] -= bytes) < 0) sample(null, bytes);
  } else if (typeof value === "object" && value !== null) {
    const bytes = Array.isArray(value) ? TEXT_BYTES + value.length * SLOT_BYTES : 2 * TEXT_BYTES;
    if ((left[0] -= bytes) < 0) sample(value, bytes);
  }
  return value;
}

function added(result, list, count) {
  const size = typeof result === "number" ? result : result !== null && result === list ? list.size : 0;
  if (size >= FIRST_GROWTH && Math.clz32(size) !== Math.clz32(size - count)) grew(list, size);
  return result;
}

function stored(value, list, key, site) {
  if (typeof key === "number") {
    const place = site & (SITES - 1);
    if (key >= high[place]) {
      high[place] = Math.min(key * 2, 2 ** 30);
      if (Array.isArray(list)) grew(list, key);
    } else if (key === 0) {
      high[place] = FIRST_INDEX;
    }
  } else if ((typeof key === "string" || key === undefined) && (left[0] -= NAMED_BYTES) < 0) {
    sample(list, NAMED_BYTES, true);
  }
  return value;
}

// --- counting -----------------------------------------------------------------------------------------

function grew(list, size) {
  if (list === null || typeof list !== "object" || grown.get(list) >= size) return;
  grown.set(list, size);
  const bytes = size * (Array.isArray(list) ? SLOT_BYTES : ENTRY_BYTES);
  left[0] -= bytes;
  if (bytes >= step) sample(list, bytes, true);
  else if (left[0] < 0) sample(list, bytes);
}

/**
 * A text that grows piece by piece is a chain of pieces, each an object of its own. Texts cannot be
 * observed; but one that got shorter at the same place is another one.
 */
function longText(length, site) {
  pieces[site] = length >= lengths[site] ? pieces[site] + 1 : 0;
  lengths[site] = length;
  longest = Math.max(longest, length + pieces[site] * TEXT_BYTES);
  if (length + pieces[site] * TEXT_BYTES > allowed) end();
}

/** Takes a sample, which stands for all that was counted since the last one. */
function sample(value, bytes, isWhole = false) {
  if (isOver) end();
  const passed = step - left[0];
  counted += passed;
  left[0] = step;
  window -= passed;
  if (Object(value) === value) watch(value, isWhole ? bytes : passed, bytes, isWhole);
  if (window < 0) check();
}

function watch(value, bytes, unit, isWhole) {
  const known = sampled.get(value);
  // One object may be touched often; it stands for itself once.
  if (known) known.isWhole ||= isWhole;
  const ref = known ? null : observe(value);
  if (!ref) return;
  const taken = { ref, bytes, unit, isWhole };
  samples.push(taken);
  sampled.set(value, taken);
}

/** Finds what is in use, and ends the function when it is too much. */
function check() {
  const isSure = collect();
  if (!isSure && budget() === 0) return startWindow();
  live = inUse();
  bufferBytes = 0;
  peak = Math.max(peak, live);
  if (live > allowed + (isSure ? 0 : UNPROVEN_MB * MB)) end();
  startWindow();
}

function startWindow() {
  const most = budget() < 0.25 ? LAST_WINDOW : MOST_WINDOW;
  window = live < allowed / 4 ? Math.min(2 * Math.max(LEAST_WINDOW, counted), most) : LEAST_WINDOW;
  step = Math.max(Math.ceil(allowed / SAMPLES), Math.ceil(window / SAMPLES));
  left[0] = step;
}

function inUse() {
  const texts = new Texts();
  const remaining = [];
  let bytes = 0;
  for (const known of samples) {
    const value = stillThere(known.ref);
    if (value === null) continue;
    bytes += bytesOf(value, known, texts);
    known.ref = observe(value);
    if (known.ref) remaining.push(known);
  }
  samples = remaining;
  return bytes + Math.min(texts.bytes(), counted);
}

function end() {
  if (!isOver) {
    isOver = true;
    send({ type: "out-of-memory", maxMemoryMb: reportedMb });
    fallSilent();
  }
  // The host ends the worker; until then nothing more is allocated.
  for (;;);
}

/** Node makes buffers of any size; the package behind `Buffer` stops at 2 GB. */
export function countBuffers(Buffer) {
  for (const name of ["alloc", "allocUnsafe", "allocUnsafeSlow"]) {
    const real = Buffer[name];
    Buffer[name] = Object.defineProperty(function (size, ...rest) {
      if (size > LARGEST_BUFFER && Number.isSafeInteger(size)) reserve(size);
      return real.call(Buffer, size, ...rest);
    }, "name", { value: name });
  }
}

// --- builtins -----------------------------------------------------------------------------------------

/** A constructor of buffers that counts the large ones before it makes them. */
function countedBuffer(Real) {
  const each = Real.BYTES_PER_ELEMENT ?? 1;
  const Counted = new Proxy(Real, {
    construct(target, args, newTarget) {
      const bytes = lengthOf(args) * each;
      if (bytes >= LARGE_BUFFER_BYTES) reserve(bytes);
      const buffer = Reflect.construct(target, args, newTarget === Counted ? target : newTarget);
      if (bytes < LARGE_BUFFER_BYTES) return object(buffer, BUFFER_BYTES + bytes);
      watch(buffer, bytes, bytes, true);
      return buffer;
    },
  });
  Real.prototype.constructor = Counted;
  return Counted;
}

// Views of a buffer take nothing of their own.
function lengthOf(args) {
  if (args.length !== 1) return typeof args[0] === "number" ? args[0] : 0;
  return typeof args[0] === "number" ? args[0] : (args[0]?.length ?? 0);
}

function reserve(bytes) {
  if (live + bufferBytes + bytes > allowed) check();
  if (live + bufferBytes + bytes > allowed) end();
  bufferBytes += bytes;
  peak = Math.max(peak, live + bufferBytes);
}

/** What is parsed is made at once: as much as the text is long, about, and spread over its parts. */
function countParsing() {
  const real = JSON.parse;
  JSON.parse = Object.defineProperty(function (source, reviver) {
    const result = arguments.length > 1 ? real(source, reviver) : real(source);
    const bytes = 2 * TEXT_BYTES + (source?.length ?? 0) * PARSED_BYTES;
    for (let rest = bytes; rest > 0; rest -= step) {
      if ((left[0] -= Math.min(rest, step)) < 0) sample(somePart(result), bytes);
    }
    return result;
  }, "name", { value: "parse" });
}

/** One call of these may make a list that fills the memory by itself. */
function countLists() {
  const { fill } = Array.prototype;
  const { split } = String.prototype;
  const { from } = Array;
  const lists = {
    fill(...args) {
      if (Array.isArray(this)) foresee(this.length * SLOT_BYTES);
      return fill.apply(this, args);
    },
    split(...args) {
      if (typeof this === "string" && this.length > LONG_TEXT) foresee(this.length);
      return split.apply(this, args);
    },
    from(...args) {
      foresee((args[0]?.length ?? 0) * SLOT_BYTES);
      return from.apply(this, args);
    },
  };
  define(Array.prototype, "fill", lists.fill);
  define(String.prototype, "split", lists.split);
  define(Array, "from", lists.from);
}

function define(owner, name, value) {
  Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}

function foresee(bytes) {
  if (bytes > allowed) end();
}

/** An object at a random place in a tree. */
function somePart(tree) {
  let part = tree;
  for (;;) {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    const inner = typeof part === "object" && part !== null ? Object.values(part) : [];
    const next = inner[(random >>> 8) % inner.length];
    if (typeof next !== "object" || next === null) return part;
    part = next;
  }
}
