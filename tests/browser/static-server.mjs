// A plain static server: the files of `roots` (the first that has it) under `prefix`, with no header
// beyond the content type.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/** @returns {Promise<{url: string, close: () => void}>} */
export function serve(roots, prefix = "/some/course/lab/") {
  const folders = roots.map((root) => resolve(root));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.startsWith(prefix) && findFile(folders, path.slice(prefix.length) || "index.html");
    if (!file) {
      response.writeHead(404).end("not found");
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const url = `http://127.0.0.1:${server.address().port}${prefix}`;
      done({ url, close: () => server.close() });
    });
  });
}

function findFile(folders, path) {
  return folders
    .map((folder) => ({ folder, file: join(folder, normalize(path)) }))
    .filter(({ folder, file }) => file.startsWith(folder + sep) && existsSync(file))
    .map(({ file }) => file)
    .find((file) => statSync(file).isFile());
}
