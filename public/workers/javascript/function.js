/** A Lambda execution environment for JavaScript: one handler, many invocations. */

import { setClock } from "../shared/clock.js";
import { isolate } from "../shared/isolation.js";
import { startLog } from "../shared/log.js";
import { send } from "../shared/port.js";
import { unzip } from "../shared/unzip.js";
import { engineFetch, makeBuiltins, makeProcess } from "./builtins.js";
import { installConsole, log, setRequestId } from "./console.js";
import { ExitRequest, RuntimeFault, errorPayload, errorText, exitPayload } from "./errors.js";
import { idle, timers } from "./event-loop.js";
import { Files } from "./files.js";
import { Loader, loadFault } from "./loader.js";
import { countBuffers, usedMb } from "./memory.js";

export class JavaScriptFunction {
  constructor(packages, lexer, parse) {
    this.packages = packages;
    this.lexer = lexer;
    this.parse = parse;
    this.current = null;
  }

  /** @param {import("../messages.js").Init} message */
  async init(message) {
    const startedAt = performance.now();
    setClock(message.nowMs);
    this.arn = message.arn;
    let fault = null;
    try {
      await this.setUp(message);
      this.runtime = new Runtime(await this.loadHandler(message.handler));
    } catch (error) {
      fault = this.initFault(error);
    }
    const ms = performance.now() - startedAt;
    send(fault ? { type: "init-error", ms, error: fault } : { type: "init-done", ms });
  }

  async setUp({ zip, layers = [], env }) {
    const files = new Files(await unzip(zip), await Promise.all(layers.map(unzip)));
    const { Buffer, EventEmitter, path } = this.packages;
    countBuffers(Buffer);
    const process = makeProcess(env, EventEmitter);
    const builtins = makeBuiltins({ packages: this.packages, files, process });
    this.loader = new Loader({ files, builtins, lexer: this.lexer, parse: this.parse, path });
    this.env = process.env;
    installConsole(env);
    isolate({ fetch: engineFetch, Buffer, process, global: self, ...timers });
    self.addEventListener("unhandledrejection", (event) => this.stray(event, event.reason, "Unhandled Promise Rejection"));
    self.addEventListener("error", (event) => this.stray(event, event.error, "Uncaught Exception"));
  }

  async loadHandler(handler) {
    if (handler.includes("..")) {
      throw new RuntimeFault("MalformedHandlerName", `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
    }
    const slash = handler.lastIndexOf("/") + 1;
    const found = /^([^.]*)\.(.*)$/.exec(handler.slice(slash));
    if (!found) throw new RuntimeFault("MalformedHandlerName", "Bad handler");
    let module;
    try {
      module = await this.loader.loadHandler(handler.slice(0, slash) + found[1]);
    } catch (error) {
      throw loadFault(error);
    }
    const call = found[2].split(".").reduce((object, name) => object?.[name], module);
    if (!call) throw new RuntimeFault("HandlerNotFound", `${handler} is undefined or not exported`);
    if (typeof call !== "function") throw new RuntimeFault("HandlerNotFound", `${handler} is not a function`);
    return call;
  }

  initFault(error) {
    if (error instanceof ExitRequest) return exitPayload("", error.code);
    log("ERROR", "Uncaught Exception", errorText(error));
    return errorPayload(error);
  }

  /** @param {import("../messages.js").Invoke} message */
  async invoke(message) {
    setClock(message.nowMs);
    setRequestId(message.requestId);
    startLog();
    if (message.traceId) this.env._X_AMZN_TRACE_ID = message.traceId;
    else delete this.env._X_AMZN_TRACE_ID;
    this.current = { requestId: message.requestId, startedAt: performance.now(), done: false };
    const invocation = this.current;
    try {
      const value = await this.runtime.run(JSON.parse(message.event), this.context(message));
      this.finish(invocation, { type: "result", payload: serialise(value) });
    } catch (error) {
      this.fail(invocation, error, "Invoke Error");
    }
  }

  context(message) {
    const { env } = this;
    return {
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: message.clientContext ? JSON.parse(message.clientContext) : undefined,
      identity: undefined,
      invokedFunctionArn: message.arn ?? this.arn,
      awsRequestId: message.requestId,
      getRemainingTimeInMillis: () => message.deadlineMs - Date.now(),
    };
  }

  fail(invocation, error, title) {
    if (error instanceof ExitRequest) {
      this.finish(invocation, { type: "error", exited: true, error: exitPayload(invocation.requestId, error.code) });
      return;
    }
    log("ERROR", title, errorText(error));
    this.finish(invocation, { type: "error", exited: title !== "Invoke Error", error: errorPayload(error) });
  }

  // An error that no one waits for ends the runtime, as in Node.
  stray(event, error, title) {
    event.preventDefault();
    const invocation = this.current;
    if (!invocation || invocation.done) return;
    const isRejection = title === "Unhandled Promise Rejection" && !(error instanceof ExitRequest);
    const fault = isRejection ? new RuntimeFault("UnhandledPromiseRejection", String(error), `Runtime.UnhandledPromiseRejection: ${error}`) : error;
    this.fail(invocation, fault, title);
  }

  finish(invocation, answer) {
    if (invocation.done) return;
    invocation.done = true;
    const { requestId, startedAt } = invocation;
    send({ requestId, durationMs: performance.now() - startedAt, maxMemoryMb: usedMb(), ...answer });
  }
}

/** Calls the handler as `Runtime.handler`, the name that stack traces on Lambda show. */
class Runtime {
  constructor(handler) {
    this.handler = handler;
  }

  /** The handler's value: what it resolves to, or hands to the callback. */
  run(event, context) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const failed = (error) => error !== undefined && error !== null;
    const settle = (error, value) => (failed(error) ? reject(error) : resolve(value));
    let waits = true;
    const callback = (error, value) => {
      if (failed(error) || !waits) settle(error, value);
      else idle().then(() => resolve(value));
    };
    const members = {
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = value;
      },
      succeed: (value) => settle(null, value),
      fail: (error) => settle(error ?? "handled"),
      done: settle,
    };
    Object.defineProperties(context, Object.getOwnPropertyDescriptors(members));
    const result = this.handler(event, context, callback);
    if (typeof result?.then === "function") result.then(resolve, (error) => reject(error ?? "handled"));
    // A plain function that never calls back answers null when nothing is left to do.
    else idle().then(() => resolve(null));
    return promise;
  }
}

function serialise(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}
