/**
 * The engine's clock inside the sandbox, in UTC as on Lambda, whatever zone the student's machine is
 * in. Python (through `Date`) and JavaScript see it from the moment the host says what time it is, and
 * it runs on from there.
 */

const RealDate = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

/** @param {number | undefined} nowMs */
export function setClock(nowMs) {
  if (Number.isFinite(nowMs)) offsetMs = nowMs - realNow();
}

function now() {
  return realNow() + offsetMs;
}

export function installClock() {
  class EngineDate extends RealDate {
    constructor(...args) {
      super(instantOf(args));
    }
    static now() {
      return now();
    }
    static parse(text) {
      return parseInUtc(String(text));
    }
  }
  for (const [name, value] of Object.entries(utcMethods())) {
    Object.defineProperty(EngineDate.prototype, name, { value, writable: true, configurable: true });
  }
  // `Date()` without `new` gives a text, which a class cannot do.
  self.Date = new Proxy(EngineDate, { apply: () => new EngineDate().toString() });
  EngineDate.prototype.constructor = self.Date;
  Object.defineProperty(EngineDate, "name", { value: "Date" });
  installZone();
}

function instantOf(args) {
  if (args.length === 0) return now();
  if (args.length > 1) return RealDate.UTC(...args);
  return typeof args[0] === "string" ? parseInUtc(args[0]) : args[0];
}

const DATE_ONLY = /^[+-]?\d{4,6}(-\d\d(-\d\d)?)?$/;
const WITH_ZONE = /(Z|UTC|GMT|[+-]\d\d:?\d\d)\s*(\([^)]*\))?$/i;

/** A text without a zone means UTC. */
function parseInUtc(text) {
  const instant = RealDate.parse(text);
  if (Number.isNaN(instant) || DATE_ONLY.test(text.trim()) || WITH_ZONE.test(text.trim())) return instant;
  return instant - new RealDate(instant).getTimezoneOffset() * 60_000;
}

/** What `Date` answers in local time, answered in UTC. */
function utcMethods() {
  const methods = { getTimezoneOffset: () => 0 };
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    methods[`get${part}`] = RealDate.prototype[`getUTC${part}`];
    if (part !== "Day") methods[`set${part}`] = RealDate.prototype[`setUTC${part}`];
  }
  methods.toDateString = function toDateString() {
    const [day, date, month, year] = this.toUTCString().replace(",", "").split(" ");
    return Number.isNaN(this.getTime()) ? "Invalid Date" : `${day} ${month} ${date} ${year}`;
  };
  methods.toTimeString = function toTimeString() {
    const time = this.toUTCString().split(" ")[4];
    return Number.isNaN(this.getTime()) ? "Invalid Date" : `${time} GMT+0000 (Coordinated Universal Time)`;
  };
  methods.toString = function toString() {
    return Number.isNaN(this.getTime()) ? "Invalid Date" : `${this.toDateString()} ${this.toTimeString()}`;
  };
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) {
    const real = RealDate.prototype[name];
    methods[name] = function inUtc(locales = "en-US", options = {}) {
      return real.call(this, locales, { timeZone: "UTC", ...options });
    };
  }
  return methods;
}

function installZone() {
  const Real = Intl.DateTimeFormat;
  const withZone = ([locales = "en-US", options]) => [locales, { timeZone: "UTC", ...options }];
  Intl.DateTimeFormat = new Proxy(Real, {
    construct: (target, args) => new target(...withZone(args)),
    apply: (target, _, args) => target(...withZone(args)),
  });
}
