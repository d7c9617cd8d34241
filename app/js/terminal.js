// One terminal screen. Lines are edited elsewhere: this only draws and hands on what was typed.
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";

const DARK = {
  background: "#11141b", foreground: "#e3e7ef", cursor: "#8fb4ff", selectionBackground: "#3a4a70",
  black: "#2a3140", red: "#ff8a80", green: "#8fd694", yellow: "#f2cf7a", blue: "#8fb4ff", magenta: "#d7a6f5",
  cyan: "#7fd4d9", white: "#d5dbe7", brightBlack: "#8b93a7", brightRed: "#ffa99f", brightGreen: "#a9e5ad",
  brightYellow: "#ffe0a0", brightBlue: "#b0caff", brightMagenta: "#e6c4fb", brightCyan: "#a3e7eb", brightWhite: "#ffffff",
};
const LIGHT = {
  background: "#ffffff", foreground: "#1d2433", cursor: "#2f4fc7", selectionBackground: "#cfdcff",
  black: "#1d2433", red: "#b3261e", green: "#1d7a3a", yellow: "#8a5a00", blue: "#2f4fc7", magenta: "#8a2fa8",
  cyan: "#0b6b78", white: "#5b6579", brightBlack: "#667085", brightRed: "#c9352c", brightGreen: "#23854a",
  brightYellow: "#936200", brightBlue: "#3d5fe0", brightMagenta: "#9c3fbb", brightCyan: "#0d7887", brightWhite: "#1d2433",
};

export class Screen {
  /**
   * @param {HTMLElement} element
   * @param {boolean} dark
   * @param {(data: string) => void} onData
   * @param {(columns: number) => void} onResize
   */
  constructor(element, dark, onData, onResize) {
    this.terminal = new Terminal({
      convertEol: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: getComputedStyle(element).getPropertyValue("--nv-font-code"),
      fontSize: 13,
      lineHeight: 1.25,
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      theme: dark ? DARK : LIGHT,
      screenReaderMode: true,
    });
    this.fitter = new FitAddon();
    this.terminal.loadAddon(this.fitter);
    this.terminal.open(element);
    this.terminal.onData(onData);
    this.terminal.onResize(({ cols }) => onResize(cols));
    this.terminal.attachCustomKeyEventHandler((event) => this.takes(event));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(element);
    this.fit();
    onResize(this.terminal.cols);
  }

  /** Ctrl-C copies a selection; Ctrl-V pastes; Tab moves on from the terminal after Escape. */
  takes(event) {
    if (event.type !== "keydown") return true;
    if (event.ctrlKey && event.key === "c" && this.terminal.hasSelection()) {
      navigator.clipboard?.writeText(this.terminal.getSelection()).catch(() => {});
      this.terminal.clearSelection();
      return false;
    }
    if (event.ctrlKey && event.key === "v") return false;
    const leaves = this.escaped && event.key === "Tab";
    this.escaped = event.key === "Escape" || (leaves && event.shiftKey) || (this.escaped && event.key === "Shift");
    return !leaves;
  }

  fit() {
    if (this.terminal.element?.offsetParent) this.fitter.fit();
  }

  columns() {
    return this.terminal.cols;
  }

  write(data) {
    this.terminal.write(data);
  }

  reset() {
    this.terminal.reset();
  }

  focus() {
    this.terminal.focus();
  }

  setDark(dark) {
    this.terminal.options.theme = dark ? DARK : LIGHT;
  }

  /** The visible text, for tests and for people who copy all of it. */
  text() {
    const buffer = this.terminal.buffer.active;
    const lines = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      const text = line.translateToString(true);
      if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join("\n").trimEnd();
  }

  dispose() {
    this.observer.disconnect();
    this.terminal.dispose();
  }
}
