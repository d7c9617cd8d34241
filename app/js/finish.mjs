// After trunk's build, on its staging folder: xtask parts the cloud worker's wasm in release builds; the page's policy gets the hash of the one inline script that
// trunk writes, the service worker gets the list of the shell's files and a version made of their contents.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR;
const sha256 = (data, form) => createHash("sha256").update(data).digest(form);

function finishPage() {
  const file = join(folder, "index.html");
  const page = readFileSync(file, "utf8");
  const scripts = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = scripts.map(([, text]) => `'sha256-${sha256(text, "base64")}'`).join(" ");
  writeFileSync(file, page.replace("NUVOLA_SCRIPTS", hashes));
}

/** What the page needs before anything is opened: all that lies beside it, but not the large vendor files. */
function shellFiles() {
  const names = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
  const paths = names.map((name) => relative(folder, join(folder, name)).split(sep).join("/"));
  const isShell = (path) => !/^(vendor|workers)\//.test(path) && path !== "service-worker.js";
  return paths.filter(isShell).sort();
}

function finishServiceWorker() {
  const files = shellFiles();
  const version = sha256(files.map((path) => path + sha256(readFileSync(join(folder, path)), "hex")).join("\n"), "hex");
  const file = join(folder, "service-worker.js");
  const text = readFileSync(file, "utf8");
  const filled = text
    .replace('"NUVOLA_VERSION"', JSON.stringify(version.slice(0, 16)))
    .replace('["NUVOLA_FILES"]', JSON.stringify(files));
  writeFileSync(file, filled);
}

// The service worker's list comes after it: it adds a file and changes another.
if (process.env.NUVOLA_XTASK) execFileSync(process.env.NUVOLA_XTASK, ["split", folder], { stdio: "inherit" });
finishPage();
finishServiceWorker();
