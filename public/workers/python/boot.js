/**
 * Starts Pyodide: the first time on a device in full (6 s on a slow machine), then from a snapshot of
 * its memory. A snapshot holds memory and no files, so the packs are laid out either way.
 */

import { send } from "../shared/port.js";
import { fetchPack, mountPack } from "./packs.js";

const PACKS = { boto3: ["base", "models"], awscli: ["base", "models", "awscli"] };

// What is imported before the snapshot is taken, by `preload`.
const WARM_UP = {
  boto3: "from nuvola_sandbox import warm_up; warm_up.boto3()",
  awscli: "from nuvola_sandbox import warm_up; warm_up.awscli()",
};

/** What JSPI offers: Python blocks on a promise. Chrome 137, Firefox 153, Safari 27. */
export function stackSwitching() {
  return typeof WebAssembly.Suspending === "function" && typeof WebAssembly.promising === "function";
}

/**
 * @param {import("../messages.js").Boot} boot
 * @returns {Promise<{pyodide: any, fromSnapshot: boolean}>}
 */
export async function start({ base, preload = "boto3", snapshot, module, wantSnapshot = true }) {
  const { key } = await (await fetch(`${base}python/key.json`)).json();
  const given = snapshot ? openSnapshot(snapshot, key) : null;
  const loading = PACKS[preload].map((name) => fetchPack(`${base}python/${name}.pack`));
  const restoring = Boolean(given);
  if (!restoring) send({ type: "progress", text: "starting Python (the first time on this device)" });

  // urllib3 asks whether threads could be used, which must not reach the real global scope while a
  // snapshot is made: an own property is recorded by its path.
  Object.defineProperty(self, "crossOriginIsolated", { value: false, configurable: true });

  shareCompiledModule(module);

  const { loadPyodide } = await import(`${base}pyodide/pyodide.mjs`);
  const { default: createModule } = await import(`${base}pyodide/pyodide.asm.mjs`);

  const pyodide = await loadPyodide({
    indexURL: `${base}pyodide/`,
    env: { HOME: "/home/student", PYTHONHASHSEED: "0", LANG: "C.UTF-8" },
    stdin: () => null,
    createPyodideModule: (settings) => createGrown(createModule, settings, given),
    ...(restoring ? { _loadSnapshot: given } : { _makeSnapshot: wantSnapshot }),
  });

  const root = pyodide._api.sitePackages;
  for (const pack of await Promise.all(loading)) mountPack(pyodide.FS, root, pack);


  if (!restoring) {
    send({ type: "progress", text: "importing boto3" });
    pyodide.runPython(WARM_UP[preload]);
    if (wantSnapshot) sendSnapshot(pyodide, preload, key);
  }
  return { pyodide, fromSnapshot: restoring };
}

/**
 * Pyodide copies the snapshot into a heap of the size the module was built with, and refuses a larger
 * one. So the heap is grown first, to exactly what the snapshot holds.
 */
async function createGrown(createModule, settings, snapshot) {
  const instance = await createModule(settings);

  if (snapshot) instance.growMemory(snapshot.length - snapshotHeadLength(snapshot));
  return instance;
}

// Pyodide's snapshot starts with a magic number and the offset of the memory, both u32.
function snapshotHeadLength(snapshot) {
  return new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true);
}

/**
 * Compiling Pyodide's WebAssembly takes longer than anything else in a later start, and a compiled
 * module can be sent to another worker: the first sandbox sends it, the others get it.
 */
function shareCompiledModule(compiled) {
  const real = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (response, imports) => {
    WebAssembly.instantiateStreaming = real;
    const module = compiled ?? (await WebAssembly.compileStreaming(response));
    if (!compiled) send({ type: "module", module });
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
}

// A stored snapshot: the length of the key (u32), the key, padding to 16, Pyodide's snapshot.
function sendSnapshot(pyodide, preload, key) {
  const memory = pyodide.makeMemorySnapshot();
  const name = new TextEncoder().encode(key);
  const head = headLength(name.length);
  const bytes = new Uint8Array(head + memory.length);
  new DataView(bytes.buffer).setUint32(0, name.length, true);
  bytes.set(name, 4);
  bytes.set(memory, head);
  send({ type: "snapshot", preload, key, bytes: bytes.buffer }, [bytes.buffer]);
}

function openSnapshot(buffer, key) {
  const length = buffer.byteLength > 4 ? new DataView(buffer).getUint32(0, true) : 0;
  const name = length < 256 ? new TextDecoder().decode(new Uint8Array(buffer, 4, length)) : "";
  if (name !== key) throw new SnapshotRefused("the snapshot is of other vendor files");
  return new Uint8Array(buffer, headLength(length));
}

function headLength(keyLength) {
  return Math.ceil((4 + keyLength) / 16) * 16;
}

export class SnapshotRefused extends Error {}
