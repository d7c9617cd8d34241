/**
 * The memory limit. Python's memory is one `WebAssembly.Memory`, which Emscripten grows with `grow`
 * when `malloc` needs more: trying 20 %, then 10 %, then 5 % more than it has (and at least what is
 * needed). The third refusal in a row means that the request itself does not fit. Lambda kills such
 * a process; so do we, by telling the host, which ends the worker.
 */

import { fallSilent, send } from "../shared/port.js";

const PAGE_BYTES = 65536;
const MB = 1024 * 1024;
const ATTEMPTS = 3;

let limitBytes = Infinity;
let refusals = 0;
let reported = false;
/** @type {{bytes: number}}  memory beside Python's that is the program's too */
let beside = { bytes: 0 };

/** @param {{bytes: number}} other */
export function accountFor(other) {
  beside = other;
}

/** @param {number} limitMb */
export function installMemoryLimit(limitMb) {
  const realGrow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function grow(pages) {
    if (this.buffer.byteLength + beside.bytes + pages * PAGE_BYTES > limitBytes) {
      refusals += 1;
      if (refusals >= ATTEMPTS) reportOutOfMemory(limitMb);
      throw new RangeError("memory limit of the sandbox reached");
    }
    refusals = 0;
    try {
      return realGrow.call(this, pages);
    } catch (error) {
      // The device itself has no more.
      reportOutOfMemory(Math.ceil(this.buffer.byteLength / MB));
      throw error;
    }
  };
}

/** From here on the limit holds: what starting Python needs is not the student's. */
export function enforceMemoryLimit(limitMb, heapBytes) {
  limitBytes = Math.max(limitMb * MB, heapBytes);
}

function reportOutOfMemory(maxMemoryMb) {
  if (reported) return;
  reported = true;
  // An interpreter without memory breaks in its own ways, which are no news.
  for (const name of ["error", "warn", "log"]) console[name] = () => {};
  send({ type: "out-of-memory", maxMemoryMb });
  fallSilent();
}

/** A request that is larger than this interpreter can even ask for. */
export function refuseRequest() {
  reportOutOfMemory(Math.ceil(limitBytes / MB));
}

/** The most memory that Python has used: the top of its heap never comes down. */
export function usedMb(pyodide) {
  return Math.ceil((pyodide._module._sbrk(0) + beside.bytes) / MB);
}
