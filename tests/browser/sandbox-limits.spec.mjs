// What loops, fills memory or writes without end stops as on Lambda, and the page never waits for it.
import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
  await page.evaluate(() => {
    globalThis.longTasks = [];
    const keep = (list) => longTasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(keep).observe({ type: "longtask" });
  });
});
test.beforeEach(() => page.evaluate(() => longTasks.splice(0)));
test.afterAll(() => harness.close());

/** The lab's own page may not be busy for longer than this at a time. */
const LONGEST_TASK_MS = 50;

async function expectResponsivePage() {
  const tasks = await page.evaluate(() => longTasks.splice(0));
  expect(tasks.filter((ms) => ms > LONGEST_TASK_MS)).toEqual([]);
}

function javascript(source, options = {}) {
  const files = { "index.mjs": source };
  return page.evaluate((given) => lab.once(given), { language: "javascript", files, handler: "index.handler", ...options });
}

/** Counts the page's tasks from when the sandbox is up: here, not in the lab, the page hands it its snapshot. */
function python(source) {
  return page.evaluate(async (files) => {
    const { sandbox } = await lab.openFunction({ files, handler: "a.handler" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    longTasks.splice(0);
    const answer = await lab.invoke(sandbox, {});
    sandbox.end();
    return { answer, logs: sandbox.texts("log") };
  }, { "a.py": source });
}

const killed = (maxMemoryMb = 128) => ({ type: "out-of-memory", maxMemoryMb });

// Source of all that is killed: AWS Lambda Developer Guide, "Troubleshoot execution issues in Lambda"
// (a function that takes more memory than it has is ended by a signal).
const FILLS_MEMORY = {
  "a linked list": "let list = null; for (;;) list = { next: list };",
  closures: "let last = null; for (;;) { const before = last; last = () => before; }",
  instances: "class Node { constructor(next) { this.next = next; this.a = 1; } } let list = null; for (;;) list = new Node(list);",
  text: "const kept = []; for (let n = 0; ; n++) kept.push('item ' + n);",
  "one growing text": "let text = ''; for (;;) text += 'x';",
  "parsed JSON": `const kept = []; for (;;) kept.push(JSON.parse('{"a":{"b":[1,2,3]},"c":"text"}'));`,
  generators: "function* make(n) { yield n; } const kept = new Set(); for (let n = 0; ; n++) kept.add(make(n));",
  "numbers by index": "const list = []; for (let n = 0; ; n++) list[n] = n;",
  recursion: "const make = (depth) => (depth ? { left: make(depth - 1), right: make(depth - 1) } : {}); make(40);",
  "10 GB at once": "Buffer.alloc(10 * 1024 ** 3);",
  "a list of 1e9": "new Array(1e9).fill(0);",
  "calls without end": "for (;;) fetch('https://sts.eu-south-1.amazonaws.com/');",
};
for (const [what, body] of Object.entries(FILLS_MEMORY)) {
  test(`JavaScript that keeps ${what} is killed at its memory size`, async () => {
    const { answer } = await javascript(`export const handler = async () => { ${body} };`);
    expect(answer).toMatchObject(killed());
    await expectResponsivePage();
  });
}

test("JavaScript that keeps objects over turns of the event loop is killed; with more memory it is not", async () => {
  const source = (most) => `let list = null, count = 0;
export const handler = () => new Promise((resolve) => {
  const timer = setInterval(() => {
    for (let n = 0; n < 1e5; n++) list = { next: list, n };
    count += 1e5;
    if (count >= ${most}) { clearInterval(timer); resolve(count); }
  }, 0);
});`;
  expect((await javascript(source(Infinity))).answer).toMatchObject(killed());
  const { answer } = await javascript(source(3e6), { memoryMb: 512 });
  expect(answer.payload).toBe("3000000");
  expect(answer.maxMemoryMb).toBeGreaterThan(128);
});

// Each makes some gigabytes in all and keeps little. Source: our reasoning; what is not kept is collected.
const MAKES_GARBAGE = {
  objects: ["let sum = 0; for (let n = 0; n < 2e7; n++) { const made = { n, list: [n] }; sum += made.list.length; } return sum;", 2e7],
  text: ["let sum = 0; for (let n = 0; n < 1e7; n++) { const made = `user-${n}-${n}`; sum += made.length > 5; } return sum;", 1e7],
  buffers: ["let sum = 0; for (let n = 0; n < 3000; n++) sum += Buffer.alloc(1e6).length; return sum;", 3e9],
  "a window": ["const last = []; for (let n = 0; n < 3e6; n++) last[n % 1e4] = { n, text: 'x' + n }; return last.length;", 1e4],
  "texts piece by piece": ["let sum = 0; for (let m = 0; m < 10; m++) { let text = ''; for (let n = 0; n < 5e5; n++) text += 'x'; sum += text.length; } return sum;", 5e6],
};
for (const [what, [body, result]] of Object.entries(MAKES_GARBAGE)) {
  test(`JavaScript that makes and drops ${what} is not killed`, async () => {
    const { answer } = await javascript(`export const handler = async () => { ${body} };`);
    expect(answer.payload).toBe(String(result));
    await expectResponsivePage();
  });
}

test("counting leaves lines, columns and names as the student wrote them", async () => {
  const source = `export const handler = async () => {
  const parts = [{ a: 1 }, [2], \`t\${3}\`]; const second = (x) => { parts.push({ x: [x] }, x + parts); throw new Error("here"); };
  const optional = undefined?.map((x) => x + 1)?.length;
  const groups = {}; let count = 0; (groups.a ??= []).push(count++, count++);
  if (second.name !== "second" || optional !== undefined || groups.a.join() !== "0,1" || count !== 2) return "changed";
  second(1);
};`;
  const { answer } = await javascript(source);
  const column = source.split("\n")[1].indexOf("new Error") + 1;
  // Source: the source's own places; Node.js reports where `new` stands.
  expect(answer.error.trace.slice(0, 3)).toEqual([
    "Error: here",
    `    at second (file:///var/task/index.mjs:2:${column})`,
    "    at Runtime.handler (file:///var/task/index.mjs:6:3)",
  ]);
  const script = { "index.js": "exports.handler = async () => { const a = { b: 1 }; null.x; };" };
  const common = await page.evaluate((files) => lab.once({ language: "javascript", files, handler: "index.handler" }), script);
  expect(common.answer.error.trace[1]).toContain(`handler (/var/task/index.js:1:${script["index.js"].indexOf("x; }") + 1})`);
});

test("counting costs little where numbers are computed", async () => {
  const loop = "let sum = 0; for (let n = 0; n < 4e7; n++) { sum += n % 7; sum = sum + (n & 3); }";
  const { answer } = await javascript(`const timed = (run) => { const start = performance.now(); run(); return performance.now() - start; };
export const handler = async () => {
  const plain = (0, eval)(${JSON.stringify(`() => { ${loop} }`)});
  const counted = () => { ${loop} };
  return [1, 2, 3].map(() => timed(counted) / timed(plain)).sort((a, b) => a - b)[0];
};`);
  console.log("counted against plain, numbers:", Number(answer.payload).toFixed(2));
  expect(Number(answer.payload)).toBeLessThan(1.5);
});

const PYTHON_FILLS = {
  objects: "    class Node:\n        pass\n    kept = []\n    while True:\n        node = Node()\n        node.n = len(kept)\n        kept.append(node)",
  bytes: "    kept = []\n    while True:\n        kept.append(bytes(1000))",
  "one growing text": "    text = 'x'\n    while True:\n        text += text",
  "10 GB at once": "    return len(bytearray(10 * 1024 ** 3))",
  "a list of 1e9": "    return len([0] * 10 ** 9)",
};
for (const [what, body] of Object.entries(PYTHON_FILLS)) {
  test(`Python that keeps ${what} is killed at its memory size`, async () => {
    const { answer } = await python(`def handler(event, context):\n${body}`);
    expect(answer).toMatchObject(killed());
    await expectResponsivePage();
  });
}

// Source: our reasoning. Lambda keeps running, and so must the lab, without keeping a gigabyte.
const NOTICE = "[Nuvola] this invocation logs more than 10,000 events or 10 MB: the rest is not kept";

test("a log of 1 GB ends with a notice, and the function goes on", async () => {
  const written = [
    await javascript(`export const handler = async () => { const line = "x".repeat(1e5); for (let n = 0; n < 1e4; n++) console.log(line); return "done"; };`),
    await javascript(`export const handler = async () => { for (let n = 0; n < 1e5; n++) console.log(n); return "done"; };`),
    await javascript(`export const handler = async () => { process.stdout.write("x".repeat(2e7) + "\\n"); return "done"; };`, { memoryMb: 512 }),
    await python("def handler(event, context):\n    line = 'x' * 10**5\n    for n in range(10**4):\n        print(line)\n    return 'done'"),
    await python("def handler(event, context):\n    for n in range(2 * 10**4):\n        print(n)\n    return 'done'"),
    await python("def handler(event, context):\n    for n in range(2000):\n        print('x' * 10**4, end='')\n    return 'done'"),
  ];
  for (const { answer, logs } of written) {
    expect(answer.payload).toBe('"done"');
    expect(logs.at(-1)).toBe(NOTICE);
    expect(logs.length).toBeLessThanOrEqual(10_001);
    expect(logs.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(11e6);
    expect(Math.max(...logs.map((text) => text.length))).toBeLessThanOrEqual(262_144);
  }
});

test("a program in the terminal that writes without end waits for the terminal", async () => {
  const counted = await page.evaluate(async () => {
    const { sandbox } = await lab.open({ kind: "process", memoryLimitMb: 512 });
    const source = "while True:\n    print('x' * 10**6)";
    await new Promise((resolve) => setTimeout(resolve, 50));
    longTasks.splice(0);
    sandbox.post({
      type: "run", argv: ["python", "a.py"], cwd: "", files: [{ path: "a.py", bytes: new TextEncoder().encode(source) }],
      env: {}, columns: 80, isTty: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const characters = sandbox.texts("stdout").join("").length;
    sandbox.end();
    return characters;
  });
  expect(counted).toBeGreaterThan(500_000);
  expect(counted).toBeLessThan(15e6);
  await expectResponsivePage();
});

test("a thousand timers fire, and an endless loop leaves the page alone", async () => {
  const timers = await javascript(`export const handler = () => new Promise((resolve) => {
  let fired = 0;
  for (let n = 0; n < 1000; n++) setTimeout(() => { fired += 1; if (fired === 1000) resolve(fired); }, n % 10);
});`);
  expect(timers.answer.payload).toBe("1000");
  const slept = await python(`import asyncio
async def one():
    await asyncio.sleep(0.01)
    return 1
async def all():
    return sum(await asyncio.gather(*(one() for _ in range(1000))))
def handler(event, context):
    return asyncio.run(all())`);
  expect(slept.answer.payload).toBe("1000");
  const endless = await page.evaluate(async () => {
    const answers = [];
    for (const [language, name, source] of [["javascript", "a.mjs", "export const handler = async () => { for (;;); };"], ["python", "a.py", "def handler(event, context):\n    while True: pass"]]) {
      const { sandbox } = await lab.openFunction({ language, files: { [name]: source }, handler: "a.handler" });
      await new Promise((resolve) => setTimeout(resolve, 50));
      longTasks.splice(0);
      answers.push((await lab.invoke(sandbox, {}, 1000)).type);
      sandbox.end();
    }
    return answers;
  });
  expect(endless).toEqual(["silence", "silence"]);
  await expectResponsivePage();
});

test("several functions that fill memory at the same time do not take the page down", async () => {
  const source = "let list = null; export const handler = async () => { for (;;) list = { next: list }; };";
  const answers = await page.evaluate((files) => {
    const one = () => lab.once({ language: "javascript", files, handler: "index.handler" });
    return Promise.all([one(), one(), one(), one()]).then((all) => all.map(({ answer }) => answer.type));
  }, { "index.mjs": source });
  expect(answers).toEqual(Array(4).fill("out-of-memory"));
});
