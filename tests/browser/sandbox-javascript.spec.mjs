import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

/** Runs one JavaScript function once, in its own sandbox. */
function once(files, options = {}) {
  return page.evaluate((given) => lab.once(given), {
    language: "javascript",
    files: typeof files === "string" ? { "index.mjs": files } : files,
    handler: "index.handler",
    ...options,
  });
}

test("an ES module of several files answers and logs", async () => {
  const { answer, logs } = await once(
    {
      "index.mjs": `import { power } from "./lib/power.mjs";
import * as crypto from "node:crypto";
import settings from "./settings.json" with { type: "json" };
export const handler = async (event, context) => {
  const { label } = await import("./lib/label.mjs");
  console.log("x is %s", event.x, { nested: [1, "two"] });
  return {
    power: power(event.x, event.y), label, settings, time: new Date().toISOString().slice(0, 10),
    name: context.functionName, memory: context.memoryLimitInMB, region: process.env.AWS_REGION,
    uuid: crypto.randomUUID().length, url: import.meta.url,
    digest: crypto.createHash("sha256").update("abc").digest("hex").slice(0, 8),
    left: context.getRemainingTimeInMillis() > 2000,
  };
};`,
      "lib/power.mjs": `export const power = (x, y) => x ** y;`,
      "lib/label.mjs": `import { power } from "./power.mjs"; export const label = "label " + power(2, 2);`,
      "settings.json": `{"a": 1}`,
    },
    { event: { x: 2, y: 10 } },
  );
  expect(answer.error).toBeUndefined();
  expect(JSON.parse(answer.payload)).toEqual({
    power: 1024,
    label: "label 4",
    settings: { a: 1 },
    time: "2031-05-06",
    name: "pow",
    memory: "128",
    region: "eu-south-1",
    uuid: 36,
    url: "file:///var/task/index.mjs",
    // Source: FIPS 180-2, appendix B.1.
    digest: "ba7816bf",
    left: true,
  });
  // Source: AWS Lambda Developer Guide, "Log and monitor Node.js Lambda functions".
  expect(logs[0]).toMatch(/^2031-05-06T07:08:\d\d\.\d{3}Z\t00000000-0000-4000-8000-\d{12}\tINFO\tx is 2 { nested: \[ 1, 'two' \] }$/);
});

test("time is in UTC", async () => {
  const { answer } = await once(`export const handler = async () => {
  const noon = new Date("2024-07-01T12:00");
  return [noon.toISOString(), noon.getHours(), new Date(2024, 0, 2).toISOString(), String(noon), noon.toLocaleString(),
    Intl.DateTimeFormat().resolvedOptions().timeZone, noon instanceof Date, typeof Date(), structuredClone(noon) - noon];
};`);
  // Source: Node.js 22 with TZ=UTC.
  expect(JSON.parse(answer.payload)).toEqual([
    "2024-07-01T12:00:00.000Z",
    12,
    "2024-01-02T00:00:00.000Z",
    "Mon Jul 01 2024 12:00:00 GMT+0000 (Coordinated Universal Time)",
    "7/1/2024, 12:00:00 PM",
    "UTC",
    true,
    "string",
    0,
  ]);
});

test("CommonJS, with relative files, JSON, and a callback", async () => {
  const { answer } = await once({
    "index.js": `const { add } = require("./lib");
const data = require("./data.json");
const path = require("path");
let count = 0;
exports.handler = (event, context, callback) => {
  count += 1;
  setTimeout(() => callback(null, { sum: add(event.a, data.b), count, base: path.basename(__filename) }), 5);
};`,
    "lib/index.js": `exports.add = (a, b) => a + b;`,
    "data.json": `{"b": 2}`,
  }, { event: { a: 1 } });
  expect(JSON.parse(answer.payload)).toEqual({ sum: 3, count: 1, base: "index.js" });
});

test("package.json makes .js an ES module", async () => {
  const { answer } = await once({
    "index.js": `export const handler = async () => typeof require;`,
    "package.json": `{"type": "module"}`,
  });
  expect(answer.payload).toBe('"undefined"');
});

test("a thrown error gives Node's payload and log event", async () => {
  const { answer, logs } = await once(`export const handler = async () => {\n  return x;\n};`);
  // Source: AWS Lambda Developer Guide, "Log and monitor Node.js Lambda functions".
  expect(answer.error).toEqual({
    errorType: "ReferenceError",
    errorMessage: "x is not defined",
    trace: ["ReferenceError: x is not defined", "    at Runtime.handler (file:///var/task/index.mjs:2:3)"],
  });
  expect(logs[0]).toMatch(/\tERROR\tInvoke Error \t\{"errorType":"ReferenceError","errorMessage":"x is not defined","stack":\[/);
});

// Source of these: AWS's published runtime interface client for Node.js.
const FAULTS = [
  [{ "index.mjs": "export const other = 1;" }, "Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
  [{ "other.mjs": "" }, "Runtime.ImportModuleError", "Error: Cannot find module 'index'\nRequire stack:\n- /var/runtime/index.mjs"],
  [{ "index.js": "exports.handler = (" }, "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
  [{ "index.mjs": "export const handler = (" }, "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
  [{ "index.js": `require("nowhere")` }, "Runtime.ImportModuleError", "Error: Cannot find module 'nowhere'\nRequire stack:\n- /var/task/index.js"],
];
for (const [files, errorType, errorMessage] of FAULTS) {
  test(`a fault of the kind ${errorType}: ${Object.values(files)[0]}`, async () => {
    const { answer } = await once(files);
    expect(answer.error.errorType).toBe(errorType);
    if (typeof errorMessage === "string") expect(answer.error.errorMessage).toBe(errorMessage);
    else expect(answer.error.errorMessage).toMatch(errorMessage);
  });
}

test("what is not simulated says so", async () => {
  const missing = await once(`import net from "node:net"; export const handler = async () => 1;`);
  expect(missing.answer.error.errorMessage).toBe("`node:net` is not simulated in Nuvola");
  const member = await once(`import os from "os"; export const handler = async () => os.loadavg();`);
  expect(member.answer.error.errorMessage).toBe("`os.loadavg` is not simulated in Nuvola");
});

test("unserialisable results, rejections that no one waits for, and process.exit", async () => {
  const bigint = await once(`export const handler = async () => 1n;`);
  expect(bigint.answer.error.errorMessage).toBe("Unable to stringify response body");
  const stray = await once(`export const handler = () => new Promise(() => { Promise.reject(new Error("lost")); });`);
  expect(stray.answer).toMatchObject({ exited: true, error: { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" } });
  const exit = await once(`export const handler = async () => process.exit(2);`);
  expect(exit.answer.exited).toBe(true);
  expect(exit.answer.error.errorMessage).toMatch(/Runtime exited with error: exit status 2$/);
});

test("fetch goes to the engine, and nothing else is reachable", async () => {
  const { answer, calls } = await once(`export const handler = async () => {
  const text = await (await fetch("https://sts.eu-south-1.amazonaws.com/", { method: "POST", body: "Action=GetCallerIdentity" })).text();
  let unknown;
  try { await fetch("https://example.org/"); } catch (error) { unknown = error.message; }
  const names = ["indexedDB", "caches", "XMLHttpRequest", "WebSocket", "Worker", "postMessage", "importScripts", "BroadcastChannel"];
  return { account: text.includes("123456789012"), unknown, reachable: names.filter((name) => globalThis[name] !== undefined) };
};`);
  expect(JSON.parse(answer.payload)).toEqual({ account: true, unknown: "fetch failed", reachable: [] });
  expect(calls[0]).toMatchObject({ method: "POST", body: "Action=GetCallerIdentity" });
});

test("allocation without end is out of memory, and the page lives", async () => {
  const endless = [
    `kept.push(Buffer.alloc(1e6))`,
    `kept.push({ kept: kept.length })`,
    `kept.push(new Array(1e7).fill(0.5))`,
    `map.set(map.size, "x")`,
  ];
  for (const line of endless) {
    const { answer } = await once(`const kept = [], map = new Map();\nexport const handler = async () => { for (;;) ${line}; };`);
    expect([line, answer.type]).toEqual([line, "out-of-memory"]);
  }
  const garbage = await once(`export const handler = async () => {
  let sum = 0;
  for (let round = 0; round < 300; round++) sum += Buffer.alloc(1e6).length;
  const list = []; for (let n = 0; n < 1e6; n++) list.push(n);
  return sum + list.length;
};`);
  expect(garbage.answer.payload).toBe("301000000");
});

test("an endless loop is ended by the host", async () => {
  const types = await page.evaluate(async () => {
    const source = `export const handler = async () => { for (;;); };`;
    const { sandbox } = await lab.openFunction({ language: "javascript", files: { "index.mjs": source }, handler: "index.handler" });
    const answer = await lab.invoke(sandbox, {}, 1000);
    sandbox.end();
    return [answer.type, 1 + 1];
  });
  expect(types).toEqual(["silence", 2]);
});
