/** The file system of a function: its package under /var/task, its layers in /opt, and a writable /tmp. */

const encoder = new TextEncoder();

export class Files {
  /**
   * @param {Map<string, Uint8Array>} files  the package, by path
   * @param {Map<string, Uint8Array>[]} layers  later ones go over earlier ones
   */
  constructor(files, layers = []) {
    this.content = new Map([...files].map(([path, bytes]) => [`/var/task/${path}`, bytes]));
    for (const layer of layers) {
      for (const [path, bytes] of layer) this.content.set(`/opt/${path}`, bytes);
    }
  }

  has(path) {
    return this.content.has(path);
  }

  isFolder(path) {
    const prefix = path.endsWith("/") ? path : `${path}/`;
    if (["/", "/opt/", "/tmp/", "/var/", "/var/task/"].includes(prefix)) return true;
    return [...this.content.keys()].some((known) => known.startsWith(prefix));
  }

  text(path) {
    return new TextDecoder().decode(this.content.get(path));
  }
}

/** A part of `node:fs`: what handlers use of their package and of /tmp. */
export function makeFs(files, path, Buffer) {
  const full = (name) => path.resolve("/var/task", name instanceof URL ? decodeURIComponent(name.pathname) : String(name));

  function fail(code, number, text, call, name) {
    const error = new Error(`${code}: ${text}, ${call} '${name}'`);
    throw Object.assign(error, { errno: -number, code, syscall: call, path: name });
  }

  function existing(name, call) {
    const found = full(name);
    if (files.has(found)) return found;
    if (files.isFolder(found)) return fail("EISDIR", 21, "illegal operation on a directory", call, name);
    return fail("ENOENT", 2, "no such file or directory", call, name);
  }

  function writable(name) {
    const found = full(name);
    if (!found.startsWith("/tmp/")) fail("EROFS", 30, "read-only file system", "open", name);
    return found;
  }

  const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding);
  const bytesOf = (data) => (typeof data === "string" ? encoder.encode(data) : new Uint8Array(data));

  const sync = {
    existsSync: (name) => files.has(full(name)) || files.isFolder(full(name)),
    readFileSync(name, options) {
      const data = Buffer.from(files.content.get(existing(name, "open")));
      return encodingOf(options) ? data.toString(encodingOf(options)) : data;
    },
    writeFileSync(name, data) {
      files.content.set(writable(name), bytesOf(data));
    },
    appendFileSync(name, data) {
      const target = writable(name);
      files.content.set(target, Buffer.concat([files.content.get(target) ?? new Uint8Array(), bytesOf(data)]));
    },
    unlinkSync(name) {
      existing(name, "unlink");
      files.content.delete(writable(name));
    },
    mkdirSync: (name) => void writable(name),
    readdirSync(name) {
      const prefix = `${full(name)}/`;
      if (!files.isFolder(prefix)) fail("ENOENT", 2, "no such file or directory", "scandir", name);
      const inside = [...files.content.keys()].filter((known) => known.startsWith(prefix));
      return [...new Set(inside.map((known) => known.slice(prefix.length).split("/")[0]))].sort();
    },
    statSync(name) {
      const found = full(name);
      const isFolder = !files.has(found) && files.isFolder(found);
      const size = isFolder ? 4096 : files.content.get(existing(name, "stat")).length;
      return { size, isFile: () => !isFolder, isDirectory: () => isFolder };
    },
  };
  const names = Object.keys(sync).filter((name) => name !== "existsSync");
  const promises = Object.fromEntries(
    names.map((name) => [name.replace("Sync", ""), async (...args) => sync[name](...args)]),
  );
  const callbacks = Object.fromEntries(
    Object.entries(promises).map(([name, call]) => [
      name,
      (...args) => {
        const done = args.pop();
        call(...args).then((value) => done(null, value), done);
      },
    ]),
  );
  return { ...sync, ...callbacks, promises };
}
