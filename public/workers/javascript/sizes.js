/** How much an object takes by itself, and the texts it holds: judged by a few of its elements. */

const SLOT_BYTES = 8;
const HEADER_BYTES = 24;
const ENTRY_BYTES = 40;
const NAMED_BYTES = 80;
const LOOK_AT = 16;
// An instance may have many more fields than its constructor's call tells, but one sample of an odd
// object must not decide.
const MOST_TIMES = 16;

/** Texts in use. One that is seen twice is shared, and counts once. */
export class Texts {
  constructor() {
    this.seen = new Map();
  }

  add(text, times) {
    this.seen.set(text, this.seen.has(text) ? 1 : times);
  }

  bytes() {
    let bytes = 0;
    for (const [text, times] of this.seen) bytes += (text.length + HEADER_BYTES) * times;
    return bytes;
  }
}

/**
 * @param {object} value  a sample
 * @param {{bytes: number, unit: number, isWhole: boolean}} known  it stands for `bytes` of objects of
 *   `unit` bytes each, or (whole) for itself alone
 */
export function bytesOf(value, known, texts) {
  try {
    return known.isWhole ? wholeBytes(value, known, texts) : sampleBytes(value, known, texts);
  } catch {
    // A proxy of the program's own that answers with an error.
    return known.bytes;
  }
}

function wholeBytes(value, known, texts) {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return known.bytes;
  if (Array.isArray(value)) {
    lookAt(value, value.length, 1, texts);
    return value.length * SLOT_BYTES;
  }
  if (value instanceof Map || value instanceof Set) {
    lookIntoEntries(value, 1, texts);
    return value.size * ENTRY_BYTES;
  }
  const names = Object.keys(value);
  lookAt(names.slice(0, LOOK_AT).map((name) => value[name]), names.length, 1, texts);
  return names.length * NAMED_BYTES;
}

function sampleBytes(value, { bytes, unit }, texts) {
  const times = bytes / unit;
  if (Array.isArray(value)) {
    lookAt(value, value.length, times, texts);
    return bytes;
  }
  if (value instanceof Map || value instanceof Set) {
    lookIntoEntries(value, times, texts);
    return bytes;
  }
  const fields = Object.values(Object.getOwnPropertyDescriptors(value)).slice(0, 1000);
  lookAt(fields.map((field) => field.value), fields.length, times, texts);
  const real = HEADER_BYTES + fields.length * SLOT_BYTES;
  return bytes * Math.min(Math.max(real / unit, 1), MOST_TIMES);
}

/** Adds the texts of a list, of which only every so many are looked at. */
function lookAt(list, length, times, texts) {
  const stride = Math.max(1, Math.floor(list.length / LOOK_AT));
  const looked = Math.ceil(list.length / stride);
  for (let at = 0; at < list.length; at += stride) {
    if (typeof list[at] === "string") texts.add(list[at], (times * length) / looked);
  }
}

function lookIntoEntries(collection, times, texts) {
  const some = [];
  for (const [key, value] of collection.entries()) {
    some.push(key);
    if (value !== key) some.push(value);
    if (some.length >= 2 * LOOK_AT) break;
  }
  const perEntry = collection instanceof Map ? 2 : 1;
  lookAt(some, collection.size * perEntry, times, texts);
}
