/**
 * Loads a function's modules out of its package: ES modules become blob addresses with their imports
 * rewritten, CommonJS modules become functions. Resolution follows Node's, for what a package holds.
 */

import { RuntimeFault } from "./errors.js";
import { NOT_SIMULATED, notSimulated } from "./builtins.js";
import { instrument } from "./instrument.js";
import { rewrite } from "./stacks.js";

const TASK = "/var/task";
const REGISTRY = Symbol.for("nuvola.modules");
const EXTENSIONS = ["", ".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"];

export class Loader {
  constructor({ files, builtins, lexer, parse, path }) {
    Object.assign(this, { files, builtins, lexer, parse, path });
    this.addresses = new Map();
    this.required = new Map();
    // Rewritten modules reach the loader through this.
    Object.defineProperty(self, REGISTRY, {
      value: {
        builtin: (name) => this.builtin(name),
        required: (file) => this.requireFile(file),
        dynamic: (from, specifier) => this.importFrom(from, String(specifier)),
      },
    });
  }

  /** Loads the handler's module: its namespace, or its `module.exports`. */
  async loadHandler(module) {
    const file = `${TASK}/${module}`;
    const isModule = this.packageType(this.path.dirname(file)) === "module";
    if (this.files.has(file)) return this.requireFile(file);
    if (!isModule && this.files.has(`${file}.js`)) return this.requireFile(`${file}.js`);
    if (isModule && this.files.has(`${file}.js`)) return this.importFile(`${file}.js`);
    if (this.files.has(`${file}.mjs`)) return this.importFile(`${file}.mjs`);
    if (this.files.has(`${file}.cjs`)) return this.requireFile(`${file}.cjs`);
    throw missingModule(`Cannot find module '${module}'\nRequire stack:\n- /var/runtime/index.mjs`);
  }

  importFrom(from, specifier) {
    return this.addressOf(this.resolve(specifier, from, "import")).then((address) => import(address));
  }

  async importFile(file) {
    return import(await this.addressOf({ file }));
  }

  /** The `type` of the nearest package.json, as Node finds it. */
  packageType(folder) {
    const manifest = `${folder}/package.json`;
    if (this.files.has(manifest)) return this.json(manifest).type ?? "commonjs";
    if (folder === "/" || folder.endsWith("/node_modules")) return "commonjs";
    return this.packageType(this.path.dirname(folder));
  }

  json(file) {
    try {
      return JSON.parse(this.files.text(file));
    } catch (error) {
      throw new SyntaxError(`${file}: ${error.message}`);
    }
  }

  builtin(name) {
    return this.builtins.get(name);
  }

  // --- resolution ---

  /** @returns {{builtin: string} | {file: string}} */
  resolve(specifier, from, how) {
    const name = specifier.replace(/^node:/, "");
    if (this.builtins.has(name)) return { builtin: name };
    if (NOT_SIMULATED.has(name)) throw notSimulated(specifier);
    if (specifier.startsWith("file://")) return this.resolveFile(decodeURIComponent(new URL(specifier).pathname), specifier, from, how);
    if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
      return this.resolveFile(this.path.resolve(this.path.dirname(from), specifier), specifier, from, how);
    }
    return this.resolvePackage(specifier, from, how);
  }

  resolveFile(target, specifier, from, how) {
    // `import` names files in full; `require` may leave the ending out.
    const endings = how === "import" ? [""] : EXTENSIONS;
    const found = endings.map((ending) => target + ending).find((file) => this.files.has(file));
    if (found) return { file: found };
    throw missing(specifier, target, from, how);
  }

  resolvePackage(specifier, from, how) {
    const parts = specifier.split("/");
    const name = parts.splice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const folders = [];
    for (let folder = this.path.dirname(from); folder.startsWith(TASK) || folder.startsWith("/opt"); folder = this.path.dirname(folder)) {
      folders.push(folder);
    }
    // NODE_PATH, which `import` does not heed.
    if (how === "require") folders.push("/opt/nodejs");
    for (const folder of folders) {
      const home = `${folder}/node_modules/${name}`;
      if (!this.files.isFolder(home)) continue;
      const entry = this.packageEntry(home, parts.join("/"), how);
      const found = EXTENSIONS.map((ending) => entry + ending).find((file) => this.files.has(file));
      if (found) return { file: found };
    }
    if (name.startsWith("@aws-sdk/") || name === "aws-sdk") throw notSimulated(specifier);
    throw missing(specifier, specifier, from, how);
  }

  packageEntry(home, inside, how) {
    const manifest = this.files.has(`${home}/package.json`) ? this.json(`${home}/package.json`) : {};
    const { exports } = manifest;
    if (exports !== undefined) {
      const asked = inside ? `./${inside}` : ".";
      const isMap = typeof exports === "object" && Object.keys(exports).some((key) => key.startsWith("."));
      const target = condition(isMap ? exports[asked] : asked === "." ? exports : undefined, how);
      if (target) return this.path.join(home, target);
    }
    if (inside) return `${home}/${inside}`;
    return this.path.join(home, manifest.main ?? "index.js");
  }

  // --- CommonJS ---

  requireFrom(from, specifier) {
    const found = this.resolve(specifier, from, "require");
    return found.builtin ? this.builtin(found.builtin) : this.requireFile(found.file);
  }

  requireFile(file) {
    const known = this.required.get(file);
    if (known) return known.exports;
    const module = { exports: {}, id: file, filename: file, loaded: false };
    this.required.set(file, module);
    try {
      this.runCommonJs(file, module);
    } catch (error) {
      this.required.delete(file);
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  runCommonJs(file, module) {
    if (file.endsWith(".json")) {
      module.exports = this.json(file);
      return;
    }
    if (file.endsWith(".mjs")) {
      throw Object.assign(new Error(`require() of ES Module ${file} is not simulated in Nuvola`), { code: "ERR_REQUIRE_ESM" });
    }
    const source = this.files.text(file);
    const head = { start: 0, end: 0, text: "(function (exports, require, module, __filename, __dirname) { " };
    const edits = [head, ...instrument(this.parse, source, "script"), ...this.dynamicImports(file, source)];
    const wrapped = `${rewrite(file, source, edits)}\n})\n//# sourceURL=${file}`;
    // Indirect, so that the module sees the global scope alone; and not strict, as CommonJS is not.
    const run = (0, eval)(wrapped);
    const require = Object.assign((specifier) => this.requireFrom(file, specifier), {
      resolve: (specifier) => {
        const found = this.resolve(specifier, file, "require");
        return found.file ?? found.builtin;
      },
    });
    run.call(module.exports, module.exports, require, module, file, this.path.dirname(file));
  }

  dynamicImports(file, source) {
    if (!source.includes("import")) return [];
    return this.importsOf(file, source).filter(isDynamic).map((found) => this.dynamicCall(file, found));
  }

  // --- ES modules ---

  /** The address of a module, made when first asked for. */
  addressOf(found) {
    const key = found.file ?? `node:${found.builtin}`;
    if (!this.addresses.has(key)) this.addresses.set(key, this.makeAddress(found, []));
    return this.addresses.get(key);
  }

  async makeAddress(found, parents) {
    if (found.builtin) return blobOf(this.builtinSource(found.builtin));
    const { file } = found;
    const isJson = file.endsWith(".json");
    if (isJson) return blobOf(`export default ${JSON.stringify(this.json(file))};`);
    const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && this.packageType(this.path.dirname(file)) === "module");
    return blobOf(isModule ? await this.moduleSource(file, parents) : this.commonJsSource(file));
  }

  builtinSource(name) {
    const names = Object.keys(this.builtin(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "default");
    return `const m = self[Symbol.for("nuvola.modules")].builtin(${JSON.stringify(name)});
export default m;
${exportLines(names)}`;
  }

  commonJsSource(file) {
    const exported = this.requireFile(file);
    const names = Object.keys(exported ?? {}).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "default");
    return `const m = self[Symbol.for("nuvola.modules")].required(${JSON.stringify(file)});
export default m;
${exportLines(names)}`;
  }

  async moduleSource(file, parents) {
    const source = this.files.text(file);
    const edits = instrument(this.parse, source, "module");
    for (const found of this.importsOf(file, source)) {
      if (isDynamic(found)) edits.push(this.dynamicCall(file, found));
      else if (isMeta(found)) edits.push({ start: found.ss, end: found.se, text: this.metaObject(file) });
      else edits.push(await this.staticImport(file, found, parents));
    }
    return `${rewrite(`file://${file}`, source, edits)}\n//# sourceURL=file://${file}`;
  }

  async staticImport(file, found, parents) {
    const target = this.resolve(found.n, file, "import");
    const line = [...parents, file];
    if (target.file && line.includes(target.file)) {
      throw notSimulated(`import cycle ${[...line, target.file].map((one) => this.path.basename(one)).join(" -> ")}`);
    }
    const key = target.file ?? `node:${target.builtin}`;
    if (!this.addresses.has(key)) this.addresses.set(key, this.makeAddress(target, line));
    const address = await this.addresses.get(key);
    // An import of JSON carries `with { type: "json" }`, which the module made of it must not.
    const end = found.a === -1 ? found.e : found.se;
    return { start: found.s, end, text: found.a === -1 ? address : `${address}"` };
  }

  metaObject(file) {
    const fields = { url: `file://${file}`, filename: file, dirname: this.path.dirname(file) };
    return `(${JSON.stringify(fields)})`;
  }

  dynamicCall(file, found) {
    const text = `self[Symbol.for("nuvola.modules")].dynamic(${JSON.stringify(file)}, `;
    return { start: found.ss, end: found.d + 1, text };
  }

  /** The imports of a module as es-module-lexer finds them; a syntax error is left to the engine. */
  importsOf(file, source) {
    try {
      return this.lexer.parse(source, file)[0];
    } catch {
      return [];
    }
  }
}

// The fields of es-module-lexer: `n` the specifier, `s` to `e` its place, `ss` to `se` the whole
// statement, `d` the parenthesis of a dynamic import (-1: static, -2: `import.meta`), `a` attributes.
const isDynamic = (found) => found.d > -1;
const isMeta = (found) => found.d === -2;

function condition(target, how) {
  if (typeof target === "string" || !target) return target;
  if (Array.isArray(target)) return condition(target[0], how);
  const key = Object.keys(target).find((name) => ["node", how, "default"].includes(name));
  return key && condition(target[key], how);
}

// Names that are reserved words cannot be declared; `export { a as name }` takes any.
function exportLines(names) {
  return names
    .map((name, position) => `const v${position} = m[${JSON.stringify(name)}];\nexport { v${position} as ${name} };`)
    .join("\n");
}

function blobOf(source) {
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}

function missing(specifier, target, from, how) {
  if (how === "require") {
    return missingModule(`Cannot find module '${specifier}'\nRequire stack:\n- ${from}`);
  }
  const isFile = target.startsWith("/");
  const what = isFile ? `module '${target}'` : `package '${specifier}'`;
  return Object.assign(new Error(`Cannot find ${what} imported from ${from}`), { code: "ERR_MODULE_NOT_FOUND" });
}

function missingModule(message) {
  return Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
}

/** What AWS answers when the handler's module cannot be loaded. */
export function loadFault(error) {
  if (error instanceof SyntaxError) return new RuntimeFault("UserCodeSyntaxError", String(error), `Runtime.UserCodeSyntaxError: ${error}`);
  if (error?.code === "MODULE_NOT_FOUND") return new RuntimeFault("ImportModuleError", `Error: ${error.message}`);
  return error;
}
