/**
 * The engine's clock inside the sandbox. Python (through `Date.now`) and JavaScript see it from the
 * moment the host says what time it is, and it runs on from there.
 */

const RealDate = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

/** @param {number | undefined} nowMs */
export function setClock(nowMs) {
  if (Number.isFinite(nowMs)) offsetMs = nowMs - realNow();
}

export function now() {
  return realNow() + offsetMs;
}

export function installClock() {
  class EngineDate extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static now() {
      return now();
    }
  }
  // `Date()` without `new` gives a text, which a class cannot do.
  self.Date = new Proxy(EngineDate, { apply: () => new EngineDate().toString() });
  EngineDate.prototype.constructor = self.Date;
}
