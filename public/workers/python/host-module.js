/** The module `nuvola_host` that our Python sources import: their way to the host. */

import { request } from "../shared/http.js";
import { logEvent } from "../shared/log.js";
import { send } from "../shared/port.js";
import { refuseRequest } from "./memory.js";

// A terminal that reads 2.5 MB a second.
const READ_AT_ONCE = 131_072;
const READ_EVERY_MS = 50;
const later = self.setTimeout.bind(self);

/** @param {() => Promise<string>} readLine  standard input, where there is one */
export function registerHostModule(pyodide, readLine) {
  let unread = 0;
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  pyodide.registerJsModule("nuvola_host", {
    log: logEvent,
    out_of_memory: refuseRequest,
    // Answers whether the process must wait until the terminal has read: see `wait`.
    write: (stream, bytes) => {
      const data = decoders[stream].decode(bytes.slice(), { stream: true });
      if (data) send({ type: stream, data });
      unread += data.length;
      if (unread < READ_AT_ONCE) return false;
      unread = 0;
      return true;
    },
    wait: () => new Promise((resolve) => later(resolve, READ_EVERY_MS)),
    read_line: readLine,
    request: async (method, url, headers, body) => {
      const answer = await request(method, url, JSON.parse(headers), body);
      return {
        status: answer.status,
        headers: JSON.stringify(answer.headers),
        body: answer.body,
        error: answer.error ?? "",
      };
    },
  });
}
