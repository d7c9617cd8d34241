/** `console` as Lambda's Node runtime has it: one log event for each call. */

import { isLogFull, logEvent } from "../shared/log.js";
import { format } from "./inspect.js";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

const state = { requestId: undefined };

export function setRequestId(requestId) {
  state.requestId = requestId;
}

export const logLine = logEvent;

export function log(level, ...values) {
  if (isLogFull()) return;
  logEvent(`${new Date().toISOString()}\t${state.requestId}\t${level}\t${format(...values)}`);
}

/** @param {Record<string, string>} env */
export function installConsole(env) {
  const wanted = LEVELS.indexOf((env.AWS_LAMBDA_LOG_LEVEL ?? "").toUpperCase());
  const logger = (level) => (LEVELS.indexOf(level) < wanted ? () => {} : (...values) => log(level, ...values));
  const methods = {
    trace: logger("TRACE"),
    debug: logger("DEBUG"),
    info: logger("INFO"),
    log: logger("INFO"),
    warn: logger("WARN"),
    error: logger("ERROR"),
    fatal: logger("FATAL"),
    dir: (value) => log("INFO", value),
    assert: (holds, ...values) => holds || log("WARN", "Assertion failed", ...values),
  };
  Object.assign(console, methods);
}
