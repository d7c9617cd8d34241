/** A terminal process: `python ...` or the AWS CLI, with the project's files as its folder. */

import { HOME_FOLDER, PROJECT_FOLDER } from "../messages.js";
import { setClock } from "../shared/clock.js";
import { isolate } from "../shared/isolation.js";
import { send } from "../shared/port.js";
import { whileWaiting } from "../shared/waits.js";
import { registerHostModule } from "./host-module.js";

export class PythonProcess {
  constructor(pyodide, base) {
    this.pyodide = pyodide;
    this.base = base;
    this.lines = [];
    this.partial = "";
    this.ended = false;
    this.reader = null;
    this.running = false;
  }

  /** @param {import("../messages.js").Run} message */
  async run(message) {
    const { pyodide } = this;
    setClock(message.nowMs);
    registerHostModule(pyodide, this.base, (resolve) => this.readLine(resolve));
    const root = message.folder ?? PROJECT_FOLDER;
    const folder = new HostFolder(pyodide.FS, root, message.env.HOME ?? HOME_FOLDER);
    folder.write(message.files);
    pyodide.runPython("from nuvola_sandbox import start; start.run()");
    const { run } = pyodide.pyimport("nuvola_sandbox.process");
    isolate();
    const { argv, cwd, env, columns, rows = 24, isTty } = message;
    const options = JSON.stringify({ argv, cwd: `${root}/${cwd}`, env, columns, rows, isTty });
    this.running = true;
    // What a server writes is seen while it runs.
    whileWaiting(() => {
      const files = folder.changes();
      if (files.length > 0) send({ type: "files", files });
    });
    const code = await run.callPromising(options).catch(crash);
    this.running = false;
    whileWaiting(null);
    send({ type: "exit", code, files: folder.changes() });
  }

  input(data) {
    const [first, ...rest] = (this.partial + data).split("\n");
    const all = [first, ...rest];
    this.partial = all.pop();
    this.lines.push(...all.map((line) => `${line}\n`));
    this.serveReader();
  }

  endInput() {
    if (this.partial) this.lines.push(this.partial);
    this.partial = "";
    this.ended = true;
    this.serveReader();
  }

  /** The next line with its line feed; "" once the input has ended. Gives what ends the wait early. */
  readLine(resolve) {
    if (this.lines.length > 0 || this.ended) {
      resolve(this.takeLine());
      return;
    }
    send({ type: "stdin-wanted" });
    this.reader = resolve;
    return () => {
      this.reader = null;
    };
  }

  takeLine() {
    if (this.lines.length > 0) return this.lines.shift();
    // Ctrl-D ends one read; the console goes on when there is more.
    this.ended = false;
    return "";
  }

  serveReader() {
    if (!this.reader || (this.lines.length === 0 && !this.ended)) return;
    const reader = this.reader;
    this.reader = null;
    reader(this.takeLine());
  }
}

// The interpreter itself broke: recursion without end, mostly.
function crash() {
  send({ type: "stderr", data: "Segmentation fault\n" });
  return 139;
}

/**
 * The files of the project, or of an instance's home, inside the process, and what it changed of them. What lies
 * in the home folder above the project has a path that begins with `~/`.
 */
class HostFolder {
  constructor(FS, root, home) {
    this.FS = FS;
    this.root = root;
    this.home = home === root ? null : home;
    this.before = new Map();
    /** When a file was written and how long it is, so that what has not been touched is not read. */
    this.stamps = new Map();
    FS.mkdirTree(root);
    FS.mkdirTree(home);
  }

  /** Where a file lies inside the process. */
  place(path) {
    return this.home && path.startsWith("~/") ? `${this.home}/${path.slice(2)}` : `${this.root}/${path}`;
  }

  write(files) {
    for (const { path, bytes } of files) {
      const full = this.place(path);
      this.FS.mkdirTree(full.slice(0, full.lastIndexOf("/")));
      this.FS.writeFile(full, bytes);
      this.before.set(path, bytes);
      this.stamps.set(path, stampOf(this.FS.lstat(full)));
    }
  }

  /** What has changed since the files were given or the changes were told last. */
  changes() {
    const after = this.read("", new Map());
    if (this.home) this.read("~", after);
    const changed = [...after].filter(([path, bytes]) => !sameBytes(bytes, this.before.get(path)));
    const removed = [...this.before.keys()].filter((path) => !after.has(path));
    this.before = after;
    return [
      ...changed.map(([path, bytes]) => ({ path, bytes })),
      ...removed.map((path) => ({ path, bytes: null })),
    ];
  }

  read(folder, found) {
    const { FS } = this;
    const place = folder === "~" ? this.home : this.place(folder);
    for (const name of FS.readdir(place)) {
      const full = `${place}/${name}`;
      if (name === "." || name === ".." || name === "__pycache__") continue;
      // The project is no part of the home folder here, nor is what programs keep to be faster.
      if (folder === "~" && (full === this.root || name === ".cache")) continue;
      const path = folder ? `${folder}/${name}` : name;
      const stat = FS.lstat(full);
      if (FS.isDir(stat.mode)) this.read(path, found);
      else if (FS.isFile(stat.mode)) found.set(path, this.content(path, full, stat));
    }
    return found;
  }

  content(path, full, stat) {
    const stamp = stampOf(stat);
    const known = this.before.get(path);
    if (known && this.stamps.get(path) === stamp) return known;
    this.stamps.set(path, stamp);
    return this.FS.readFile(full);
  }
}

function stampOf({ ino, mtime, size }) {
  return `${ino} ${Number(mtime)} ${size}`;
}

function sameBytes(left, right) {
  if (left === right) return true;
  if (!right || left.length !== right.length) return false;
  return left.every((byte, position) => byte === right[position]);
}
