// The consoles, as a student uses them: buckets and objects by mouse and by dropping files, a table, a queue.
// On the release build. Expected answers: what was put in comes out; AWS's own words for refusals.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

test.describe.configure({ mode: "serial", timeout: 300_000 });

let server;
let page;
let lab;
let console_;
const problems = [];

test.beforeAll(async ({ browser }) => {
  server = await serve([process.env.NUVOLA_DIST ?? "dist"]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => problems.push(String(error)));
  lab = new LabPage(page);
  await lab.open(server.url);
  console_ = page.locator(".nv-console");
});

test.afterAll(async () => {
  await page?.close();
  server?.close();
});

/** Opens a service from the first screen. */
async function open(service) {
  await page.getByRole("tab", { name: "Console" }).click();
  const home = console_.getByRole("button", { name: "Services", exact: true });
  if (await home.count()) await home.first().click();
  await console_.locator(".nv-tile", { has: page.locator(`strong:text-is("${service}")`) }).click();
  await expect(console_.getByRole("heading", { name: service, exact: true })).toBeVisible();
}

async function unfold(title) {
  const fold = console_.locator("details", { hasText: title }).first();
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
  return fold;
}

test("a bucket is made, files are uploaded, one is looked at and deleted", async () => {
  await open("S3");
  const form = await unfold("Create a bucket");
  await form.getByLabel(/^Name/).fill("No_Good");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await expect(form.getByRole("alert")).toContainText("InvalidBucketName");
  await form.getByLabel(/^Name/).fill("photos");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await expect(console_.getByRole("heading", { name: "photos", exact: true })).toBeVisible();
  const file = { name: "hello.txt", mimeType: "text/plain", buffer: Buffer.from("ciao mondo") };
  await console_.locator('input[type="file"]').setInputFiles(file);
  await expect(console_.locator(".nv-drop")).toContainText("hello.txt");
  await console_.getByRole("button", { name: "Upload", exact: true }).click();
  await console_.getByRole("button", { name: "hello.txt", exact: true }).click();
  await expect(console_.getByText("ciao mondo")).toBeVisible();
  await page.screenshot({ path: "test-results/console/s3-object.png" });
  await console_.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(console_.getByText("Nothing here yet.", { exact: false })).toBeVisible();
});

test("what a program does is seen in the console", async () => {
  await lab.run("echo terminal > t.txt; aws s3 cp t.txt s3://photos/from/terminal.txt");
  await expect(console_.getByRole("button", { name: "from/", exact: true })).toBeVisible();
});

test("messages are sent, seen without being taken, received and deleted", async () => {
  await open("SQS");
  const form = await unfold("Create a queue");
  await form.getByLabel(/^Name/).fill("work");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await expect(console_.getByRole("heading", { name: "work", exact: true })).toBeVisible();
  await console_.getByLabel(/^Body/).fill("resize cat.png");
  await console_.getByRole("button", { name: "Send", exact: true }).click();
  await expect(console_.getByRole("cell", { name: "resize cat.png" }).first()).toBeVisible();
  await console_.getByRole("button", { name: "Receive", exact: true }).click();
  const result = console_.getByRole("region", { name: "Result" });
  await expect(result.getByRole("cell", { name: "resize cat.png" })).toBeVisible();
  await expect(console_.getByText("in flight", { exact: false }).first()).toBeVisible();
  await page.screenshot({ path: "test-results/console/sqs.png" });
  await result.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(console_.getByText("The queue is empty.", { exact: false })).toBeVisible();
});

test("a table takes items, and the query builder writes the expression", async () => {
  await open("DynamoDB");
  const form = await unfold("Create a table");
  await form.getByLabel(/^Name/).fill("songs");
  await form.getByLabel(/^Partition key/).fill("artist");
  await form.getByLabel(/^Sort key/).fill("title");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await expect(console_.getByRole("heading", { name: "songs", exact: true })).toBeVisible();
  await expect(async () => {
    await console_.locator(".nv-pane-head .nv-icon-button").click();
    await expect(console_.getByText("No item fits.")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  const put = await unfold("Put an item");
  await put.locator("textarea").fill('{"artist": {"S": "Mina"}, "title": {"S": "Parole"}, "year": {"N": "1972"}}');
  await put.getByRole("button", { name: "Put", exact: true }).click();
  await expect(console_.getByRole("cell", { name: "1972" })).toBeVisible();
  await console_.getByLabel("artist =").fill("Mina");
  await console_.getByRole("button", { name: "Run", exact: true }).click();
  await expect(console_.getByText("client.query(", { exact: false })).toBeVisible();
  await expect(console_.getByText("Query: 1 items of 1", { exact: false })).toBeVisible();
  await page.screenshot({ path: "test-results/console/dynamodb.png" });
});

test("who can do something is asked and answered with the statement", async () => {
  const policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  await lab.run(`aws iam create-user --user-name bob > /dev/null; aws iam attach-user-policy --user-name bob --policy-arn ${policy}`);
  await open("IAM");
  await console_.getByRole("button", { name: "Who can", exact: true }).click();
  await console_.getByLabel(/^Action/).fill("s3:GetObject");
  await console_.getByLabel(/^Resource/).fill("arn:aws:s3:::photos/from/terminal.txt");
  await console_.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(console_.getByRole("row", { name: /user\/bob yes statement .*AmazonS3ReadOnlyAccess allows it/ })).toBeVisible();
  await page.screenshot({ path: "test-results/console/iam.png" });
});

test("an instance is launched, runs its user data, and its web server listens", async () => {
  await open("EC2");
  const form = await unfold("Launch an instance");
  const image = form.getByLabel(/^Image/);
  await image.selectOption(await image.locator("option", { hasText: "x86_64" }).first().getAttribute("value"));
  await form.getByLabel(/^User data/).fill("#!/bin/bash\necho ready > ready.txt\nnohup python3 -m http.server 80 &");
  await form.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(console_.getByText("A program listens on port 80", { exact: false })).toBeVisible({ timeout: 120_000 });
  await page.screenshot({ path: "test-results/console/ec2.png" });
});

test("no error reached the page", () => {
  expect(problems).toEqual([]);
});
