// Opens the harness page once per test file.
import { serve } from "./static-server.mjs";

export async function openHarness(browser) {
  const server = await serve(["public", "tests/browser/harness"]);
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.log("page:", error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("favicon.ico")) {
      console.log("console:", message.text());
    }
  });
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.lab);
  return { page, close: () => server.close() };
}
