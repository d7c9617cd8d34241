// The parser behind the memory limit of JavaScript handlers (see public/workers/javascript/instrument.js).
export { parse } from "acorn";
