// The page's figures, on the release build in Chromium: medians of one run, each against its target.
// Run by `cargo xtask bench`; nothing here fails a build, since machines differ.
import { test } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { serve } from "../browser/static-server.mjs";

/** Name, unit, target. */
const TARGETS = {
  coldStart: ["cold start of Python with boto3, from the snapshot", "ms", 1000],
  warmOverhead: ["overhead of a warm invocation", "ms", 10],
  boto3Call: ["boto3 call (list_buckets)", "ms", 10],
  check: ["check of a 500-line file (keystroke to squiggles, without drawing)", "ms", 100],
  apply: ["terraform apply of the first project", "ms", undefined],
};

test("figures", async ({ page }) => {
  test.setTimeout(600_000);
  const server = await serve(["dist", "tests/browser/harness"]);
  // Any page of the same origin that has no policy of its own.
  await page.goto(`${server.url}cloud.js`);
  const figures = await page.evaluate(measure, server.url);
  server.close();
  console.log("");
  for (const [key, [name, unit, target]] of Object.entries(TARGETS)) {
    const ratio = target ? `  ${(figures[key] / target).toFixed(2)} of the target ${target} ${unit}` : "";
    console.log(`  ${figures[key].toFixed(1).padStart(9)} ${unit}  ${name}${ratio}`);
  }
  if (process.env.BENCH_JSON) writeFileSync(process.env.BENCH_JSON, JSON.stringify(figures, null, 1));
});

/** Runs in the page. */
async function measure(base) {
  const { Cloud } = await import(`${base}cloud.js`);
  const cloud = new Cloud(`${base}nuvola-cloud_loader.js`);
  await cloud.ready();
  const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  const time = async (action) => {
    const began = performance.now();
    const result = await action();
    return [performance.now() - began, result];
  };
  const handler = `
import boto3, json, os, time
s3 = boto3.client("s3")

def lambda_handler(event, context):
    times = []
    for _ in range(event.get("calls", 0)):
        began = time.perf_counter()
        try:
            s3.list_buckets()
        except Exception:
            pass
        times.append((time.perf_counter() - began) * 1000)
    return times
`;
  await cloud.line("terraform init");
  await cloud.write("lambda_function.py", handler);
  const [apply] = await time(() => cloud.line("terraform apply -auto-approve"));
  const invoke = (event) => time(() => cloud.ask({ invoke: { function: "pow", event: JSON.stringify(event) } }));
  // The first start on a device unpacks Python and makes the snapshot.
  await invoke({});
  const cold = [];
  for (let round = 0; round < 5; round++) {
    await cloud.write("lambda_function.py", `${handler}# ${round}\n`);
    await cloud.line("terraform apply -auto-approve");
    const [, reply] = await invoke({});
    cold.push(reply.report.initDurationMs);
  }
  const warm = [];
  for (let round = 0; round < 30; round++) {
    const [wall, reply] = await invoke({});
    warm.push(wall - reply.report.durationMs);
  }
  const [, calls] = await invoke({ calls: 30 });
  const { text } = await lines(cloud);
  const checks = [];
  for (let round = 0; round < 20; round++) {
    const unsaved = [["main.tf", `${text}# ${round}\n`]];
    const [wall] = await time(() => cloud.ask({ check: { unsaved } }));
    checks.push(wall);
  }
  return {
    coldStart: median(cold),
    warmOverhead: median(warm),
    boto3Call: median(JSON.parse(calls.payload)),
    check: median(checks),
    apply,
  };

  /** The project's configuration, made 500 lines long. */
  async function lines() {
    const { content } = await cloud.ask({ readFile: { path: "main.tf" } });
    let text = atob(content);
    for (let at = 0; text.split("\n").length < 500; at++) {
      text += `\nresource "aws_s3_bucket" "more_${at}" {\n  bucket = "\${var.name}-more-${at}"\n  tags   = local.tags\n}\n`;
    }
    return { text };
  }
}
