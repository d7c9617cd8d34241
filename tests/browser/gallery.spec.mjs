// The photo gallery, whole: Terraform makes bucket, table, queue, role and instance; the instance boots, fetches
// its program from S3 and serves it with Flask; a picture that is uploaded is tagged in DynamoDB, worked on by
// the worker with Pillow, and shown. On the release build. Expected answers: what was uploaded is what is seen.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

test.describe.configure({ mode: "serial", timeout: 600_000 });

/** A picture of 2 × 2 pixels. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8DA8B+MgBgAHfAD/dPQfSYAAAAASUVORK5CYII=",
  "base64",
);

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

let url;

test("the gallery is applied, boots and answers", async () => {
  await page.locator(".nv-project").click();
  await page.getByRole("menuitem", { name: /gallery/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("treeitem", { name: "worker.py" })).toBeVisible();
  await lab.apply();
  url = (await lab.run("terraform output -raw url")).match(/http:\/\/[\d.]+\//)[0];
  // Booting starts Python twice; until the server listens, connections are refused, as on AWS.
  await expect
    .poll(() => lab.run(`curl -s ${url} | grep h1`), { timeout: 240_000, intervals: [5_000] })
    .toContain("<h1>PhotoGallery</h1>");
});

test("a picture is uploaded, worked on and shown", async () => {
  await lab.show("Preview");
  await page.getByLabel("Address").fill(url);
  await page.getByLabel("Address").press("Enter");
  await expect(lab.preview.getByText("No picture yet.")).toBeVisible({ timeout: 60_000 });
  await lab.preview.locator('input[type="file"]').setInputFiles({ name: "dots.png", mimeType: "image/png", buffer: PICTURE });
  await lab.preview.getByPlaceholder("tags, with spaces between").fill("tiny dots");
  await lab.preview.getByRole("combobox").selectOption("grayscale");
  await lab.preview.getByRole("button", { name: "Upload" }).click();
  await expect(lab.preview.getByRole("link", { name: "tiny" })).toBeVisible({ timeout: 60_000 });
  await expect
    .poll(() => lab.run("aws s3 ls --recursive s3://gallery-pictures-123456789012/gallery/"), { timeout: 180_000, intervals: [5_000] })
    .toContain(".png");
  await lab.show("Preview");
  await page.getByLabel("Address").press("Enter");
  await expect(lab.preview.locator("figure img")).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: "test-results/console/gallery.png" });
});

test("no error reached the page", () => {
  expect(problems).toEqual([]);
});
