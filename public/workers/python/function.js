/** A Lambda execution environment for Python: one handler, many invocations. */

import { setClock } from "../shared/clock.js";
import { isolate } from "../shared/isolation.js";
import { logEvent, startLog } from "../shared/log.js";
import { send } from "../shared/port.js";
import { waitedMs } from "../shared/waits.js";
import { registerHostModule } from "./host-module.js";
import { usedMb } from "./memory.js";

export class PythonFunction {
  constructor(pyodide, base) {
    this.pyodide = pyodide;
    this.base = base;
    this.arn = "";
  }

  /** @param {import("../messages.js").Init} message */
  async init(message) {
    const startedAt = performance.now();
    const { pyodide } = this;
    this.arn = message.arn;
    setClock(message.nowMs);
    registerHostModule(pyodide, this.base, (resolve) => resolve(""));
    const log = { batched: logEvent };
    pyodide.setStdout(log);
    pyodide.setStderr(log);
    pyodide.runPython("from nuvola_sandbox import start; start.run()");
    this.runtime = pyodide.pyimport("nuvola_sandbox.lambda_runtime");
    isolate();
    const loading = this.runtime.init.callPromising(message.handler, message.zip, JSON.stringify(message.env), message.layers ?? []);
    const { error } = await loading.then(JSON.parse, () => crash(""));
    const ms = performance.now() - startedAt;
    send(error ? { type: "init-error", ms, error } : { type: "init-done", ms });
  }

  /** @param {import("../messages.js").Invoke} message */
  async invoke(message) {
    setClock(message.nowMs);
    startLog();
    const { requestId, event, deadlineMs, arn = this.arn, clientContext, traceId } = message;
    const invocation = JSON.stringify({ requestId, event, deadlineMs, arn, clientContext, traceId });
    const startedAt = performance.now();
    const waitedBefore = waitedMs();
    const answer = await this.runtime.invoke.callPromising(invocation).then(JSON.parse, () => crash(requestId));
    const durationMs = performance.now() - startedAt;
    const cpuMs = Math.max(0, durationMs - (waitedMs() - waitedBefore));
    const figures = { requestId, durationMs, cpuMs, maxMemoryMb: usedMb(this.pyodide) };
    if (answer.error) {
      send({ type: "error", error: answer.error, exited: Boolean(answer.exited), ...figures });
    } else {
      send({ type: "result", payload: answer.payload, ...figures });
    }
  }
}

// The interpreter itself broke: recursion without end, mostly. On Lambda the process is gone.
function crash(requestId) {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: segmentation fault`;
  return { error: { errorType: "Runtime.ExitError", errorMessage }, exited: true };
}
