// Opens the harness page once per test file.
import { serve } from "./static-server.mjs";

export async function openHarness(browser) {
  const server = await serve(["public", "tests/browser/harness"]);
  // A zone far from UTC, which is what a sandbox must show.
  const page = await browser.newPage({ timezoneId: "America/New_York" });
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
