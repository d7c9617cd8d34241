// Starts a Node.js handler in a process of its own: JSON lines in, JSON lines out.
// Shapes of errors and log lines follow AWS's documentation of the Node.js runtime.
import { createInterface } from "node:readline";
import { writeSync } from "node:fs";
import { format } from "node:util";
import { pathToFileURL } from "node:url";
import path from "node:path";
import fs from "node:fs";

const tell = (message) => writeSync(1, JSON.stringify(message) + "\n");
let requestId = "";

function replaceConsole() {
  const line = (level) => (...parts) =>
    tell({ log: `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}` });
  console.log = line("INFO");
  console.info = line("INFO");
  console.warn = line("WARN");
  console.error = line("ERROR");
  console.debug = line("DEBUG");
  console.trace = line("TRACE");
}

function payload(error, type) {
  if (error instanceof Error) {
    const trace = (error.stack ?? String(error)).split("\n");
    return { errorType: type ?? error.name, errorMessage: error.message, trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

class RuntimeFault extends Error {
  constructor(type, message) {
    super(message);
    this.name = type;
  }
}

async function load(task, name) {
  const cut = name.lastIndexOf(".");
  if (cut < 1) throw new RuntimeFault("Runtime.MalformedHandlerName", "Bad handler");
  const [file, member] = [name.slice(0, cut), name.slice(cut + 1)];
  const found = [".mjs", ".js", ".cjs"].map((end) => path.join(task, file + end)).find((place) => fs.existsSync(place));
  if (!found) throw new RuntimeFault("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  let module;
  try {
    module = await import(pathToFileURL(found));
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeFault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    throw error;
  }
  const handler = module[member] ?? module.default?.[member];
  if (handler === undefined) throw new RuntimeFault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new RuntimeFault("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

function contextOf(invocation) {
  const env = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: invocation.arn,
    awsRequestId: invocation.requestId,
    clientContext: invocation.clientContext ? JSON.parse(invocation.clientContext) : undefined,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    Object.assign(context, { done: callback, succeed: resolve, fail: reject });
    const answer = handler(event, context, callback);
    if (typeof answer?.then === "function") answer.then(resolve, reject);
    else if (handler.length < 3) resolve(answer);
  });
}

async function invoke(handler, invocation) {
  requestId = invocation.requestId;
  const began = performance.now();
  const computed = process.cpuUsage();
  const answer = {};
  try {
    const result = await run(handler, JSON.parse(invocation.event), contextOf(invocation));
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      throw new RuntimeFault("Runtime.MarshalError", `Unable to stringify response body: ${error.message}`);
    }
    answer.payload = text;
  } catch (error) {
    answer.error = payload(error);
    const { errorType, errorMessage, trace } = answer.error;
    tell({
      log: `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`,
    });
  }
  answer.durationMs = performance.now() - began;
  const used = process.cpuUsage(computed);
  answer.cpuMs = (used.user + used.system) / 1000;
  tell({ result: answer });
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const settings = JSON.parse((await lines.next()).value);
const began = performance.now();
Object.assign(process.env, settings.env);
replaceConsole();
try {
  const handler = await load(settings.task, settings.handler);
  tell({ ready: performance.now() - began });
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    await invoke(handler, JSON.parse(next.value));
  }
} catch (error) {
  tell({ failed: payload(error, error instanceof RuntimeFault ? error.name : undefined) });
  process.exit(1);
}
