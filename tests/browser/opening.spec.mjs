// The lab opens with the first part of the cloud worker's wasm; the rest comes after it (ARCHITECTURE.md).
// Expected answers: 2 to the power of 10 is 1024; the rest is our own reasoning.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

const REST = "**/nuvola-cloud-rest-*.wasm";
const EARLY = /needed before it had come/;

test.use({ serviceWorkers: "block", viewport: { width: 1440, height: 900 } });
test.describe.configure({ timeout: 300_000 });

let server;
test.beforeAll(async () => {
  server = await serve([process.env.NUVOLA_DIST ?? "dist"]);
});
test.afterAll(() => server.close());

/** Opens the lab; `early` collects what was called before it had come. */
async function open(page) {
  const early = [];
  page.on("console", (message) => EARLY.test(message.text()) && early.push(message.text()));
  const lab = new LabPage(page);
  await lab.open(server.url);
  return { lab, early };
}

/** What the bar at the top says. */
const status = (page) => page.locator(".nv-activity-word");

async function edit(page, text) {
  await page.locator(".monaco-editor .view-line").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await page.keyboard.press("Control+s");
}

test("files, checks and the map need nothing of the rest; an apply waits for it", async ({ page }) => {
  let let_through;
  const held = new Promise((resolve) => (let_through = resolve));
  await page.route(REST, async (route) => {
    await held;
    await route.continue();
  });
  const { lab, early } = await open(page);
  await expect(page.getByRole("treeitem", { name: "main.tf" }).first()).toBeVisible();
  await expect(lab.resource("aws_lambda_function.pow")).toHaveAccessibleName(/planned/);
  await expect(status(page)).toContainText("Loading the rest of the cloud");

  const squiggle = page.locator(".monaco-editor .squiggly-error").first();
  await edit(page, '\nlocals { sum = format("%d-%s", max(1, 2), regex("a+", "baa")) }\n}');
  await expect(squiggle).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+s");
  await expect(squiggle).toHaveCount(0, { timeout: 60_000 });
  expect(early).toEqual([]);

  await lab.button("Apply").click();
  await expect(lab.terminal).toContainText("terraform apply");
  await expect(lab.terminal).not.toContainText("Terraform will perform");
  let_through();
  await lab.sees("Enter a value:");
  await expect(status(page)).not.toContainText("Loading");
  expect(early).toEqual([]);
});

test("a rest that does not come is told, asked for again, and taken up", async ({ page }) => {
  let reachable = false;
  await page.route(REST, (route) => (reachable ? route.continue() : route.abort()));
  const { lab, early } = await open(page);
  await expect(status(page)).toHaveText("A part of the cloud is missing");
  await edit(page, "\n# kept\n");
  await lab.button("Apply").click();
  reachable = true;
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await lab.sees("Enter a value:");
  await expect(page.getByRole("button", { name: "Try again", exact: true })).toHaveCount(0);
  expect(early).toEqual([]);
});
