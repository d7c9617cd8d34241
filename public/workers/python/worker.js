/** A sandbox that runs Python: boots once, then serves as one function or one process. */

import { installClock } from "../shared/clock.js";
import { answer } from "../shared/http.js";
import { listen, send } from "../shared/port.js";
import { interruptWaits } from "../shared/waits.js";
import { stackSwitching, start } from "./boot.js";
import { PythonFunction } from "./function.js";
import { enforceMemoryLimit, installMemoryLimit } from "./memory.js";
import { fromNetwork } from "./network.js";
import { PythonProcess } from "./process.js";

const NO_STACK_SWITCHING =
  "this browser cannot run Python here: it lacks WebAssembly stack switching (JSPI), which Chrome 137, Firefox 153 and Safari 27 have";

let program = null;

/** @param {import("../messages.js").Boot} message */
async function boot(message) {
  const startedAt = performance.now();
  if (!stackSwitching()) {
    send({ type: "boot-failed", reason: "no-stack-switching", message: NO_STACK_SWITCHING });
    return;
  }
  try {
    installClock();
    installMemoryLimit(message.memoryLimitMb);
    const { pyodide, fromSnapshot } = await start(message);
    enforceMemoryLimit(message.memoryLimitMb, pyodide._module.HEAP8.length);
    program = message.kind === "function" ? new PythonFunction(pyodide, message.base) : new PythonProcess(pyodide, message.base);
    send({ type: "booted", ms: performance.now() - startedAt, fromSnapshot });
  } catch (error) {
    // Whatever went wrong with a snapshot, a start without one may do.
    const reason = message.snapshot ? "snapshot-refused" : "load-failed";
    send({ type: "boot-failed", reason, message: String(error?.stack ?? error) });
  }
}

listen({
  boot,
  "http-response": answer,
  init: (message) => program.init(message),
  invoke: (message) => program.invoke(message),
  run: (message) => program.run(message),
  stdin: (message) => program.input(message.data),
  eof: () => program.endInput(),
  interrupt: () => {
    send({ type: "interrupted" });
    if (program?.running) interruptWaits();
    else send({ type: "exit", code: 130, files: [] });
  },
  ...fromNetwork,
});
