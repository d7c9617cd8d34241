// A scripted stand-in for the cloud's worker: it answers the page's commands with fixed views, so that the
// page's own tests need no engine. What it says is not what AWS would say: only the form is right.
"use strict";

const files = new Map(Object.entries(SCRIPTED_FILES));
let terraformRuns = null;
let applied = false;
let invocations = 0;

const send = (...events) => postMessage(JSON.stringify(events));
const decode = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const later = (ms, act) => setTimeout(act, ms);

const GENERATED = /^(\.terraform|terraform\.tfstate|.*\.zip$)/;
const PROMPT = "\x1b[1;32mstudent@nuvola\x1b[0m:\x1b[1;34m~/pow\x1b[0m$ ";

function filesEvent() {
  const list = [...files].map(([path, text]) => ({ path, sizeBytes: text.length, generated: GENERATED.test(path) }));
  return { type: "files", project: "pow", files: list };
}

function terminalState(waitsFor, first = {}) {
  const prompt = waitsFor === "command" ? PROMPT : "";
  return { type: "terminalState", terminal: 1, waitsFor, prompt, scrollback: "", history: [], ...first };
}

const print = (data) => send({ type: "terminalOutput", terminal: 1, data: data.replaceAll("\n", "\r\n") });

// --- the map -----------------------------------------------------------------------------------------

const NODES = [
  ["aws_iam_role.function", "aws_iam_role", "pow-role", "", null],
  ["aws_iam_role_policy_attachment.logs", "aws_iam_role_policy_attachment", "logs", "", "aws_iam_role.function"],
  ["aws_lambda_function.pow", "aws_lambda_function", "pow", "python3.13", null],
  ["aws_lambda_function_url.pow", "aws_lambda_function_url", "pow", "https://x1.lambda-url.eu-south-1.on.aws/", "aws_lambda_function.pow"],
  ["aws_lambda_permission.api", "aws_lambda_permission", "api", "", "aws_lambda_function.pow"],
  ["aws_api_gateway_rest_api.api", "aws_api_gateway_rest_api", "pow-api", "", null],
  ["aws_api_gateway_resource.pow", "aws_api_gateway_resource", "pow", "/pow", "aws_api_gateway_rest_api.api"],
  ["aws_api_gateway_method.get", "aws_api_gateway_method", "GET", "", "aws_api_gateway_rest_api.api"],
  ["aws_api_gateway_integration.get", "aws_api_gateway_integration", "GET", "AWS_PROXY", "aws_api_gateway_rest_api.api"],
  ["aws_api_gateway_stage.prod", "aws_api_gateway_stage", "prod", "", "aws_api_gateway_rest_api.api"],
  ["aws_s3_bucket.site", "aws_s3_bucket", "pow-site-123456789012", "", null],
  ["aws_s3_bucket_policy.site", "aws_s3_bucket_policy", "site", "", "aws_s3_bucket.site"],
  ["aws_s3_object.page", "aws_s3_object", "index.html", "", "aws_s3_bucket.site"],
];
const EDGES = [
  ["aws_lambda_function.pow", "aws_iam_role.function", "assumes"],
  ["aws_lambda_function.pow", "aws_s3_bucket.site", "uses"],
  ["aws_api_gateway_rest_api.api", "aws_lambda_function.pow", "invokes"],
];
const statuses = new Map(NODES.map(([id]) => [id, "planned"]));

function mapEvent() {
  const nodes = NODES.map(([id, kind, title, subtitle, parent]) => (
    { id, kind, title, subtitle, address: id, status: statuses.get(id), parent }
  ));
  return { type: "map", nodes, edges: EDGES.map(([from, to, label]) => ({ from, to, label })) };
}

function traffic(from, to, title, outcome, failed = false) {
  return { type: "traffic", atMs: Date.now(), from, to, title, outcome, failed, durationMs: 12 };
}

// --- terminal ----------------------------------------------------------------------------------------

function onLine(line) {
  if (terraformRuns === "asks") return onAnswer(line);
  send(terminalState("nothing"));
  if (line.includes("terraform apply")) return askApproval();
  if (line === "sleep") return;
  if (line) print(line.startsWith("echo ") ? `${line.slice(5)}\n` : `${line.split(" ")[0]}: command not found\n`);
  send(terminalState("command"));
}

function askApproval() {
  files.set(".terraform.lock.hcl", "");
  send(filesEvent());
  print("\x1b[0m\x1b[1mInitializing the backend...\x1b[0m\n\n\x1b[32mTerraform has been successfully initialized!\x1b[0m\n\n");
  print("Terraform will perform the following actions:\n\n\x1b[1m  # aws_lambda_function.pow\x1b[0m will be created\n");
  print('\x1b[32m  +\x1b[0m resource "aws_lambda_function" "pow" {\n      \x1b[32m+\x1b[0m runtime = "python3.13"\n    }\n\n');
  print("\x1b[1mPlan:\x1b[0m 13 to add, 0 to change, 0 to destroy.\n\n\x1b[1mDo you want to perform these actions?\x1b[0m\n");
  print("  Terraform will perform the actions described above.\n  Only 'yes' will be accepted to approve.\n\n  \x1b[1mEnter a value:\x1b[0m ");
  terraformRuns = "asks";
  send(terminalState("answer"));
}

function onAnswer(line) {
  terraformRuns = null;
  send(terminalState("nothing"));
  if (line !== "yes") {
    print("\nApply cancelled.\n");
    return send(terminalState("command"));
  }
  NODES.forEach(([id], index) => {
    later(40 * index, () => {
      statuses.set(id, "creating");
      print(`\x1b[1m${id}: Creating...\x1b[0m\n`);
      send(mapEvent(), traffic("client", id, "Create", "200"));
    });
    later(40 * index + 160, () => {
      statuses.set(id, "ready");
      send(mapEvent());
    });
  });
  later(40 * NODES.length + 300, () => {
    applied = true;
    print("\n\x1b[1m\x1b[32mApply complete! Resources: 13 added, 0 changed, 0 destroyed.\x1b[0m\n");
    send(terminalState("command"));
  });
}

// --- panels ------------------------------------------------------------------------------------------

function panel(node) {
  const [id, kind, title] = NODES.find(([other]) => other === node);
  const facts = {
    type: "facts",
    title: "Properties",
    facts: [["arn", `arn:aws:lambda:eu-south-1:123456789012:function:${title}`], ["runtime", "python3.13"], ["memory_size", "128"]]
      .map(([label, value]) => ({ label, value })),
  };
  const sections = {
    aws_lambda_function: [
      { type: "test", function: "pow", events: [["GET x=2, y=10", '{\n  "httpMethod": "GET",\n  "queryStringParameters": { "x": "2", "y": "10" }\n}'], ["empty", "{}"]] },
      facts,
      { type: "logs", title: "Log", lines: [{ atMs: Date.now(), text: "START RequestId: 1 Version: $LATEST" }, { atMs: Date.now(), text: "[ERROR] KeyError: 'x'" }] },
    ],
    aws_s3_bucket: [
      { type: "links", title: "Website", links: [{ label: "Open the website", url: "http://site.example/" }] },
      { type: "table", title: "Objects", columns: ["Key", "Size (bytes)"], rows: [["index.html", "1184"]] },
      { type: "code", title: "policy", language: "json", text: '{\n  "Version": "2012-10-17"\n}' },
      facts,
    ],
  };
  return { type: "panel", node: id, kind, title, address: id, sections: sections[kind] ?? [facts] };
}

function invocation(event) {
  invocations += 1;
  const environment = { id: "env-0123456789ab", function: "pow", invocations, sinceMs: Date.now() };
  send({ type: "environments", environments: [{ ...environment, phase: "idle" }] });
  send(traffic("aws_api_gateway_rest_api.api", "aws_lambda_function.pow", "Invoke", "200"));
  const failed = event.includes("fail");
  return {
    type: "invocation", function: "pow", status: 200, error: failed ? "Unhandled" : null,
    payload: failed ? '{\n  "errorMessage": "no"\n}' : '{\n  "statusCode": 200,\n  "body": "{\\"result\\": 1024}"\n}',
    log: "START RequestId: 1 Version: $LATEST\nhello\nEND RequestId: 1\nREPORT RequestId: 1\tDuration: 2.31 ms\n",
    report: { requestId: "1", durationMs: 2.31, billedDurationMs: 103, memorySizeMb: 128, maxMemoryUsedMb: 38, initDurationMs: invocations === 1 ? 100.2 : null },
  };
}

// --- preview -----------------------------------------------------------------------------------------

const PAGE = `<!doctype html><html><head><title>Powers</title><link rel="stylesheet" href="style.css"></head><body><h1>Powers</h1>
<a href="/next?a=1">next</a> <form action="/form"><input name="q" value="x"><button>go</button></form>
<button id="call">call</button><output id="out"></output><img id="i" src="dot.svg" alt="dot">
<script src="page.js"></script></body></html>`;
const SITE = {
  "/": ["text/html", PAGE],
  "/style.css": ["text/css", "h1{color:rgb(1, 2, 3)}"],
  "/dot.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'],
  "/page.js": ["text/javascript", `const out = document.getElementById("out");
    document.getElementById("call").onclick = () => fetch("https://api.example/pow?x=2").then((r) => r.json()).then((b) => { out.textContent = b.result; }).catch((e) => { out.textContent = e.message; });
    console.log("ready", { a: 1 });`],
};

function page({ url, method }) {
  const address = new URL(url);
  const reply = { type: "page", url, status: 200, headers: [], contentType: "", body: "", error: null };
  if (!address.hostname.endsWith(".example")) return { ...reply, status: 0, error: "ERR_NAME_NOT_RESOLVED" };
  const [contentType, text] = SITE[address.pathname] ?? ["text/plain", `${method} ${address.pathname}${address.search}`];
  return { ...reply, contentType, body: encode(text) };
}

let corsHeader = false;

function fetched({ url, pageUrl, method }) {
  const origin = new URL(pageUrl).origin;
  const step = { kind: "corsCheck", title: "The answer is judged", verdict: "passed", header: "Access-Control-Allow-Origin", sent: [`${method} /pow?x=2`, `Origin: ${origin}`], received: ["HTTP/1.1 200", "Content-Type: application/json"], explanation: "The answer names every origin." };
  const reply = { type: "fetch", responseType: "cors", url, redirected: false, status: 200, headers: [["content-type", "application/json"]], body: encode('{"result": 1024}'), console: [] };
  const exchange = { pageOrigin: origin, method, url, blocked: false, steps: [step] };
  if (corsHeader) return { ...reply, exchange: { ...exchange, steps: [{ ...step, received: [...step.received, "access-control-allow-origin: *"] }] } };
  corsHeader = true;
  const explanation = "The answer has no Access-Control-Allow-Origin header, so the page may not see it.";
  return {
    ...reply, responseType: "error", status: 0, headers: [], body: "",
    console: [`Access to fetch at '${url}' from origin '${origin}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`],
    exchange: { ...exchange, blocked: true, steps: [{ ...step, verdict: "blocked", explanation }] },
  };
}

// --- commands ----------------------------------------------------------------------------------------

const written = [];

function check(unsaved) {
  const texts = new Map(files);
  unsaved.forEach(([path, text]) => texts.set(path, text));
  const lines = (texts.get("main.tf") ?? "").split("\n");
  const bad = lines.findIndex((line) => line.includes("oops"));
  if (bad < 0) return [];
  const startColumn = lines[bad].indexOf("oops") + 1;
  return [{ path: "main.tf", severity: "error", summary: "Unsupported argument", detail: 'An argument named "oops" is not expected here.', startLine: bad + 1, startColumn, endLine: bad + 1, endColumn: startColumn + 4 }];
}

function answer(asked) {
  const [[type, command]] = typeof asked === "string" ? [[asked, {}]] : Object.entries(asked);
  switch (type) {
    case "attach":
      send(
        filesEvent(),
        terminalState("command", { scrollback: "Nuvola: a cloud in this tab.\r\n\r\n", history: ["ls", "terraform plan"] }),
        mapEvent(),
        { type: "clock", nowMs: Date.now(), paused: false, speed: 1 },
        { type: "environments", environments: [] },
      );
      return { type: "done" };
    case "readFile":
      return files.has(command.path)
        ? { type: "file", path: command.path, content: encode(files.get(command.path)) }
        : { type: "refused", text: `there is no file \`${command.path}\`` };
    case "writeFile":
      files.set(command.path, decode(command.content));
      written.push(command.path);
      send(filesEvent());
      return { type: "done" };
    case "deleteFile":
      for (const path of [...files.keys()]) {
        if (path === command.path || path.startsWith(`${command.path}/`)) files.delete(path);
      }
      send(filesEvent());
      return { type: "done" };
    case "renameFile":
      files.set(command.to, files.get(command.from));
      files.delete(command.from);
      send(filesEvent());
      return { type: "done" };
    case "formatFile": {
      const text = files.get(command.path);
      const formatted = text.replaceAll(/^(\w+)=/gm, "$1 = ");
      return { type: "formatted", text: formatted, changed: formatted !== text };
    }
    case "check":
      return { type: "problems", problems: check(command.unsaved) };
    case "terminalLine":
      onLine(command.line);
      return { type: "done" };
    case "terminalInterrupt":
      print("^C\n");
      send(terminalState("command"));
      return { type: "done" };
    case "complete":
      return { type: "completions", from: 0, candidates: ["terraform "] };
    case "describe":
      return panel(command.node);
    case "invoke":
      return invocation(command.event);
    case "navigate":
      return page(command);
    case "fetch":
      return fetched(command);
    case "setClock":
      send({ type: "clock", nowMs: Date.now(), paused: command.paused, speed: command.speed });
      return { type: "done" };
    case "exportProject":
      return { type: "zip", content: encode("PK"), fileName: "pow.zip" };
    default:
      return { type: "done" };
  }
}

onmessage = ({ data }) => {
  const { id, command } = JSON.parse(data);
  const reply = answer(command);
  send({ type: "reply", id, reply });
};
postMessage("ready");
