// The page of the sandbox tests: `lab.open(...)` boots a sandbox the way the cloud worker does, and
// answers its calls from recorded AWS answers.
import { answerFor } from "./aws-answers.js";

const host = new Worker(new URL("host.js", import.meta.url), { type: "module" });
const sandboxes = new Map();
const snapshots = new Map();
let wasmModule = null;
let lastId = 0;

host.onmessage = ({ data }) => sandboxes.get(data.id)?.receive(data.message);

class Sandbox {
  constructor(language) {
    this.id = ++lastId;
    this.seen = [];
    this.waiters = [];
    sandboxes.set(this.id, this);
    const url = new URL(`workers/${language}/worker.js`, document.baseURI).href;
    host.postMessage({ id: this.id, url });
  }

  receive(message) {
    if (message.type === "http") {
      const response = answerFor(message);
      this.seen.push({ type: "http", method: message.method, url: message.url, headers: message.headers, body: new TextDecoder().decode(message.body) });
      this.post({ type: "http-response", id: message.id, ...response });
      return;
    }
    if (message.type === "snapshot") snapshots.set(message.preload, message.bytes);
    if (message.type === "module") wasmModule = message.module;
    this.seen.push(message);
    this.waiters = this.waiters.filter((waiter) => !waiter(message));
  }

  post(message) {
    host.postMessage({ id: this.id, message });
  }

  /** The next message of one of these types, or `{type: "silence"}` when there is none in time. */
  next(types, timeoutMs = 90_000) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ type: "silence" }), timeoutMs);
      this.waiters.push((message) => {
        if (!types.includes(message.type)) return false;
        clearTimeout(timer);
        resolve(message);
        return true;
      });
    });
  }

  ask(message, types, timeoutMs) {
    const answer = this.next(types, timeoutMs);
    this.post(message);
    return answer;
  }

  /** Texts of all messages of a type so far. */
  texts(type) {
    return this.seen.filter((message) => message.type === type).map((message) => message.text ?? message.data);
  }

  end() {
    host.postMessage({ id: this.id, end: true });
    sandboxes.delete(this.id);
  }
}

async function open({ language = "python", kind = "function", preload = "boto3", memoryLimitMb = 128, fresh = false }) {
  const sandbox = new Sandbox(language);
  const booted = await sandbox.ask(
    {
      type: "boot",
      base: new URL("vendor/", document.baseURI).href,
      kind,
      preload,
      memoryLimitMb,
      env: {},
      snapshot: fresh ? null : (snapshots.get(preload) ?? null),
      module: fresh ? null : wasmModule,
    },
    ["booted", "boot-failed", "worker-error"],
  );
  return { sandbox, booted };
}

globalThis.lab = { open, snapshots };
