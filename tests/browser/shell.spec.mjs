// The page itself: layout, keyboard, editor, terminal, map, panels and preview, on the built dist/ with a
// scripted stand-in for the cloud's worker. Roles and keys follow the WAI-ARIA Authoring Practices.
import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { serve } from "./static-server.mjs";

const DIST = process.env.NUVOLA_DIST ?? "dist";
const SHOTS = "test-results/shell";
const read = (path) => readFileSync(path, "utf8");
const FILES = {
  "main.tf": read("engine/lab/projects/pow/main.tf"),
  "lambda_function.py": read("engine/lab/projects/pow/lambda_function.py"),
  "web/index.html": read("engine/lab/projects/pow/web/index.html"),
};
const CLOUD = `const SCRIPTED_FILES = ${JSON.stringify(FILES)};\n${read("tests/browser/scripted/cloud.js")}`;

let server;
test.beforeAll(async () => {
  server = await serve([DIST]);
});
test.afterAll(() => server.close());

test.use({ serviceWorkers: "block", viewport: { width: 1440, height: 900 } });

/** Opens the page and fails the test on any error of its own. */
async function open(page, ready = true) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|panicked/.test(message.text()) && !/frame/.test(message.location().url)) errors.push(message.text());
  });
  await page.route("**/nuvola-cloud_loader.js", (route) => route.fulfill({ contentType: "text/javascript", body: CLOUD }));
  await page.goto(server.url);
  if (ready) {
    await expect(page.getByRole("treeitem", { name: "main.tf" })).toBeVisible();
    await expect(page.locator(".monaco-editor .view-line").first()).toBeVisible();
    await expect(page.locator(".xterm-rows")).toContainText("student@nuvola");
  }
  return errors;
}

const screenText = (page) => page.evaluate(() => document.querySelector("[data-terminal='1']").screen.text());

async function typeInTerminal(page, text) {
  await page.locator("[data-terminal='1'] textarea").focus();
  await page.keyboard.type(text);
}

async function apply(page) {
  await page.getByRole("group", { name: "Terraform" }).getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Enter yes" }).click();
  await expect.poll(() => screenText(page)).toContain("Apply complete!");
}

test("opens on the project with editor, terminal and map, without errors", async ({ page }) => {
  const errors = await open(page);
  await expect(page.getByRole("heading", { name: "Nuvola" })).toBeVisible();
  await expect(page.getByRole("button", { name: "pow", exact: true })).toBeVisible();
  await expect(page.getByRole("tab", { name: "main.tf" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("[data-node='aws_lambda_function.pow']")).toHaveAccessibleName("lambda function pow, planned");
  await page.screenshot({ path: `${SHOTS}/first.png` });
  expect(errors).toEqual([]);
});

test("Apply types the command, asks, and the map comes alive", async ({ page }) => {
  const errors = await open(page);
  await apply(page);
  expect(await screenText(page)).toContain("$ terraform init && terraform apply");
  await expect(page.locator("[data-node='aws_lambda_function.pow']")).toHaveAccessibleName("lambda function pow, ready");
  await expect(page.getByRole("listitem").filter({ hasText: /^Apply$/ })).toHaveClass(/nv-done/);
  await page.screenshot({ path: `${SHOTS}/applied.png` });
  expect(errors).toEqual([]);
});

test("the terminal edits lines, remembers them and stops programs", async ({ page }) => {
  await open(page);
  await typeInTerminal(page, "echo one");
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect.poll(() => screenText(page)).toContain("\none\n");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => screenText(page)).toMatch(/\$ echo one$/);
  await page.keyboard.press("Control+u");
  await page.keyboard.type("terr");
  await page.keyboard.press("Tab");
  await expect.poll(() => screenText(page)).toMatch(/\$ terraform$/);
  await page.keyboard.press("Control+c");
  await page.keyboard.type("sleep\n");
  await page.keyboard.press("Control+c");
  await expect.poll(() => screenText(page)).toMatch(/\^C\n.*\$$/);
});

test("squiggles follow the keys within 100 ms, saving and formatting work", async ({ page }) => {
  await open(page);
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+Home");
  await page.evaluate(() => {
    window.squiggleAfter = new Promise((done) => {
      let typed = 0;
      document.addEventListener("keydown", () => (typed = performance.now()), true);
      new MutationObserver(() => {
        if (document.querySelector(".squiggly-error")) done(performance.now() - typed);
      }).observe(document.body, { subtree: true, childList: true });
    });
  });
  await page.keyboard.type("oops");
  const after = await page.evaluate(() => window.squiggleAfter);
  console.log(`squiggle after ${after.toFixed(0)} ms`);
  await expect(page.getByRole("button", { name: "Unsupported argument" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "main.tf, unsaved" })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.type("a=1");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+s");
  await expect(page.locator(".view-line", { hasText: /^a\s=\s1$/ })).toBeVisible();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
});

test("files are created, renamed, deleted and brought back", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByLabel("Path").fill("web/style.css");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "web/style.css" })).toBeVisible();
  await page.getByRole("treeitem", { name: "style.css" }).focus();
  await page.keyboard.press("F2");
  await page.getByLabel("Path").fill("web/look.css");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("treeitem", { name: "look.css" })).toBeVisible();
  await page.getByRole("treeitem", { name: "look.css" }).focus();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("treeitem", { name: "look.css" })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("treeitem", { name: "look.css" })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download main.tf" }).click({ force: true });
  expect((await download).suggestedFilename()).toBe("main.tf");
});

test("a function is tested from its panel", async ({ page }) => {
  const errors = await open(page);
  await apply(page);
  await page.locator("[data-node='aws_lambda_function.pow']").click();
  await page.getByRole("button", { name: "Invoke" }).click();
  await expect(page.getByText("cold start")).toBeVisible();
  await expect(page.getByText("Init duration")).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/panel.png` });
  await page.getByLabel("Test event (JSON)").focus();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("warm start")).toBeVisible();
  await page.getByLabel("Test event (JSON)").fill("{");
  await expect(page.getByRole("button", { name: "Invoke" })).toBeDisabled();
  await page.getByRole("tab", { name: "Environments" }).click();
  await expect(page.getByText("2 invocations")).toBeVisible();
  await page.getByRole("tab", { name: /Activity/ }).click();
  await page.getByPlaceholder("Filter").fill("invoke");
  await page.screenshot({ path: `${SHOTS}/activity.png` });
  expect(errors).toEqual([]);
});

test("the preview loads pages, subresources, links and forms, and explains a blocked call", async ({ page }) => {
  const errors = await open(page);
  await apply(page);
  await page.locator("[data-node='aws_s3_bucket.site']").click();
  await page.getByRole("button", { name: /Open the website/ }).click();
  const frame = page.frameLocator(".nv-frame");
  await expect(frame.getByRole("heading", { name: "Powers" })).toHaveCSS("color", "rgb(1, 2, 3)");
  await expect.poll(() => frame.locator("#i").evaluate((image) => image.naturalWidth)).toBe(9);
  await frame.getByRole("button", { name: "call" }).click();
  await expect(frame.locator("#out")).toHaveText("Failed to fetch");
  await expect(page.locator(".nv-banner[role=alert]")).toContainText("no Access-Control-Allow-Origin header");
  await page.screenshot({ path: `${SHOTS}/blocked.png` });
  await page.getByRole("button", { name: "Explain" }).click();
  await expect(page.getByText("blocked by CORS policy")).toBeVisible();
  await expect(page.getByText('{"a":1}')).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/network.png` });
  await page.getByRole("tab", { name: "Preview" }).click();
  await frame.getByRole("button", { name: "call" }).click();
  await expect(frame.locator("#out")).toHaveText("1024");
  await frame.getByRole("link", { name: "next" }).click();
  await expect(frame.locator("pre")).toHaveText("GET /next?a=1");
  await page.getByRole("button", { name: "Back" }).click();
  await frame.getByRole("button", { name: "go" }).click();
  await expect(frame.locator("pre")).toHaveText("GET /form?q=x");
  const address = page.getByRole("combobox", { name: "Address" });
  await address.fill("nowhere.test");
  await address.press("Enter");
  await expect(frame.getByText("ERR_NAME_NOT_RESOLVED")).toBeVisible();
  expect(errors).toEqual([]);
});

test("the previewed page cannot reach the lab's page, storage or host", async ({ page }) => {
  await open(page);
  await page.getByRole("tab", { name: "Preview" }).click();
  const address = page.getByRole("combobox", { name: "Address" });
  await address.fill("site.example");
  await address.press("Enter");
  const frame = page.frameLocator(".nv-frame");
  await expect(frame.getByRole("heading", { name: "Powers" })).toBeVisible();
  const reached = await frame.locator("body").evaluate(async () => {
    const tries = {};
    const attempt = async (name, act) => {
      tries[name] = await Promise.resolve().then(act).then(() => "reached", () => "refused");
    };
    await attempt("parent", () => parent.document.title);
    await attempt("indexedDB", () => new Promise((done, fail) => {
      const request = indexedDB.open("x");
      request.onsuccess = done;
      request.onerror = fail;
    }));
    await attempt("image of the host", () => new Promise((done, fail) => {
      const image = document.createElementNS("http://www.w3.org/1999/xhtml", "img");
      image.onload = done;
      image.onerror = fail;
      image.setAttribute("src", new URL("../nuvola.svg", location.href).href);
    }));
    return tries;
  });
  expect(reached).toEqual({ parent: "refused", indexedDB: "refused", "image of the host": "refused" });
});

test("the keyboard reaches everything", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the workbench" })).toBeFocused();
  const splitter = page.getByRole("separator", { name: "Width of the code" });
  await splitter.focus();
  const before = Number(await splitter.getAttribute("aria-valuenow"));
  await page.keyboard.press("ArrowRight");
  await expect(splitter).toHaveAttribute("aria-valuenow", String(before + 2));
  await page.getByRole("tab", { name: "Terminal 1" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Preview" })).toBeFocused();
  await expect(page.getByRole("tab", { name: "Preview" })).toHaveAttribute("aria-selected", "true");
  await page.locator("[data-node='aws_lambda_function.pow']").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Selected resource" })).toBeVisible();
  await page.getByRole("button", { name: "Show as a list" }).click();
  await expect(page.getByRole("row", { name: /pow-api rest api|pow-api/ })).toBeVisible();
  await page.getByRole("button", { name: "Destroy" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Destroy everything?" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("everything that can be pressed has a name", async ({ page }) => {
  await open(page);
  await page.locator("[data-node='aws_lambda_function.pow']").click();
  const nameless = await page.locator("button, input, select, textarea, iframe, [role=tab], [role=separator]").evaluateAll((all) =>
    all
      .filter((element) => !element.closest(".monaco-editor, .xterm"))
      .filter((element) => !element.ariaLabel && !element.title && !element.textContent.trim() && !element.labels?.length)
      .map((element) => element.outerHTML.slice(0, 120)));
  expect(nameless).toEqual([]);
});

test("theme and layout are remembered", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: /^Theme/ }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.screenshot({ path: `${SHOTS}/dark.png` });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("small screens show one pane at a time", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, false);
  for (const [name, visible] of [["Code", ".nv-editor"], ["Map", ".nv-map"], ["Tools", ".nv-dock"], ["Files", ".nv-files"]]) {
    await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name }).click();
    await expect(page.locator(visible)).toBeVisible();
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${SHOTS}/small-${name.toLowerCase()}.png` });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wide).toBe(false);
});

test.describe("offline", () => {
  test.use({ serviceWorkers: "allow" });

  test("the shell opens again without a network", async ({ page, context }) => {
    await open(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await page.reload();
    await expect(page.getByRole("heading", { name: "Nuvola" })).toBeVisible();
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByRole("button", { name: "Plan" })).toBeVisible();
  });
});
