/**
 * Finds out, in the middle of a running program, which objects are still in use. A `WeakRef` keeps its
 * target until the current job ends as soon as it is made or asked. So the references are made ahead, to
 * tokens; a token hangs on an observed object by a `WeakMap` alone, and asking for the token does not
 * keep the object. Each reference is good for one question in a job.
 */

const POOL = 32768;
// More than any browser gives: V8 collects garbage at once before it refuses.
const IMPOSSIBLE_BYTES = 2 ** 34;

const RealBuffer = ArrayBuffer;
const later = self.setTimeout.bind(self);
const tokens = new WeakMap();
const hang = (object, token) => WeakMap.prototype.set.call(tokens, object, token);

/** References that may be asked in this job, and those that may be in the next. */
const ready = [];
let spent = [];
let renewing = false;

/** Makes references until there are enough; they are ready when two turns of the event loop are over. */
export function prepare() {
  if (renewing) return;
  renewing = true;
  later(() => {
    const coming = spent;
    spent = [];
    while (ready.length + coming.length < POOL) {
      const token = { target: null };
      coming.push({ token, ref: new WeakRef(token) });
    }
    later(() => {
      renewing = false;
      ready.push(...coming);
    }, 0);
  }, 0);
}

/** What is left for this job, from 0 to 1. */
export function budget() {
  return ready.length / POOL;
}

/** @returns {WeakRef | null} what to ask with `stillThere` */
export function observe(object) {
  const pair = ready.pop();
  if (ready.length < POOL / 2) prepare();
  if (!pair) return null;
  pair.token.target = object;
  hang(object, pair.token);
  return pair.ref;
}

/** The object if it has not been collected; then it must be observed anew. */
export function stillThere(ref) {
  const token = ref.deref();
  if (!token) return null;
  const { target } = token;
  token.target = null;
  spent.push({ token, ref });
  return target;
}

/** Collects all garbage, if the browser can be made to. Answers whether it did. */
export function collect() {
  const probe = observe({});
  try {
    new RealBuffer(IMPOSSIBLE_BYTES);
  } catch {
    // As expected.
  }
  return probe !== null && stillThere(probe) === null;
}
