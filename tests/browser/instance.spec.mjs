// An instance as a place to work, from its console: launched, connected to, serving a page. The security group
// keeps the page out until a rule lets it in. On the release build.
// Expected answers: AWS's own words for a refusal; Chrome's name for what times out; what the page holds is shown.
import { expect, test } from "@playwright/test";
import { LabPage } from "./support/lab-page.mjs";
import { serve } from "./static-server.mjs";

test.describe.configure({ mode: "serial", timeout: 400_000 });

const SLOW = 150_000;
const TRUST = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`;

let server;
let page;
let lab;
let console_;
let address;
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

/** Opens EC2 from the first screen of the console. */
async function openEc2() {
  await page.getByRole("tab", { name: "Console" }).click();
  const home = console_.getByRole("button", { name: "Services", exact: true });
  if (await home.count()) await home.first().click();
  await console_.locator(".nv-tile", { has: page.locator('strong:text-is("EC2")') }).click();
  await expect(console_.getByRole("heading", { name: "EC2", exact: true })).toBeVisible();
}

/** Shows a page in the preview. */
async function visit(url) {
  await lab.show("Preview");
  await page.getByLabel("Address", { exact: true }).fill(url);
  await page.getByLabel("Address", { exact: true }).press("Enter");
}

/** Types a line at the terminal that is shown. */
async function type(line) {
  await page.locator(".nv-terminal-screen:visible").click();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

test("a launch that AWS refuses is told beside the form, and stays there", async () => {
  await lab.run(`aws iam create-role --role-name web --assume-role-policy-document '${TRUST}' > role.json`);
  await lab.run("aws iam attach-role-policy --role-name web --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
  await lab.run("aws iam create-instance-profile --instance-profile-name web > profile.json");
  await lab.run("aws iam add-role-to-instance-profile --instance-profile-name web --role-name web");
  await openEc2();
  const form = console_.locator("details", { hasText: "Launch an instance" });
  await form.locator("summary").click();
  await form.getByLabel(/^Instance profile/).fill("nobody");
  await form.getByRole("button", { name: "Launch", exact: true }).click();
  const refusal = form.getByRole("alert");
  await expect(refusal).toContainText("InvalidParameterValue: Value (nobody) for parameter iamInstanceProfile.name is invalid.");
  // Longer than a notice is shown.
  await page.waitForTimeout(10_000);
  await expect(refusal).toBeVisible();
  await form.getByLabel(/^Instance profile/).fill("web");
  await form.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(console_.getByRole("heading", { name: "web", exact: true })).toBeVisible();
});

test("a terminal opens on the instance: its files, its role's keys", async () => {
  await expect(console_.getByRole("button", { name: "Connect", exact: true })).toBeVisible({ timeout: SLOW });
  address = await console_.locator("dt", { hasText: "Public address" }).locator("xpath=following-sibling::dd[1]").innerText();
  await console_.getByRole("button", { name: "Connect", exact: true }).click();
  await lab.sees("Connected to i-");
  await lab.sees("ec2-user@ip-");
  await type("echo '<h1>ciao from the instance</h1>' > index.html; pwd; ls");
  await lab.sees("/home/ec2-user");
  await lab.sees("index.html");
  // The project's files are not the instance's.
  await expect(lab.terminal).not.toContainText("main.tf");
  await type("clear; python -c \"import boto3; s = boto3.Session(); print(s.get_credentials().method, s.client('sts').get_caller_identity()['Arn'])\"");
  await lab.sees(/iam-role arn:aws:sts::\d+:assumed-role\/web\/i-[0-9a-f]+/);
});

test("the security group keeps a page out, and the lab says why", async () => {
  await type("clear; python -m http.server 8000");
  await lab.sees("Serving HTTP on 0.0.0.0 port 8000");
  await visit(`http://${address}:8000/`);
  await expect(page.locator(".nv-toast-text").getByText("The connection will time out")).toBeVisible();
  // The page still hears while a visit waits.
  await expect(console_.getByText("A program listens on port 8000", { exact: false })).toBeVisible();
  await expect(lab.preview.getByText("ERR_CONNECTION_TIMED_OUT", { exact: false })).toBeVisible({ timeout: 60_000 });
  await expect(lab.preview.getByText(/security group/)).toBeVisible();
});

test("a rule lets it in", async () => {
  await console_.getByRole("row", { name: /^default sg-/ }).getByRole("button").first().click();
  await console_.getByLabel(/^From port/).fill("8000");
  await console_.getByLabel(/^To port/).fill("8000");
  await console_.getByRole("button", { name: "Add the rule", exact: true }).click();
  await expect(console_.getByRole("row", { name: /^in TCP 8000 0\.0\.0\.0\/0/ })).toBeVisible();
  await visit(`http://${address}:8000/`);
  await expect(lab.preview.getByRole("heading", { name: "ciao from the instance" })).toBeVisible({ timeout: 60_000 });
  await lab.show("Terminal 2");
  await lab.sees('"GET / HTTP/1.1" 200');
  await page.locator(".nv-terminal-screen:visible").click();
  await page.keyboard.press("Control+c");
  await lab.sees("Keyboard interrupt received, exiting.");
  await visit(`http://${address}:8000/`);
  await expect(lab.preview.getByText("ERR_CONNECTION_REFUSED", { exact: false })).toBeVisible({ timeout: 60_000 });
});

test("the student's own terminal answers as before", async () => {
  expect(await lab.run("ls")).toContain("main.tf");
});

test("no error reached the page", () => {
  expect(problems).toEqual([]);
});
