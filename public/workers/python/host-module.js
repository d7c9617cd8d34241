/** The module `nuvola_host` that our Python sources import: their way to the host. */

import { request } from "../shared/http.js";
import { send } from "../shared/port.js";

/** @param {() => Promise<string>} readLine  standard input, where there is one */
export function registerHostModule(pyodide, readLine) {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  pyodide.registerJsModule("nuvola_host", {
    log: (text) => send({ type: "log", text }),
    write: (stream, bytes) => {
      const data = decoders[stream].decode(bytes.slice(), { stream: true });
      if (data) send({ type: stream, data });
    },
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
