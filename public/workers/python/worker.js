/** A sandbox that runs Python: boots once, then serves as one function or one process. */

import { installClock } from "../shared/clock.js";
import { answer } from "../shared/http.js";
import { listen, send } from "../shared/port.js";
import { SnapshotRefused, stackSwitching, start } from "./boot.js";
import { enforceMemoryLimit, installMemoryLimit } from "./memory.js";

let pyodide = null;

async function boot(message) {
  const startedAt = performance.now();
  if (!stackSwitching()) {
    send({ type: "boot-failed", reason: "no-stack-switching", message: "this browser cannot run Python here: it lacks WebAssembly stack switching (JSPI). Chrome 137, Firefox 153 and Safari 27 have it" });
    return;
  }
  try {
    installClock();
    installMemoryLimit(message.memoryLimitMb);
    const started = await start(message);
    pyodide = started.pyodide;
    enforceMemoryLimit(message.memoryLimitMb, pyodide._module.HEAP8.length);
    send({ type: "booted", ms: performance.now() - startedAt, fromSnapshot: started.fromSnapshot, heap: pyodide._module.HEAP8.length });
  } catch (error) {
    const reason = error instanceof SnapshotRefused ? "snapshot-refused" : "load-failed";
    send({ type: "boot-failed", reason, message: String(error?.stack ?? error) });
  }
}

listen({ boot, "http-response": answer });
