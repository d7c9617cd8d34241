/** A sandbox that runs JavaScript handlers (nodejs22.x): one execution environment. */

import { installClock } from "../shared/clock.js";
import { answer } from "../shared/http.js";
import { listen, send } from "../shared/port.js";
import { installMemoryLimit } from "./memory.js";
import { installStacks } from "./stacks.js";

let program = null;

/** @param {import("../messages.js").Boot} message */
async function boot(message) {
  const startedAt = performance.now();
  try {
    installMemoryLimit(message.memoryLimitMb);
    // The packages behind Node's builtins, and the scanner of import statements.
    const packages = await import(`${message.base}javascript/node-packages.js`);
    const lexer = await import(`${message.base}javascript/es-module-lexer.js`);
    await lexer.init();
    // What puts the counting of memory into the handler's source.
    const { parse } = await import(`${message.base}javascript/acorn.js`);
    const { JavaScriptFunction } = await import("./function.js");
    installClock();
    installStacks();
    program = new JavaScriptFunction(packages, lexer, parse);
    send({ type: "booted", ms: performance.now() - startedAt, fromSnapshot: false });
  } catch (error) {
    send({ type: "boot-failed", reason: "load-failed", message: String(error?.stack ?? error) });
  }
}

listen({
  boot,
  "http-response": answer,
  init: (message) => program.init(message),
  invoke: (message) => program.invoke(message),
});
