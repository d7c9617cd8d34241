// The same journal gives the same state hash in wasm and natively.
import { expect, test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { serve } from "./static-server.mjs";

const NUVOLA = process.env.NUVOLA_BIN ?? "target/debug/nuvola";

test("the same journal gives the same state hash in the page and natively", async ({ page }) => {
  expect(existsSync(NUVOLA), `${NUVOLA} is built before the browser tests`).toBe(true);
  const server = await serve(["dist"]);
  await page.goto(`${server.url}preview/frame.html`);
  const { hash, journal } = await page.evaluate(runLab, new URL("nuvola-cloud_loader.js?keep-journal", server.url).href);
  server.close();
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/journal.json", JSON.stringify(journal));
  expect(journal.entries.length).toBeGreaterThan(10);
  expect(execFileSync(NUVOLA, ["replay", "test-results/journal.json"], { encoding: "utf8" }).trim()).toBe(hash);
});

/** Runs in the page: a short life of a lab, then its hash and its journal. */
async function runLab(worker) {
  const cloud = new Worker(worker);
  const waiting = [];
  let next = 1;
  const until = (accepts) => new Promise((resolve) => waiting.push({ accepts, resolve }));
  cloud.onmessage = ({ data }) => {
    const events = data === "ready" ? [{ type: "ready" }] : JSON.parse(data);
    for (const event of events) {
      for (const entry of waiting.filter(({ accepts }) => accepts(event))) {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.resolve(event);
      }
    }
  };
  const ask = (command) => {
    const id = next++;
    const reply = until((event) => event.type === "reply" && event.id === id);
    cloud.postMessage(JSON.stringify({ id, command }));
    return reply;
  };
  const line = async (text) => {
    const done = until((event) => event.type === "terminalState" && event.waitsFor === "command");
    await ask({ type: "terminalLine", terminal: 1, line: text });
    await done;
  };
  await until((event) => event.type === "ready");
  await line("terraform init");
  await line("terraform apply -auto-approve");
  await line("echo a | wc -c > count.txt");
  // Inputs are on their way to storage, and timers may be due: the hash counts when nothing has come between.
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = await readAll();
    const { reply } = await ask({ type: "stateHash" });
    const entries = await readAll();
    if (entries.length === before.length) return { hash: reply.hash, journal: { snapshot: null, entries } };
  }

  function readAll() {
    return new Promise((resolve, reject) => {
      const open = indexedDB.open("nuvola");
      open.onerror = () => reject(open.error);
      open.onsuccess = () => {
        const all = open.result.transaction("journal").objectStore("journal").getAll();
        all.onsuccess = () => resolve(all.result);
        all.onerror = () => reject(all.error);
      };
    });
  }
}
