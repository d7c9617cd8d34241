// Programs that listen: the test is the network, and speaks HTTP/1.1 in bytes.
import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

const FLASK = `
from flask import Flask, jsonify, render_template_string, request

app = Flask(__name__)

@app.get("/")
def index():
    return render_template_string("<p>{{ name }}</p>", name=request.args.get("name", "<nobody>"))

@app.post("/sum")
def add():
    return jsonify(sum=sum(request.get_json()["numbers"]), path=request.path, client=request.remote_addr), 201

@app.get("/boom")
def boom():
    return 1 / 0

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
`;

test("Flask serves, and Ctrl-C ends it", async () => {
  const served = await page.evaluate((source) => lab.serve({ argv: ["python", "app.py"], files: { "app.py": source } }, async (server) => {
    await server.listening(80);
    const answers = [
      await server.exchange(80, "GET /?name=Ada HTTP/1.1\r\nHost: shop.example\r\n\r\n"),
      await server.exchange(80, 'POST /sum HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"numbers": [1,2,30]}'),
      await server.exchange(80, "GET /nowhere HTTP/1.1\r\nHost: shop.example\r\n\r\n"),
      await server.exchange(80, "GET /boom HTTP/1.1\r\nHost: shop.example\r\n\r\n"),
    ];
    server.interrupt();
    return answers;
  }), FLASK);
  const [index, sum, nowhere, boom] = served.answers;
  expect(index).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: Werkzeug\/3\.\d+\.\d+ Python\/3\.14\.\d+\r\n/);
  expect(index).toContain("\r\n\r\n<p>Ada</p>");
  expect(sum).toMatch(/^HTTP\/1\.1 201 CREATED\r\n/);
  expect(JSON.parse(sum.split("\r\n\r\n")[1])).toEqual({ sum: 33, path: "/sum", client: "203.0.113.9" });
  expect(nowhere).toMatch(/^HTTP\/1\.1 404 NOT FOUND\r\n/);
  expect(boom).toMatch(/^HTTP\/1\.1 500 INTERNAL SERVER ERROR\r\n/);
  // Source: Flask 3.1 and Werkzeug 3.1 on a terminal.
  expect(served.stdout).toBe(" * Serving Flask app 'app'\n * Debug mode: off\n");
  const plain = served.stderr.replaceAll(/\x1b\[\d+m/g, "");
  expect(plain).toContain(" * Running on all addresses (0.0.0.0)\n * Running on http://127.0.0.1:80\n");
  expect(plain).toContain("Press CTRL+C to quit\n");
  expect(plain).toContain('203.0.113.9 - - [06/May/2031 07:08:');
  expect(plain).toContain('"GET /?name=Ada HTTP/1.1" 200 -\n');
  expect(plain).toContain("ZeroDivisionError: division by zero\n");
  expect(plain).not.toContain("interrupt");
  expect(served.code).toBe(0);
});

test("a Flask program in debug mode serves without the reloader", async () => {
  const source = FLASK.replace('port=80', 'port=5000, debug=True');
  const served = await page.evaluate((given) => lab.serve({ argv: ["python", "app.py"], files: { "app.py": given } }, async (server) => {
    await server.listening(5000);
    const answers = [await server.exchange(5000, "GET /?name=x HTTP/1.1\r\nHost: localhost\r\n\r\n")];
    server.interrupt();
    return answers;
  }), source);
  expect(served.answers[0]).toContain("<p>x</p>");
  expect(served.stderr).toContain(" * the reloader is not simulated in Nuvola: start the program again after a change\n");
});

test("python -m http.server serves the folder", async () => {
  const served = await page.evaluate(() => lab.serve({ argv: ["python", "-m", "http.server", "8000"], files: { "index.html": "<h1>hi</h1>", "a.txt": "text" } }, async (server) => {
    await server.listening(8000);
    const answers = [
      await server.exchange(8000, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      await server.exchange(8000, "GET /a.txt HTTP/1.0\r\n\r\n"),
    ];
    server.interrupt();
    return answers;
  }));
  expect(served.answers[0]).toMatch(/^HTTP\/1\.0 200 OK\r\nServer: SimpleHTTP\//);
  expect(served.answers[0]).toContain("\r\n\r\n<h1>hi</h1>");
  expect(served.answers[1]).toContain("\r\n\r\ntext");
  // Source: `python -m http.server` itself.
  expect(served.stdout).toContain("Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...\n");
  expect(served.stderr).toContain('"GET / HTTP/1.1" 200 -\n');
  expect(served.stdout).toContain("Keyboard interrupt received, exiting.\n");
});

test("a socket of one's own, a time limit, and no way out", async () => {
  const source = `
import socket
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 7))
server.listen()
client, address = server.accept()
with client:
    while data := client.recv(1024):
        client.sendall(data.upper())
try:
    socket.create_connection(("example.com", 80))
except OSError as error:
    print(error.strerror)
server.settimeout(0.05)
try:
    server.accept()
except TimeoutError as error:
    print(error)
`;
  const served = await page.evaluate((given) => lab.serve({ argv: ["python", "echo.py"], files: { "echo.py": given } }, async (server) => {
    await server.listening(7);
    return [await server.exchange(7, "hello")];
  }), source);
  expect(served.answers).toEqual(["HELLO"]);
  expect(served.stdout).toContain("connections to other machines are not simulated");
  expect(served.stdout).toContain("timed out\n");
});

test("what a server writes is told while it runs, and once", async () => {
  const source = `
from flask import Flask, request
app = Flask(__name__)

@app.post("/upload")
def upload():
    with open("uploads.txt", "a") as file:
        file.write(request.get_data(as_text=True))
    return "", 204

app.run(host="0.0.0.0", port=80)
`;
  const served = await page.evaluate((given) => lab.serve({ argv: ["python", "app.py"], files: { "app.py": given, "kept.txt": "kept" } }, async (server) => {
    await server.listening(80);
    const first = await server.exchange(80, "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none");
    const written = await server.wrote("uploads.txt");
    // Nothing more has changed: the end tells nothing.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const told = server.sandbox.seen.filter(({ type }) => type === "files").map(({ files }) => files.map(({ path }) => path));
    server.interrupt();
    return [first, written, told];
  }), source);
  const [first, written, told] = served.answers;
  expect(first).toMatch(/^HTTP\/1\.1 204 NO CONTENT\r\n/);
  expect(written).toBe("one");
  expect(told).toEqual([["uploads.txt"]]);
});
