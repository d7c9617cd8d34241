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

// A stored snapshot: the length of the key and of the memory (both u32), the key, padding to 16, and
// Pyodide's snapshot. Half a snapshot would not fail but hang, hence the length.
const FIELDS_BYTES = 8;

function sendSnapshot(pyodide, preload, key) {
  const memory = pyodide.makeMemorySnapshot();
  const name = new TextEncoder().encode(key);
  const head = headLength(name.length);
  const bytes = new Uint8Array(head + memory.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, name.length, true);
  view.setUint32(4, memory.length, true);
  bytes.set(name, FIELDS_BYTES);
  bytes.set(memory, head);
  send({ type: "snapshot", preload, key, bytes: bytes.buffer }, [bytes.buffer]);
}

function openSnapshot(buffer, key) {
  const expected = new TextEncoder().encode(key).length;
  const head = headLength(expected);
  if (buffer.byteLength > head) {
    const view = new DataView(buffer);
    const name = new TextDecoder().decode(new Uint8Array(buffer, FIELDS_BYTES, expected));
    const whole = view.getUint32(4, true) === buffer.byteLength - head;
    if (whole && view.getUint32(0, true) === expected && name === key) return new Uint8Array(buffer, head);
  }
  throw new Error("the snapshot is of other vendor files, or not whole");
}

function headLength(keyLength) {
  return Math.ceil((FIELDS_BYTES + keyLength) / 16) * 16;
}
