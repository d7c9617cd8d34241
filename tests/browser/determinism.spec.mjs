// The same journal gives the same state hash in wasm and natively.
import { expect, test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { serve } from "./static-server.mjs";

const NUVOLA = process.env.NUVOLA_BIN ?? "target/debug/nuvola";

test("the same journal gives the same state hash in the page and natively", async ({ page }) => {
  expect(existsSync(NUVOLA), `${NUVOLA} is built before the browser tests`).toBe(true);
  const server = await serve(["dist", "tests/browser/harness"]);
  // Any page of the same origin that has no policy of its own.
  await page.goto(`${server.url}cloud.js`);
  const { hash, journal } = await page.evaluate(live, server.url);
  server.close();
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/journal.json", JSON.stringify(journal));
  expect(journal.entries.length).toBeGreaterThan(10);
  expect(execFileSync(NUVOLA, ["replay", "test-results/journal.json"], { encoding: "utf8" }).trim()).toBe(hash);
});

/** Runs in the page: a short life of a lab, then its hash and its journal. */
async function live(base) {
  const { Cloud, journal } = await import(`${base}cloud.js`);
  const cloud = new Cloud(`${base}nuvola-cloud_loader.js?keep-journal`);
  await cloud.ready();
  await cloud.line("terraform init");
  await cloud.line("terraform apply -auto-approve");
  await cloud.line("echo a | wc -c > count.txt");
  // Inputs are on their way to storage, and timers may be due: the hash counts when nothing has come between.
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = await journal();
    const { hash } = await cloud.ask("stateHash");
    const entries = await journal();
    if (entries.length === before.length) return { hash, journal: { snapshot: null, entries } };
  }
}
