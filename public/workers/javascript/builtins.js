/**
 * Node's builtin modules, as far as they are simulated: what is missing says so. The list is in the
 * function at the end.
 */

import { request } from "../shared/http.js";
import { CALL_BYTES, track, timers } from "./event-loop.js";
import { ExitRequest } from "./errors.js";
import { count } from "./memory.js";
import { makeFs } from "./files.js";
import { format, inspect } from "./inspect.js";
import { logLine } from "./console.js";

const VERSION = "v22.21.1";
const startedAt = performance.now();

/** An object whose missing members throw when they are used. */
export function honest(moduleName, members) {
  return new Proxy(members, {
    get(target, name) {
      if (name in target || typeof name === "symbol" || ["then", "default", "__esModule"].includes(name)) {
        return target[name];
      }
      throw notSimulated(`${moduleName}.${name}`);
    },
  });
}

export function notSimulated(what) {
  return new Error(`\`${what}\` is not simulated in Nuvola`);
}

/** `fetch`, through the engine. */
export function engineFetch(input, init) {
  return track(count(call(input, init), CALL_BYTES));
}

async function call(input, init) {
  const asked = new Request(input, init);
  const body = new Uint8Array(await asked.arrayBuffer());
  const headers = [...new Headers(init?.headers ?? asked.headers)];
  const answer = await request(asked.method, asked.url, headers, body);
  if (answer.status === 0) throw new TypeError("fetch failed", { cause: new Error(answer.error) });
  const empty = [101, 204, 205, 304].includes(answer.status);
  const response = new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers });
  Object.defineProperty(response, "url", { value: asked.url });
  return response;
}

/** @param {Record<string, string>} env */
export function makeProcess(env, EventEmitter) {
  const stream = () => {
    let line = "";
    return {
      isTTY: false,
      write(text) {
        const lines = (line + text).split("\n");
        line = lines.pop();
        lines.forEach(logLine);
        return true;
      },
    };
  };
  return Object.assign(new EventEmitter(), {
    env: { ...env },
    argv: ["/var/lang/bin/node", "/var/runtime/index.mjs"],
    version: VERSION,
    versions: { node: VERSION.slice(1) },
    platform: "linux",
    arch: "x64",
    pid: 8,
    exitCode: undefined,
    stdout: stream(),
    stderr: stream(),
    cwd: () => "/var/task",
    exit(code) {
      throw new ExitRequest(code ?? this.exitCode ?? 0);
    },
    nextTick: (callback, ...args) => queueMicrotask(() => callback(...args)),
    uptime: () => (performance.now() - startedAt) / 1000,
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round(performance.now() * 1e6)) }),
    emitWarning: (warning) => logLine(`(node:8) ${warning}`),
    memoryUsage: () => {
      throw notSimulated("process.memoryUsage");
    },
  });
}

function hrtime(before = [0, 0]) {
  const now = performance.now();
  const seconds = Math.floor(now / 1000) - before[0];
  const nanoseconds = Math.round((now % 1000) * 1e6) - before[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}

function makeCrypto({ Buffer, hmac, md5, sha1, sha256, sha384, sha512 }) {
  const algorithms = { md5, sha1, sha256, sha384, sha512 };
  const find = (name) => algorithms[String(name).toLowerCase().replace("-", "")] ?? unknownDigest();
  const digester = (state) => ({
    update(data, encoding) {
      state.update(typeof data === "string" ? Buffer.from(data, encoding) : data);
      return this;
    },
    digest(encoding) {
      const bytes = Buffer.from(state.digest());
      return encoding ? bytes.toString(encoding) : bytes;
    },
  });
  const bytesOf = (value) => (typeof value === "string" ? Buffer.from(value) : value);
  return {
    webcrypto: self.crypto,
    subtle: self.crypto.subtle,
    getRandomValues: (array) => self.crypto.getRandomValues(array),
    randomUUID: () => self.crypto.randomUUID(),
    randomBytes: (size) => Buffer.from(self.crypto.getRandomValues(new Uint8Array(size))),
    randomInt(from, to) {
      const [low, high] = to === undefined ? [0, from] : [from, to];
      const drawn = self.crypto.getRandomValues(new Uint32Array(2));
      return low + Number(((BigInt(drawn[0]) << 32n) | BigInt(drawn[1])) % BigInt(high - low));
    },
    createHash: (name) => digester(find(name).create()),
    createHmac: (name, key) => digester(hmac.create(find(name), bytesOf(key))),
    timingSafeEqual: (left, right) => Buffer.compare(left, right) === 0,
  };
}

function unknownDigest() {
  throw Object.assign(new Error("Digest method not supported"), { code: "ERR_CRYPTO_INVALID_DIGEST" });
}

function promisify(call) {
  return (...args) =>
    new Promise((resolve, reject) => {
      call(...args, (error, value) => (error ? reject(error) : resolve(value)));
    });
}

function isDeepStrictEqual(left, right) {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (left instanceof Date) return left.getTime() === right.getTime();
  const keys = Reflect.ownKeys(left);
  if (keys.length !== Reflect.ownKeys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isDeepStrictEqual(left[key], right[key]));
}

function makeAssert() {
  const fail = (message, fallback) => {
    if (message instanceof Error) throw message;
    const error = new Error(message ?? fallback);
    throw Object.assign(error, { name: "AssertionError", code: "ERR_ASSERTION" });
  };
  const ok = (value, message) => value || fail(message, "The expression evaluated to a falsy value");
  const equal = (left, right, message) => isDeepStrictEqual(left, right) || fail(message, `${inspect(left)} !== ${inspect(right)}`);
  const differ = (left, right, message) => !isDeepStrictEqual(left, right) || fail(message, "values are equal");
  const members = { ok, equal, strictEqual: equal, deepEqual: equal, deepStrictEqual: equal, notStrictEqual: differ, notDeepStrictEqual: differ, fail };
  return Object.assign(ok, members, { strict: Object.assign(ok, members) });
}

const querystring = {
  parse(text) {
    const found = {};
    for (const [name, value] of new URLSearchParams(text)) {
      found[name] = name in found ? [found[name], value].flat() : value;
    }
    return found;
  },
  stringify: (values) =>
    Object.entries(values)
      .flatMap(([name, value]) => [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`))
      .join("&"),
  escape: encodeURIComponent,
  unescape: decodeURIComponent,
};

/** The builtin modules by name (without `node:`). */
export function makeBuiltins({ packages, files, process }) {
  const { Buffer, EventEmitter, path } = packages;
  const fs = makeFs(files, path, Buffer);
  const util = {
    format, inspect, promisify, isDeepStrictEqual, TextEncoder, TextDecoder,
    inherits: (child, parent) => Object.setPrototypeOf(child.prototype, parent.prototype),
    types: { isPromise: (value) => value instanceof Promise, isDate: (value) => value instanceof Date, isNativeError: (value) => value instanceof Error },
  };
  const url = {
    URL, URLSearchParams,
    fileURLToPath: (value) => decodeURIComponent(new URL(value).pathname),
    pathToFileURL: (value) => new URL(`file://${path.resolve("/var/task", value)}`),
  };
  const os = { EOL: "\n", tmpdir: () => "/tmp", platform: () => "linux", type: () => "Linux", arch: () => "x64", hostname: () => "169.254.0.1", cpus: () => [], homedir: () => "/home/sbx_user1051" };
  const delay = (ms, value) => new Promise((resolve) => timers.setTimeout(resolve, ms, value));
  const made = {
    assert: makeAssert(),
    buffer: { Buffer, Blob, atob, btoa },
    crypto: makeCrypto(packages),
    events: Object.assign(EventEmitter, { EventEmitter }),
    fs,
    "fs/promises": fs.promises,
    os,
    path: Object.assign(path, { posix: path }),
    perf_hooks: { performance },
    process,
    querystring,
    timers,
    "timers/promises": { setTimeout: delay, setImmediate: (value) => delay(0, value) },
    url,
    util,
  };
  const open = new Set(["events", "assert", "process", "path"]);
  return new Map(Object.entries(made).map(([name, members]) => [name, open.has(name) ? members : honest(name, members)]));
}

/** The builtins that Node has and Nuvola does not simulate. */
export const NOT_SIMULATED = new Set(
  "async_hooks child_process cluster constants dgram diagnostics_channel dns domain http http2 https inspector module net punycode readline repl sqlite stream stream/promises string_decoder sys tls tty v8 vm wasi worker_threads zlib".split(" "),
);
