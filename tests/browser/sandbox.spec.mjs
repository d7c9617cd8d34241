import { test, expect } from "@playwright/test";
import { serve } from "./static-server.mjs";

let server;
let page;
test.beforeAll(async ({ browser }) => {
  server = await serve(["public", "tests/browser/harness"]);
  page = await browser.newPage();
  page.on("console", (m) => console.log("console:", m.text()));
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.lab);
});
test.afterAll(() => server.close());

test("a later start restores the snapshot", async () => {
  const figures = await page.evaluate(async () => {
    const out = [];
    for (let i = 0; i < 4; i++) {
      const { sandbox, booted } = await lab.open({});
      out.push(booted, lab.snapshots.get("boto3")?.byteLength);
      sandbox.end(); if (booted.type !== "booted") break;
    }
    return out;
  });
  console.log(figures);
});
