// The whole road, as a student goes it: apply, test, open the website, meet CORS, change, destroy, reload.
// On the release build, from a plain static server in a sub-path without special headers.
// Expected answers: 2 to the power of 10 is 1024; Terraform's own words; Chrome's words for blocked calls.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

const STORING = `import boto3, json, os

def lambda_handler(event, context):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=os.environ["BUCKET"], Key="note.txt", Body=b"kept")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=os.environ["BUCKET"])["Contents"]]
    return {"statusCode": 200, "body": json.dumps(keys)}
`;

test.describe.configure({ mode: "serial", timeout: 600_000 });

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

test("the lab opens on the project", async () => {
  for (const file of ["main.tf", "lambda_function.py", "index.html"]) {
    await expect(page.getByRole("treeitem", { name: file }).first()).toBeVisible();
  }
  await lab.shot("1-open");
});

test("apply shows the plan, asks, and creates everything on the map", async () => {
  await lab.button("Apply").click();
  await lab.sees("Enter a value:");
  await lab.shot("2-plan");
  await lab.button("Enter yes").click();
  await lab.sees("Apply complete!");
  await expect(lab.resource("aws_lambda_function.pow")).toHaveAccessibleName(/ready/);
  await lab.shot("2-applied");
});

test("an invocation is cold, the next one warm", async () => {
  await lab.select("aws_lambda_function.pow");
  const first = await lab.invoke();
  expect(first).toContain("1024");
  expect(first).toContain("cold start");
  expect(first).toContain("Billed duration");
  await lab.shot("3-cold");
  const second = await lab.invoke();
  expect(second).toContain("1024");
  expect(second).toContain("warm");
});

test("both doors answer to curl", async () => {
  for (const door of ["function_url", "api_url"]) {
    await lab.run(`terraform output -raw ${door} > door.txt`);
    const url = (await lab.run("cat door.txt")).match(/https:\/\/\S+?amazonaws\.com\/prod\/pow|https:\/\/\S+?on\.aws\//)[0];
    expect(await lab.run(`curl -s "${url}?x=2&y=10"`)).toContain('{"result": 1024}');
    expect(await lab.run(`curl -s "${url}?x=2"`)).toContain("is missing");
  }
});

test("the website's call is blocked, and the lab explains why", async () => {
  const host = (await lab.run("terraform output -raw website")).match(/http:\/\/\S+?amazonaws\.com/)[0];
  await lab.show("Preview");
  await page.getByLabel("Address").fill(`${host}/`);
  await page.getByLabel("Address").press("Enter");
  await lab.preview.getByRole("button", { name: "Compute" }).click();
  await expect(lab.preview.locator("#result")).toContainText("Failed to fetch", { timeout: 120_000 });
  await expect(page.getByText("The browser blocked a call of this page.")).toBeVisible();
  await lab.shot("4-blocked");
  await lab.button("Explain").click();
  await expect(page.getByText(/No 'Access-Control-Allow-Origin' header is present/).locator("visible=true").first()).toBeVisible();
  await lab.shot("4-explained");
});

test("a changed handler is updated in place, and the call works", async () => {
  await lab.cutLineStart("lambda_function.py", '"Access-Control-Allow-Origin"', 2);
  await lab.show("Terminal");
  await lab.button("Plan").click();
  await lab.sees("1 to change, 0 to destroy");
  await lab.apply();
  await lab.show("Preview");
  await lab.preview.getByRole("button", { name: "Compute" }).click();
  await expect(lab.preview.locator("#result")).toContainText("= 1024", { timeout: 120_000 });
  await lab.shot("5-works");
  expect(await lab.run("terraform apply -auto-approve")).toContain("found no differences");
});

test("a reload keeps files, terminals, the cloud and Terraform's state", async () => {
  await lab.run("echo kept > kept.txt");
  await page.reload();
  await expect(lab.button("Apply")).toBeEnabled({ timeout: 120_000 });
  await lab.sees("student@nuvola");
  await expect(page.getByRole("treeitem", { name: "kept.txt" })).toBeVisible();
  await page.locator(".nv-terminal-screen:visible").click();
  await page.keyboard.press("ArrowUp");
  await lab.sees("echo kept > kept.txt");
  await page.keyboard.press("Control+c");
  expect(await lab.run("terraform plan")).toContain("found no differences");
});

test("boto3 in a handler is refused without its permission, and the reason is named", async () => {
  await lab.upload("lambda_function.py", STORING);
  await lab.apply();
  await lab.select("aws_lambda_function.pow");
  const refused = await lab.invoke();
  expect(refused).toContain("AccessDenied");
  expect(refused).toContain("s3:PutObject");
  await lab.shot("6-denied");
});

test("the real AWS CLI and Python run in the terminal", async () => {
  expect(await lab.run("aws sts get-caller-identity --query Account")).toContain("123456789012");
  expect(await lab.run("aws s3 ls")).toContain("pow-site-123456789012");
  expect(await lab.run("python -c 'import boto3; print(len(boto3.client(\"s3\").list_buckets()[\"Buckets\"]))'")).toContain("1");
});

test("destroy leaves nothing", async () => {
  await lab.destroy();
  expect(await lab.run("aws s3 ls")).not.toContain("pow-site");
  await lab.shot("7-destroyed");
});

test("no error reached the page", () => {
  expect(problems).toEqual([]);
});
