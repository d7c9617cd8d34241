// The lab as a student meets it: buttons, the terminal, the map, the editor, the preview.
import { expect } from "@playwright/test";

/** Longest that anything in the lab takes on a busy machine, Python's first start included. */
const SLOW = 150_000;

export class LabPage {
  constructor(page) {
    this.page = page;
    this.terminal = page.locator(".nv-terminal-screen:visible .xterm-rows");
    this.preview = page.frameLocator("iframe.nv-frame");
  }

  async open(url) {
    await this.page.goto(url);
    await expect(this.button("Apply")).toBeEnabled({ timeout: SLOW });
    await expect(this.terminal).toContainText("student@nuvola", { timeout: SLOW });
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true }).first();
  }

  /** Opens a tab of the tools at the bottom. */
  async show(name) {
    await this.page.getByRole("tab", { name, exact: false }).filter({ hasText: name }).first().click();
  }

  /** Waits until the terminal shows a text. */
  async sees(text, timeout = SLOW) {
    await expect(this.terminal).toContainText(text, { timeout });
  }

  /** Types a command at the prompt and waits for the next prompt. */
  async run(command) {
    await this.show("Terminal");
    const done = `done-${Math.random().toString(36).slice(2)}`;
    await this.page.locator(".nv-terminal-screen:visible").click();
    await this.page.keyboard.type(`clear; ${command}; echo ${done.slice(0, 6)}${done.slice(6)}`);
    await this.page.keyboard.press("Enter");
    await expect(this.terminal).toContainText(new RegExp(`(^|[^o ])\\s*${done}`), { timeout: SLOW });
    return (await this.terminal.innerText()).replaceAll("\u00a0", " ");
  }

  /** Presses Apply, answers yes, waits for the end. */
  async apply() {
    await this.show("Terminal");
    await this.button("Apply").click();
    await this.button("Enter yes").click({ timeout: SLOW });
    await this.sees("Apply complete!");
    await expect(this.button("Apply")).toBeEnabled({ timeout: SLOW });
  }

  async destroy() {
    await this.show("Terminal");
    await this.button("Destroy").click();
    await this.page.getByRole("dialog").getByRole("button", { name: "Destroy", exact: true }).click();
    await this.button("Enter yes").click({ timeout: SLOW });
    await this.sees("Destroy complete!");
  }

  /** A resource on the map, by its Terraform address. */
  resource(address) {
    return this.page.locator(`.nv-map [data-node="${address}"]`).first();
  }

  async select(address) {
    await this.resource(address).click();
    await expect(this.page.locator(".nv-panel")).toBeVisible();
  }

  /** Invokes the selected function; the result's text. */
  async invoke() {
    const panel = this.page.locator(".nv-panel");
    await panel.getByRole("button", { name: "Invoke", exact: true }).click();
    await expect(panel.getByRole("button", { name: "Invoke", exact: true })).toBeEnabled({ timeout: SLOW });
    return panel.locator(".nv-test").innerText();
  }

  /** Opens a file in the editor and removes the first characters of the line that holds a text. */
  async cutLineStart(file, text, characters) {
    await this.page.getByRole("treeitem", { name: file }).first().click();
    const lines = this.page.locator(".nv-editor-monaco .view-line");
    // Only the lines on the screen exist in the page.
    await lines.first().click({ timeout: SLOW });
    await this.page.keyboard.press("Control+End");
    const line = lines.filter({ hasText: text }).first();
    const startsRight = async () => (await line.innerText()).replaceAll("\u00a0", " ").trimStart().startsWith(text);
    // The editor may still be scrolling when the line is clicked: look at what was cut, and take it back if wrong.
    for (let attempt = 0; attempt < 3 && !(await startsRight()); attempt++) {
      await line.click({ timeout: SLOW });
      await this.page.keyboard.press("Home");
      for (let count = 0; count < characters; count++) await this.page.keyboard.press("Delete");
      await this.page.waitForTimeout(200);
      if (await startsRight()) break;
      for (let count = 0; count < characters; count++) await this.page.keyboard.press("Control+z");
    }
    expect(await startsRight()).toBe(true);
    await this.page.keyboard.press("Control+s");
    await expect(this.page.locator(".nv-editor")).toContainText("Saved", { timeout: SLOW });
  }

  /** Replaces a file by an uploaded one. */
  async upload(name, text) {
    const file = { name, mimeType: "text/plain", buffer: Buffer.from(text) };
    await this.page.locator('.nv-files input[type="file"]').first().setInputFiles(file);
    await expect.poll(() => this.run(`head -3 ${name}`), { timeout: SLOW }).toContain(text.split("\n")[0]);
  }

  async shot(name) {
    await this.page.screenshot({ path: `test-results/road/${name}.png` });
  }
}
