import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

/** Runs one Python function once, in its own sandbox. */
function once(source, options = {}) {
  return page.evaluate((given) => lab.once(given), {
    files: { "lambda_function.py": source },
    handler: "lambda_function.lambda_handler",
    ...options,
  });
}

test("a later start restores the snapshot", async () => {
  const starts = await page.evaluate(async () => {
    const found = [];
    for (let start = 0; start < 4; start++) {
      const { sandbox, booted } = await lab.open();
      sandbox.end();
      found.push(booted);
    }
    return found;
  });
  console.log("start of Python, ms:", starts.map(({ ms }) => Math.round(ms)).join(", "));
  expect(starts.map(({ type, fromSnapshot }) => [type, fromSnapshot])).toEqual([
    ["booted", false],
    ["booted", true],
    ["booted", true],
    ["booted", true],
  ]);
});

test("a snapshot of other files is refused, not restored", async () => {
  const types = await page.evaluate(async () => {
    if (!lab.snapshots.has("boto3")) (await lab.open()).sandbox.end();
    const kept = lab.snapshots.get("boto3");
    const tried = [];
    for (const bytes of [new ArrayBuffer(0), new ArrayBuffer(64), kept.slice(0, 1e6)]) {
      lab.snapshots.set("boto3", bytes);
      const { sandbox, booted } = await lab.open();
      sandbox.end();
      tried.push(booted.reason);
    }
    lab.snapshots.set("boto3", kept);
    return tried;
  });
  expect(types).toEqual(["snapshot-refused", "snapshot-refused", "snapshot-refused"]);
});

test("a handler answers, logs, and sees the engine's clock and its context", async () => {
  const { answer, logs } = await once(
    `import json, logging, os, time
logger = logging.getLogger()
logger.setLevel("INFO")
def lambda_handler(event, context):
    print("x is", event["x"])
    logger.info("two\\nlines")
    return {
        "power": int(event["x"]) ** int(event["y"]),
        "time": time.strftime("%Y-%m-%d %H", time.localtime()),
        "left": 2500 < context.get_remaining_time_in_millis() <= 3000,
        "name": context.function_name, "version": context.function_version,
        "memory": context.memory_limit_in_mb, "arn": context.invoked_function_arn,
        "cwd": os.getcwd(), "umlaut": "ü",
    }`,
    { event: { x: "2", y: "10" } },
  );
  expect(JSON.parse(answer.payload)).toEqual({
    power: 1024,
    time: "2031-05-06 07",
    left: true,
    name: "pow",
    version: "$LATEST",
    memory: "128",
    arn: "arn:aws:lambda:eu-south-1:123456789012:function:pow",
    cwd: "/var/task",
    umlaut: "ü",
  });
  expect(answer.payload).toContain("ü");
  expect(logs[0]).toBe("x is 2");
  // Source: AWS Lambda Developer Guide, "Log and monitor Python Lambda functions".
  expect(logs[1]).toMatch(/^\[INFO\]\t2031-05-06T07:08:\d\d\.\d{3}Z\t00000000-0000-4000-8000-\d{12}\ttwo\nlines$/);
  expect(answer.maxMemoryMb).toBeLessThan(128);
});

test("a raised error gives AWS's payload and log event", async () => {
  const { answer, logs } = await once(`def lambda_handler(event, context):\n    return undefined_name\n`);
  // Source: AWS Lambda Developer Guide, "Python function errors in Lambda".
  expect(answer.error).toEqual({
    errorMessage: "name 'undefined_name' is not defined",
    errorType: "NameError",
    requestId: answer.requestId,
    stackTrace: ['  File "/var/task/lambda_function.py", line 2, in lambda_handler\n    return undefined_name\n'],
  });
  expect(logs).toEqual([
    "[ERROR] NameError: name 'undefined_name' is not defined\nTraceback (most recent call last):\n" +
      '\u00a0\u00a0File "/var/task/lambda_function.py", line 2, in lambda_handler\n\u00a0\u00a0\u00a0\u00a0return undefined_name',
  ]);
});

// Source of these: AWS's published runtime interface client for Python, and the Lambda Developer
// Guide, "Troubleshoot execution issues in Lambda".
const FAULTS = [
  ["def lambda_handler(event, context):\n    return {1, 2}", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable"],
  ["import nowhere", "Runtime.ImportModuleError", "Unable to import module 'lambda_function': No module named 'nowhere'"],
  ["def other(event, context): pass", "Runtime.HandlerNotFound", "Handler 'lambda_handler' missing on module 'lambda_function'"],
  ["def lambda_handler(event, context)\n    pass", "Runtime.UserCodeSyntaxError", "Syntax error in module 'lambda_function': expected ':' (lambda_function.py, line 1)"],
];
for (const [source, errorType, errorMessage] of FAULTS) {
  test(`a fault of the kind ${errorType}`, async () => {
    const { answer } = await once(source);
    expect(answer.error.errorType).toBe(errorType);
    expect(answer.error.errorMessage).toBe(errorMessage);
  });
}

test("a handler name without a dot is malformed", async () => {
  const { answer } = await once("", { handler: "lambda_function" });
  expect(answer.error.errorType).toBe("Runtime.MalformedHandlerName");
});

test("sys.exit ends the runtime", async () => {
  const { answer } = await once("import sys\ndef lambda_handler(event, context):\n    sys.exit(3)");
  expect(answer.exited).toBe(true);
  expect(answer.error.errorType).toBe("Runtime.ExitError");
  expect(answer.error.errorMessage).toBe(`RequestId: ${answer.requestId} Error: Runtime exited with error: exit status 3`);
});

test("globals and /tmp survive between invocations, and the package is read-only", async () => {
  const results = await page.evaluate(async () => {
    const source = `import os
count = 0
def lambda_handler(event, context):
    global count
    count += 1
    with open("/tmp/count", "a") as file:
        file.write("x")
    try:
        open("/var/task/new", "w")
        denied = None
    except OSError as error:
        denied = str(error)
    return [count, os.path.getsize("/tmp/count"), denied]`;
    const { sandbox } = await lab.openFunction({ files: { "a.py": source }, handler: "a.lambda_handler" });
    const answers = [];
    for (let round = 0; round < 5; round++) answers.push(await lab.invoke(sandbox, {}));
    sandbox.end();
    return answers;
  });
  const denied = "[Errno 30] Read-only file system: '/var/task/new'";
  expect(results.slice(0, 2).map(({ payload }) => JSON.parse(payload))).toEqual([
    [1, 1, denied],
    [2, 2, denied],
  ]);
  console.log("warm invocation, ms:", results.map(({ durationMs }) => durationMs.toFixed(1)).join(", "));
});

test("boto3 calls go through the transport, signed", async () => {
  const { answer, calls } = await once(`import boto3, io, time
s3 = boto3.client("s3")
def lambda_handler(event, context):
    started = time.perf_counter()
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    ms = []
    for _ in range(20):
        started = time.perf_counter()
        s3.list_buckets()
        ms.append((time.perf_counter() - started) * 1000)
    s3.put_object(Bucket="pow-web", Key="a.txt", Body=b"hello")
    s3.upload_fileobj(io.BytesIO(b"hello"), "pow-web", "b.txt")
    s3.download_file("pow-web", "a.txt", "/tmp/a.txt")
    s3.upload_file("/tmp/a.txt", "pow-web", "c.txt")
    body = s3.get_object(Bucket="pow-web", Key="a.txt")["Body"].read().decode()
    try:
        s3.list_objects_v2(Bucket="other")
        code = None
    except s3.exceptions.ClientError as error:
        code = str(error)
    return {"names": names, "body": body, "code": code, "ms": sorted(ms)[10]}`);
  expect(answer.error).toBeUndefined();
  const { ms, ...result } = JSON.parse(answer.payload);
  console.log("boto3 call, ms:", ms.toFixed(1));
  expect(result).toEqual({
    names: ["pow-web"],
    body: "hello",
    code: "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied",
  });
  expect(calls[0].url).toBe("https://s3.eu-south-1.amazonaws.com/");
  const headers = Object.fromEntries(calls[0].headers.map(([name, value]) => [name.toLowerCase(), value]));
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20310506\/eu-south-1\/s3\/aws4_request/);
});

test("urllib and urllib3 go the same way; unknown hosts are unknown", async () => {
  const { answer } = await once(`import urllib.request, urllib3
def lambda_handler(event, context):
    url = "https://sts.eu-south-1.amazonaws.com/?Action=GetCallerIdentity"
    found = [b"123456789012" in urllib.request.urlopen(url).read()]
    found.append(b"123456789012" in urllib3.PoolManager().request("GET", url).data)
    try:
        urllib.request.urlopen("https://example.org/")
    except OSError as error:
        found.append(str(error))
    return found`);
  expect(JSON.parse(answer.payload)).toEqual([true, true, "<urlopen error Name or service not known>"]);
});

test("recursion, sleep, asyncio, and threads, which are missing", async () => {
  const { answer } = await once(`import asyncio, threading, time
def deep(n):
    return deep(n + 1)
async def later():
    await asyncio.sleep(0.01)
    return "later"
def lambda_handler(event, context):
    started = time.time()
    time.sleep(0.05)
    found = [0.04 < time.time() - started < 2, asyncio.run(later())]
    for attempt in (lambda: deep(0), lambda: threading.Thread(target=print).start()):
        try:
            attempt()
        except Exception as error:
            found.append(type(error).__name__)
    return found`);
  expect(answer.error).toBeUndefined();
  expect(JSON.parse(answer.payload)).toEqual([true, "later", "RecursionError", "RuntimeError"]);
});

test("an interpreter that breaks ends the environment, not the page", async () => {
  const { answer } = await once(`import sys
sys.setrecursionlimit(10**8)
class A:
    def __repr__(self): return repr(self)
def lambda_handler(event, context):
    return repr(A())`);
  expect(answer.exited).toBe(true);
  expect(answer.error.errorMessage).toMatch(/signal: segmentation fault$/);
});

test("student code reaches neither network nor storage nor the host", async () => {
  const { answer } = await once(`import js
def lambda_handler(event, context):
    names = "fetch indexedDB caches XMLHttpRequest WebSocket Worker postMessage importScripts BroadcastChannel"
    return [name for name in names.split() if getattr(js, name, None) is not None] + [
        name for name in ("storage", "serviceWorker") if getattr(js.navigator, name, None) is not None]`);
  expect(JSON.parse(answer.payload)).toEqual([]);
});

test("an endless loop is ended by the host", async () => {
  const types = await page.evaluate(async () => {
    const { sandbox } = await lab.openFunction({
      files: { "a.py": "def h(event, context):\n    while True: pass" },
      handler: "a.h",
    });
    const answer = await lab.invoke(sandbox, {}, 1500);
    sandbox.end();
    const next = await lab.once({ files: { "a.py": "def h(event, context): return 1" }, handler: "a.h" });
    return [answer.type, next.answer.payload];
  });
  expect(types).toEqual(["silence", "1"]);
});

test("allocation without end is reported as out of memory, and the page lives", async () => {
  const { answer } = await once("def lambda_handler(event, context):\n    kept = []\n    while True: kept.append('x' * 100000 + str(len(kept)))");
  expect(answer.type).toBe("out-of-memory");
  expect(answer.maxMemoryMb).toBe(128);
  const { answer: big } = await once("def lambda_handler(event, context):\n    return len(bytearray(10**9))");
  expect(big.type).toBe("out-of-memory");
  const { answer: fits } = await once("def lambda_handler(event, context):\n    return len(bytearray(50 * 10**6))");
  expect(fits.payload).toBe("50000000");
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
});
