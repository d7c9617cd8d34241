/** Packs (see `python/pack.py`): fetched, unpacked, and laid out as files without copying. */

const GZIP_MAGIC = 0x8b1f;

/** `fetch` as it was before student code: packs and wasm that are needed later still come. */
export const fetchLater = async (url) => {
  const response = await realFetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
};
const realFetch = self.fetch.bind(self);

/** @returns {Promise<Uint8Array>} the unpacked pack */
export async function fetchPack(url) {
  const packed = await (await fetchLater(url)).arrayBuffer();
  // A server that knows the encoding has the browser unpack it before we see it.
  if (new DataView(packed).getUint16(0, true) !== GZIP_MAGIC) return new Uint8Array(packed);
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** Lays a pack's files out under `root`. */
export function mountPack(FS, root, pack) {
  const indexLength = new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(pack.subarray(4, 4 + indexLength)));
  let offset = 4 + indexLength;
  const folders = new Set();
  for (const [path, size] of index) {
    const full = `${root}/${path}`;
    const folder = full.slice(0, full.lastIndexOf("/"));
    if (!folders.has(folder)) {
      FS.mkdirTree(folder);
      folders.add(folder);
    }
    FS.writeFile(full, pack.subarray(offset, offset + size), { canOwn: true });
    offset += size;
  }
}
