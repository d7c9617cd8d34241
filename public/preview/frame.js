// Inside the preview's frame: a page of the simulated web, whose every request goes through the lab.
// The frame is sandboxed without an origin, so this code and the page's have no way to the lab's own page
// but the port that arrives with the document.
"use strict";
(() => {
  // From now on no script of the lab's own host can be loaded either: only what the lab delivered.
  const tighter = document.createElement("meta");
  tighter.httpEquiv = "Content-Security-Policy";
  tighter.content = "script-src 'unsafe-inline' 'unsafe-eval' blob: data:";
  document.head.append(tighter);

  let port;
  let pageUrl = "about:blank";
  let lastId = 0;
  const waiting = new Map();

  const absolute = (url) => {
    try {
      return new URL(url, document.baseURI.startsWith("http") && document.querySelector("base") ? document.baseURI : pageUrl).href;
    } catch {
      return String(url);
    }
  };
  const isInline = (url) => /^(blob:|data:|about:|javascript:|#|$)/.test(String(url).trim());

  /** Asks the lab; gives its reply. A script's call is a `fetch`, what markup names a `resource`. */
  function ask(request, type = "fetch") {
    lastId += 1;
    const id = lastId;
    port.postMessage({ type, id, pageUrl, ...request });
    return new Promise((settle) => waiting.set(id, settle));
  }

  function report(level, parts) {
    const text = parts.map(show).join(" ");
    port?.postMessage({ type: "console", level, text });
  }

  function show(value) {
    if (typeof value === "string") return value;
    if (value instanceof Error) return value.stack?.startsWith(value.name) ? value.stack : `${value.name}: ${value.message}`;
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  }

  // --- fetch --------------------------------------------------------------------------------------

  async function bodyOf(request) {
    return request.body === null && /^(GET|HEAD)$/.test(request.method) ? new ArrayBuffer(0) : request.arrayBuffer();
  }

  function toResponse(reply) {
    const empty = [101, 103, 204, 205, 304].includes(reply.status) || reply.status === 0;
    const opaque = reply.responseType === "opaque" || reply.responseType === "opaqueredirect";
    const init = { status: reply.status >= 200 ? reply.status : 200, headers: opaque ? [] : reply.headers };
    const response = new Response(empty || opaque ? null : reply.body, init);
    const fixed = { url: reply.url, type: reply.responseType, redirected: reply.redirected };
    if (opaque) Object.assign(fixed, { status: 0, ok: false });
    for (const [name, value] of Object.entries(fixed)) Object.defineProperty(response, name, { value });
    return response;
  }

  async function simulatedFetch(input, init = {}) {
    const given = typeof input === "string" || input instanceof URL ? String(input) : input.url;
    if (isInline(given) && given) return nativeFetch(input, init);
    const asked = input instanceof Request ? { mode: input.mode, credentials: input.credentials, redirect: input.redirect } : {};
    // The browser's own Request checks names, methods and bodies; its address must only be absolute.
    const source = input instanceof Request ? input : absolute(given);
    const { mode, signal, ...plain } = init;
    const request = new Request(source, { ...plain, mode: "cors" });
    signal?.throwIfAborted();
    const answer = ask({
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      body: await bodyOf(request),
      mode: mode ?? asked.mode ?? "cors",
      credentials: init.credentials ?? asked.credentials ?? "same-origin",
      redirect: init.redirect ?? asked.redirect ?? "follow",
      initiator: "fetch",
    });
    const aborted = new Promise((_, fail) => signal?.addEventListener("abort", () => fail(signal.reason)));
    const reply = await (signal ? Promise.race([answer, aborted]) : answer);
    if (reply.responseType === "error") throw new TypeError("Failed to fetch");
    return toResponse(reply);
  }

  const nativeFetch = window.fetch.bind(window);
  window.fetch = simulatedFetch;

  // --- XMLHttpRequest -----------------------------------------------------------------------------

  class SimulatedRequest extends EventTarget {
    static UNSENT = 0;
    static OPENED = 1;
    static HEADERS_RECEIVED = 2;
    static LOADING = 3;
    static DONE = 4;
    UNSENT = 0;
    OPENED = 1;
    HEADERS_RECEIVED = 2;
    LOADING = 3;
    DONE = 4;
    readyState = 0;
    status = 0;
    statusText = "";
    responseURL = "";
    responseType = "";
    timeout = 0;
    withCredentials = false;
    upload = new EventTarget();
    #method = "GET";
    #url = "";
    #headers = [];
    #reply = null;
    #aborted = false;

    open(method, url, isAsync = true) {
      if (!isAsync) throw new DOMException("Synchronous requests are not simulated.", "InvalidAccessError");
      this.#method = method.toUpperCase();
      this.#url = absolute(url);
      this.#headers = [];
      this.#change(1);
    }

    setRequestHeader(name, value) {
      if (this.readyState !== 1) throw new DOMException("The object's state must be OPENED.", "InvalidStateError");
      this.#headers.push([name, String(value)]);
    }

    async send(body = null) {
      if (this.readyState !== 1) throw new DOMException("The object's state must be OPENED.", "InvalidStateError");
      const init = { method: this.#method, headers: this.#headers };
      if (body !== null && !/^(GET|HEAD)$/.test(this.#method)) init.body = body;
      const request = new Request(this.#url, init);
      this.#fire("loadstart");
      const reply = await ask({
        url: request.url,
        method: request.method,
        headers: [...request.headers],
        body: await bodyOf(request),
        mode: "cors",
        credentials: this.withCredentials ? "include" : "same-origin",
        redirect: "follow",
        initiator: "xhr",
      });
      if (this.#aborted) return;
      if (reply.responseType === "error") {
        this.#change(4);
        this.#fire("error");
        this.#fire("loadend");
        return;
      }
      this.#reply = reply;
      this.status = reply.status;
      this.responseURL = reply.url;
      this.#change(2);
      this.#change(3);
      this.#change(4);
      this.#fire("load");
      this.#fire("loadend");
    }

    abort() {
      this.#aborted = true;
      this.readyState = 0;
      this.#fire("abort");
    }

    get responseText() {
      return this.#reply ? new TextDecoder().decode(this.#reply.body) : "";
    }

    get response() {
      if (!this.#reply) return this.responseType === "" || this.responseType === "text" ? "" : null;
      switch (this.responseType) {
        case "json":
          try {
            return JSON.parse(this.responseText);
          } catch {
            return null;
          }
        case "arraybuffer":
          return this.#reply.body.slice().buffer;
        case "blob":
          return new Blob([this.#reply.body], { type: this.getResponseHeader("content-type") ?? "" });
        case "document":
          return new DOMParser().parseFromString(this.responseText, "text/html");
        default:
          return this.responseText;
      }
    }

    getResponseHeader(name) {
      const values = (this.#reply?.headers ?? []).filter(([other]) => other.toLowerCase() === name.toLowerCase());
      return values.length ? values.map(([, value]) => value).join(", ") : null;
    }

    getAllResponseHeaders() {
      return (this.#reply?.headers ?? []).map(([name, value]) => `${name.toLowerCase()}: ${value}\r\n`).join("");
    }

    overrideMimeType() {}

    #change(state) {
      this.readyState = state;
      this.#fire("readystatechange");
    }

    #fire(type) {
      const event = new ProgressEvent(type);
      this[`on${type}`]?.(event);
      this.dispatchEvent(event);
    }
  }
  window.XMLHttpRequest = SimulatedRequest;

  navigator.sendBeacon = (url, data = "") => {
    simulatedFetch(url, { method: "POST", body: data, mode: "no-cors", credentials: "include" }).catch(() => {});
    return true;
  };

  for (const name of ["EventSource", "WebSocket", "WebTransport", "RTCPeerConnection"]) {
    window[name] = class {
      constructor() {
        const text = `${name} is not simulated in the preview`;
        report("error", [text]);
        throw new DOMException(text, "NotSupportedError");
      }
    };
  }

  // --- what a page without an origin lacks -----------------------------------------------------------

  class MemoryStorage {
    #items = new Map();
    get length() {
      return this.#items.size;
    }
    key(index) {
      return [...this.#items.keys()][index] ?? null;
    }
    getItem(name) {
      return this.#items.get(String(name)) ?? null;
    }
    setItem(name, value) {
      this.#items.set(String(name), String(value));
    }
    removeItem(name) {
      this.#items.delete(String(name));
    }
    clear() {
      this.#items.clear();
    }
  }
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { configurable: true, value: new MemoryStorage() });
  }
  Object.defineProperty(Document.prototype, "cookie", { configurable: true, get: () => "", set: () => {} });
  Object.defineProperty(Document.prototype, "URL", { configurable: true, get: () => pageUrl });
  Object.defineProperty(Document.prototype, "documentURI", { configurable: true, get: () => pageUrl });
  window.open = (url) => {
    navigate(absolute(url));
    return null;
  };
  for (const name of ["pushState", "replaceState"]) {
    history[name] = (_state, _title, url) => {
      if (url === undefined || url === null) return;
      pageUrl = absolute(url);
      port?.postMessage({ type: "address", url: pageUrl });
    };
  }

  // --- console ----------------------------------------------------------------------------------------

  for (const level of ["log", "info", "warn", "error", "debug"]) {
    const native = console[level].bind(console);
    console[level] = (...parts) => {
      report(level, parts);
      native(...parts);
    };
  }

  // --- subresources -----------------------------------------------------------------------------------

  const loaded = new Map();

  /** An address's bytes as a `blob:` address that the frame may load; null where nothing came. */
  function resource(url) {
    const address = absolute(url);
    if (!loaded.has(address)) loaded.set(address, load(address));
    return loaded.get(address);
  }

  async function load(url) {
    const reply = await ask({ url }, "resource");
    if (reply.error || reply.status >= 400) {
      report("error", [`GET ${url} ${reply.error ? `net::${reply.error}` : reply.status}`]);
      return null;
    }
    return { url: URL.createObjectURL(new Blob([reply.body], { type: reply.contentType })), text: () => new TextDecoder().decode(reply.body) };
  }

  /** `url(...)` and `@import` of a style sheet, loaded through the lab. */
  async function styleText(text, base) {
    const pattern = /url\(\s*(['"]?)([^'")]+)\1\s*\)|@import\s+(['"])([^'"]+)\3/g;
    const found = [...text.matchAll(pattern)];
    const addresses = new Map();
    for (const match of found) {
      const url = match[2] ?? match[4];
      if (!isInline(url)) addresses.set(url, (await resource(new URL(url, base).href))?.url ?? "about:invalid");
    }
    return text.replace(pattern, (whole, _q, inUrl, _p, inImport) => {
      const url = addresses.get(inUrl ?? inImport);
      if (!url) return whole;
      return inUrl ? `url("${url}")` : `@import "${url}"`;
    });
  }

  const ATTRIBUTES = { IMG: "src", SCRIPT: "src", SOURCE: "src", AUDIO: "src", VIDEO: "src", INPUT: "src", IFRAME: "src" };

  /** Lets one element load what it names through the lab. */
  async function adopt(element) {
    if (element.tagName === "LINK") return adoptLink(element);
    if (element.tagName === "STYLE") {
      const text = element.textContent;
      if (/url\(|@import/.test(text) && !element.nvDone) {
        element.nvDone = true;
        element.textContent = await styleText(text, absolute(""));
      }
      return;
    }
    const inline = element.getAttribute?.("style");
    if (inline?.includes("url(") && !inline.includes("blob:")) element.setAttribute("style", await styleText(inline, absolute("")));
    const name = ATTRIBUTES[element.tagName];
    const url = name && element.getAttribute(name);
    element.removeAttribute?.("srcset");
    element.removeAttribute?.("integrity");
    if (!url || isInline(url)) return;
    if (element.tagName === "IFRAME") {
      element.removeAttribute(name);
      return report("warn", [`<iframe src="${url}"> is not simulated in the preview`]);
    }
    const found = await resource(url);
    element.dataset.nvSource = absolute(url);
    if (found) element.setAttribute(name, found.url);
  }

  async function adoptLink(link) {
    const url = link.getAttribute("href");
    if (!url || isInline(url)) return;
    const kinds = link.rel.toLowerCase().split(/\s+/);
    if (!kinds.includes("stylesheet")) return link.removeAttribute("href");
    const found = await resource(url);
    if (!found) return link.removeAttribute("href");
    const style = link.ownerDocument.createElement("style");
    style.nvDone = true;
    if (link.media) style.media = link.media;
    style.textContent = await styleText(found.text(), absolute(url));
    link.replaceWith(style);
    link.dispatchEvent(new Event("load"));
  }

  const SELECTOR = "img[src],script[src],link[href],source[src],audio[src],video[src],input[src],iframe[src],style,[style*='url(']";

  function adoptAll(root) {
    const all = [...root.querySelectorAll(SELECTOR)];
    if (root.matches?.(SELECTOR)) all.push(root);
    return Promise.all(all.map(adopt));
  }

  // A script that is put in with an address runs once it has its text, as it would after the network.
  const nativeAppend = { appendChild: Node.prototype.appendChild, insertBefore: Node.prototype.insertBefore };
  for (const [name, native] of Object.entries(nativeAppend)) {
    Node.prototype[name] = function (node, ...rest) {
      const url = node instanceof HTMLScriptElement && node.getAttribute("src");
      if (!url || isInline(url)) return native.call(this, node, ...rest);
      adopt(node).then(() => {
        if (isInline(node.getAttribute("src"))) native.call(this, node, ...rest);
        else node.dispatchEvent(new Event("error"));
      });
      return node;
    };
  }

  // --- navigation -------------------------------------------------------------------------------------

  function navigate(url, method = "GET", headers = [], body = new ArrayBuffer(0)) {
    port.postMessage({ type: "navigate", url, method, headers, body });
  }

  function onClick(event) {
    const link = event.target.closest?.("a[href], area[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    const written = link.getAttribute("href");
    if (/^javascript:/i.test(written)) return;
    event.preventDefault();
    const url = absolute(written);
    const [before, hash] = url.split("#");
    if (hash !== undefined && before === pageUrl.split("#")[0]) {
      document.getElementById(decodeURIComponent(hash))?.scrollIntoView();
      pageUrl = url;
      return port.postMessage({ type: "address", url });
    }
    navigate(url);
  }

  async function onSubmit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form, event.submitter);
    const by = event.submitter;
    const url = new URL(absolute(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? pageUrl));
    const method = (by?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toUpperCase();
    if (method !== "POST") {
      url.search = new URLSearchParams(data).toString();
      return navigate(url.href);
    }
    const multipart = form.enctype === "multipart/form-data";
    const request = new Request("http://x.invalid/", { method: "POST", body: multipart ? data : new URLSearchParams(data) });
    navigate(url.href, "POST", [["content-type", request.headers.get("content-type")]], await request.arrayBuffer());
  }

  // --- the document arrives ---------------------------------------------------------------------------

  async function write({ url, html }) {
    pageUrl = url;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    if (!parsed.querySelector("base[href]")) {
      const base = parsed.createElement("base");
      base.href = url;
      parsed.head.prepend(base);
    }
    parsed.querySelectorAll("meta[http-equiv='Content-Security-Policy' i], meta[http-equiv='refresh' i]").forEach((meta) => meta.remove());
    await adoptAll(parsed);
    const doctype = parsed.doctype ? "<!doctype html>" : "";
    document.open();
    // Opening removed all listeners: these stand before any of the page's own.
    window.addEventListener("error", (event) => event.message && report("error", [`Uncaught ${event.error ? show(event.error) : event.message}`]));
    window.addEventListener("unhandledrejection", (event) => report("error", ["Uncaught (in promise)", event.reason]));
    window.addEventListener("click", onClick);
    window.addEventListener("submit", onSubmit);
    new MutationObserver((changes) => {
      for (const { addedNodes, target, type } of changes) {
        if (type === "attributes") adopt(target);
        else addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && adoptAll(node));
      }
    }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
    document.write(doctype + parsed.documentElement.outerHTML);
    document.close();
    port.postMessage({ type: "shown", title: document.title });
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || port || !event.ports[0]) return;
    event.stopImmediatePropagation();
    [port] = event.ports;
    port.onmessage = ({ data }) => {
      const settle = waiting.get(data.id);
      waiting.delete(data.id);
      settle?.(data.reply);
    };
    write(event.data);
  });
})();
