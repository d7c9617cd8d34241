/** The module `nuvola_host` that our Python sources import: their way to the host. */

import { request } from "../shared/http.js";
import { logEvent } from "../shared/log.js";
import { send } from "../shared/port.js";
import { INTERRUPTED, sleep, wait } from "../shared/waits.js";
import { Imaging } from "./imaging.js";
import { accountFor, refuseRequest } from "./memory.js";
import { network } from "./network.js";
import { fetchPack, mountPack } from "./packs.js";

// A terminal that reads 2.5 MB a second.
const READ_AT_ONCE = 131_072;
const READ_EVERY_MS = 50;
// See `lazy_packs.py`.
const LATER_PACKS = ["pillow", "flask", "requests"];

/**
 * @param {string} base  where the vendor files are
 * @param {(resolve: (line: string) => void) => void} readLine  standard input, where there is one
 */
export function registerHostModule(pyodide, base, readLine) {
  let unread = 0;
  const imaging = new Imaging(`${base}python/imaging.wasm`);
  accountFor(imaging);
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
    wait: () => sleep(READ_EVERY_MS),
    sleep,
    read_line: () => wait(readLine),
    network,
    imaging: (given) => {
      const buffer = given.getBuffer("u8");
      try {
        return imaging.call(buffer.data);
      } finally {
        buffer.release();
      }
    },
    /** Lays out a pack that is seldom needed. */
    load_pack: async (name) => {
      if (!LATER_PACKS.includes(name)) throw new Error(`there is no pack ${name}`);
      const [pack] = await Promise.all([fetchPack(`${base}python/${name}.pack`), name === "pillow" && imaging.load()]);
      mountPack(pyodide.FS, pyodide._api.sitePackages, pack);
    },
    request: async (method, url, headers, body) => {
      const answer = await wait((resolve) => {
        request(method, url, JSON.parse(headers), body).then(resolve);
      });
      if (answer === INTERRUPTED) return answer;
      return {
        status: answer.status,
        headers: JSON.stringify(answer.headers),
        body: answer.body,
        error: answer.error ?? "",
      };
    },
  });
}
