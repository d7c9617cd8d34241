// The road in JavaScript, and what may happen on it: another project, a reload in the middle of an apply,
// a browser that keeps nothing. On the release build, as `road.spec.mjs`.
// Expected answers: 2 to the power of 10 is 1024; Terraform's own words.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

test.describe.configure({ mode: "serial", timeout: 400_000 });

let server;
let page;
let lab;
const problems = [];

test.beforeAll(async ({ browser }) => {
  server = await serve([process.env.NUVOLA_DIST ?? "dist"]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => problems.push(String(error)));
  lab = new LabPage(page);
  await lab.open(server.url);
});

test.afterAll(async () => {
  await page?.close();
  server?.close();
});

test("another project replaces the files", async () => {
  await page.locator(".nv-project").click();
  await page.getByRole("menuitem", { name: /pow-js/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("treeitem", { name: "index.mjs" })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: "lambda_function.py" })).toHaveCount(0);
  await expect(page.locator(".nv-project")).toContainText("pow-js");
});

test("a reload in the middle of an apply takes it up again", async () => {
  await lab.button("Apply").click();
  await lab.button("Enter yes").click({ timeout: 150_000 });
  await lab.sees("Creating...");
  await page.reload();
  await lab.sees("Apply complete!");
  await expect(lab.resource("aws_lambda_function.pow")).toHaveAccessibleName(/ready/);
  await expect(lab.button("Apply")).toBeEnabled({ timeout: 150_000 });
  expect(await lab.run("terraform plan")).toContain("found no differences");
});

test("a JavaScript handler answers, cold and warm, to tests and to both doors", async () => {
  await lab.select("aws_lambda_function.pow");
  const first = await lab.invoke();
  expect(first).toContain("1024");
  expect(first).toContain("cold start");
  await lab.shot("javascript-cold");
  const second = await lab.invoke();
  expect(second).toContain("1024");
  expect(second).toContain("warm");
  for (const door of ["function_url", "api_url"]) {
    await lab.run(`terraform output -raw ${door} > door.txt`);
    const url = (await lab.run("cat door.txt")).match(/https:\/\/\S+?amazonaws\.com\/prod\/pow|https:\/\/\S+?on\.aws\//)[0];
    expect(await lab.run(`curl -s "${url}?x=2&y=10"`)).toContain('{"result":1024}');
  }
});

test("what is simulated can be looked up", async () => {
  await lab.button("What is simulated").click();
  await page.getByRole("searchbox", { name: /Search services/ }).fill("PutBucketCors");
  await expect(page.getByText("Sets a bucket's CORS rules.")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
});

test("help and types of real AWS are known", async () => {
  expect(await lab.run("terraform fmt -help | head -5")).toContain("Usage: terraform [global options] fmt");
  await lab.run("echo 'resource \"aws_vpc\" \"main\" {}' > vpc.tf");
  expect(await lab.run("terraform validate")).toContain("Nuvola does not simulate");
  await lab.run("rm vpc.tf");
});

test("no error reached the page", () => {
  expect(problems).toEqual([]);
});

test("a browser that keeps nothing gets a working lab, and is told", async ({ browser }) => {
  const other = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  // As browsers do in which a page may not store: the worker finds no IndexedDB.
  await other.route("**/nuvola-cloud_loader.js", async (route) => {
    const response = await route.fetch();
    const hidden = 'Object.defineProperty(self, "indexedDB", { value: undefined });\n';
    await route.fulfill({ response, body: hidden + (await response.text()) });
  });
  const private_ = new LabPage(other);
  await private_.open(server.url);
  await expect(other.getByText("Nothing will be kept")).toBeVisible();
  expect(await private_.run("ls")).toContain("main.tf");
  await other.close();
});
