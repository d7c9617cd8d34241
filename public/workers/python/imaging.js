/** Pillow's arithmetic (`engine/imaging`): a wasm module with memory of its own, and no state between calls. */

import { fetchLater } from "./packs.js";

export class Imaging {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    this.module = null;
    this.instance = null;
  }

  async load() {
    this.module ??= await WebAssembly.compile(await (await fetchLater(this.url)).arrayBuffer());
  }

  /** Bytes it holds, which count as the program's. */
  get bytes() {
    return this.instance ? this.instance.exports.memory.buffer.byteLength : 0;
  }

  /** @param {Uint8Array} request */
  call(request) {
    this.instance ??= new WebAssembly.Instance(this.module, {});
    const { memory, nuvola_alloc, nuvola_call, nuvola_free } = this.instance.exports;
    try {
      const place = nuvola_alloc(request.length);
      new Uint8Array(memory.buffer, place, request.length).set(request);
      const answer = nuvola_call(place, request.length);
      const length = new DataView(memory.buffer).getUint32(answer, true);
      const bytes = new Uint8Array(memory.buffer, answer + 4, length).slice();
      nuvola_free(answer);
      return bytes;
    } catch (error) {
      // It broke or had no memory left: the next call gets a new one.
      this.instance = null;
      const text = new TextEncoder().encode(`the picture could not be worked on: ${error.message}`);
      return new Uint8Array([1, ...text]);
    }
  }
}
