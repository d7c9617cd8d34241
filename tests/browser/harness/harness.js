// The page of the sandbox tests: `lab.open(...)` boots a sandbox the way the cloud worker does, and
// answers its calls from recorded AWS answers.
import { answerFor } from "./aws-answers.js";
import { zip } from "./zip.js";

// The engine's clock in these tests, far from the machine's.
const NOW_MS = Date.UTC(2031, 4, 6, 7, 8, 9);

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

  /** What the program did to its files: while it waited and at its end, the newest of each. */
  changedFiles() {
    const newest = new Map();
    const told = this.seen.filter(({ type }) => type === "files" || type === "exit");
    for (const { path, bytes } of told.flatMap(({ files }) => files ?? [])) newest.set(path, bytes);
    return [...newest].map(([path, bytes]) => [path, bytes && new TextDecoder().decode(bytes)]);
  }

  end() {
    host.postMessage({ id: this.id, end: true });
    sandboxes.delete(this.id);
  }
}

async function open({ language = "python", kind = "function", preload = "boto3", memoryLimitMb = 128, fresh = false } = {}) {
  const sandbox = new Sandbox(language);
  const booted = await sandbox.ask(
    {
      type: "boot",
      base: new URL("vendor/", document.baseURI).href,
      kind,
      preload,
      memoryLimitMb,
      snapshot: fresh ? null : (snapshots.get(preload) ?? null),
      module: fresh ? null : wasmModule,
    },
    ["booted", "boot-failed", "worker-error"],
  );
  return { sandbox, booted };
}

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  AWS_DEFAULT_REGION: "eu-south-1",
  AWS_REGION: "eu-south-1",
};

/** A booted function with its handler loaded (or not: `loaded` is the message that says so). */
async function openFunction({ files, handler, env = {}, memoryMb = 128, ...boot }) {
  const { sandbox, booted } = await open({ ...boot, memoryLimitMb: memoryMb });
  if (booted.type !== "booted") return { sandbox, booted, loaded: booted };
  const loaded = await sandbox.ask(
    {
      type: "init",
      handler,
      zip: zip(files),
      env: {
        ...CREDENTIALS,
        AWS_LAMBDA_FUNCTION_NAME: "pow",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/pow",
        AWS_LAMBDA_LOG_STREAM_NAME: "2031/05/06/[$LATEST]0123456789abcdef0123456789abcdef",
        LAMBDA_TASK_ROOT: "/var/task",
        ...env,
      },
      functionName: "pow",
      functionVersion: "$LATEST",
      memoryMb,
      timeoutMs: 3000,
      logGroup: "/aws/lambda/pow",
      logStream: "2031/05/06/[$LATEST]0123456789abcdef0123456789abcdef",
      arn: "arn:aws:lambda:eu-south-1:123456789012:function:pow",
      nowMs: NOW_MS,
    },
    ["init-done", "init-error", "out-of-memory", "worker-error"],
  );
  return { sandbox, booted, loaded };
}

let lastRequest = 0;

/** Invokes and waits; what no answer in time gives is `{type: "silence"}`. */
function invoke(sandbox, event, timeoutMs) {
  const requestId = `00000000-0000-4000-8000-${String(++lastRequest).padStart(12, "0")}`;
  return sandbox.ask(
    {
      type: "invoke",
      requestId,
      event: typeof event === "string" ? event : JSON.stringify(event),
      deadlineMs: NOW_MS + 3000,
      nowMs: NOW_MS,
    },
    ["result", "error", "out-of-memory", "worker-error"],
    timeoutMs,
  );
}

/** One function, one invocation: what most tests need. */
async function once({ event = {}, ...options }) {
  const { sandbox, loaded } = await openFunction(options);
  const answer = loaded.type === "init-done" ? await invoke(sandbox, event) : loaded;
  sandbox.end();
  return { answer, logs: sandbox.texts("log"), calls: sandbox.seen.filter((message) => message.type === "http") };
}

/** Runs a command line to its end, with `input` typed beforehand. */
async function run({ argv, files = {}, input = null, env = {}, isTty = false }) {
  const preload = argv[0] === "aws" ? "awscli" : "boto3";
  const { sandbox, booted } = await open({ kind: "process", preload, memoryLimitMb: 512 });
  if (booted.type !== "booted") return booted;
  const encoder = new TextEncoder();
  const ended = sandbox.next(["exit", "out-of-memory", "worker-error"]);
  sandbox.post({
    type: "run",
    argv,
    cwd: "",
    files: Object.entries(files).map(([path, text]) => ({ path, bytes: encoder.encode(text) })),
    env: { ...CREDENTIALS, ...env },
    columns: 80,
    isTty,
    nowMs: NOW_MS,
  });
  if (input !== null) sandbox.post({ type: "stdin", data: input });
  if (input !== null) sandbox.post({ type: "eof" });
  const exit = await ended;
  sandbox.end();
  return {
    code: exit.code,
    type: exit.type,
    bootMs: booted.ms,
    files: sandbox.changedFiles(),
    stdout: sandbox.texts("stdout").join(""),
    stderr: sandbox.texts("stderr").join(""),
    calls: sandbox.seen.filter((message) => message.type === "http"),
  };
}

/** A program's network: this page opens connections to the ports that it listens on. */
class Network {
  constructor(sandbox) {
    this.sandbox = sandbox;
    this.ports = new Set();
    this.connections = new Map();
    this.lastId = 0;
    this.watchers = new Set();
    const receive = sandbox.receive.bind(sandbox);
    sandbox.receive = (message) => {
      receive(message);
      this.take(message);
    };
  }

  take({ type, port, id, data, closed }) {
    if (type === "listen") this.ports.add(port);
    if (type === "unlisten") this.ports.delete(port);
    if (type === "connection-data") {
      this.connections.get(id).received.push(...data);
      this.connections.get(id).closed ||= closed;
    }
    for (const watcher of this.watchers) watcher();
  }

  until(condition) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nothing came")), 60_000);
      const watch = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.watchers.delete(watch);
        resolve();
      };
      this.watchers.add(watch);
      watch();
    });
  }

  listening(port) {
    return this.until(() => this.ports.has(port));
  }

  /** Waits until the program has told of a file, while it runs; its content. */
  async wrote(path) {
    const found = () => new Map(this.sandbox.changedFiles()).get(path);
    await this.until(() => found() !== undefined);
    return found();
  }

  /** Sends bytes, and gives all that comes back until the program closes. */
  async exchange(port, text) {
    const id = ++this.lastId;
    const connection = { received: [], closed: false };
    this.connections.set(id, connection);
    const data = new TextEncoder().encode(text);
    this.sandbox.post({ type: "connection", port, id, data, peer: ["203.0.113.9", 40000 + id] });
    await this.until(() => connection.closed);
    return new TextDecoder().decode(new Uint8Array(connection.received));
  }

  interrupt() {
    this.sandbox.post({ type: "interrupt" });
  }
}

/** Runs a program that listens, with `visit` as its network; ends when the program does. */
async function serve({ argv, files = {}, env = {} }, visit) {
  const { sandbox, booted } = await open({ kind: "process", memoryLimitMb: 512 });
  if (booted.type !== "booted") return booted;
  const network = new Network(sandbox);
  const ended = sandbox.next(["exit", "out-of-memory", "worker-error"]);
  const encoder = new TextEncoder();
  sandbox.post({
    type: "run",
    argv,
    cwd: "",
    files: Object.entries(files).map(([path, text]) => ({ path, bytes: encoder.encode(text) })),
    env: { ...CREDENTIALS, ...env },
    columns: 80,
    isTty: true,
    nowMs: NOW_MS,
  });
  const answers = await visit(network).catch((error) => [String(error)]);
  const exit = await ended;
  sandbox.end();
  return { code: exit.code, answers, stdout: sandbox.texts("stdout").join(""), stderr: sandbox.texts("stderr").join("") };
}

/** Runs a program and interrupts it each time its output has reached the next of some texts. */
async function interrupted({ argv, files = {} }, texts) {
  const { sandbox, booted } = await open({ kind: "process", memoryLimitMb: 512 });
  if (booted.type !== "booted") return booted;
  const ended = sandbox.next(["exit", "out-of-memory", "worker-error"]);
  const encoder = new TextEncoder();
  let seen = 0;
  const outputReaches = async (text) => {
    for (;;) {
      const at = sandbox.texts("stdout").join("").indexOf(text, seen);
      if (at >= 0) return at + text.length;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const list = Object.entries(files).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
  sandbox.post({ type: "run", argv, cwd: "", files: list, env: CREDENTIALS, columns: 80, isTty: true, nowMs: NOW_MS });
  for (const text of texts) {
    seen = await outputReaches(text);
    // The program prints before it waits.
    await new Promise((resolve) => setTimeout(resolve, 200));
    sandbox.post({ type: "interrupt" });
  }
  const exit = await ended;
  sandbox.end();
  return {
    code: exit.code,
    files: sandbox.changedFiles(),
    stdout: sandbox.texts("stdout").join(""),
    stderr: sandbox.texts("stderr").join(""),
  };
}

globalThis.lab = { open, openFunction, invoke, once, run, serve, interrupted, snapshots, NOW_MS };
