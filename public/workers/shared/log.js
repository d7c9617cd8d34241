/**
 * The log of a function, one message for each event. A program can write faster than anything can read:
 * what an invocation logs beyond one full batch of CloudWatch Logs' PutLogEvents ten times over is not
 * kept, and a last event says so. The program itself goes on, as on Lambda.
 */

import { send } from "./port.js";

const MOST_EVENTS = 10_000;
const MOST_CHARACTERS = 10 * 1_048_576;
// CloudWatch Logs cuts an event there.
const LONGEST_EVENT = 262_144;
const NOTICE = "[Nuvola] this invocation logs more than 10,000 events or 10 MB: the rest is not kept";

let events = 0;
let characters = 0;

/** A new invocation begins. */
export function startLog() {
  events = 0;
  characters = 0;
}

/** Whether what is logged now is not kept: then it need not be formatted. */
export function isLogFull() {
  return events >= MOST_EVENTS || characters >= MOST_CHARACTERS;
}

/** @param {string} text */
export function logEvent(text) {
  for (let start = 0; start === 0 || start < text.length; start += LONGEST_EVENT) {
    if (isLogFull()) return;
    const event = text.length > LONGEST_EVENT ? text.slice(start, start + LONGEST_EVENT) : text;
    events += 1;
    characters += event.length;
    send({ type: "log", text: event });
    if (isLogFull()) send({ type: "log", text: NOTICE });
  }
}
