// A page's side of the cloud worker, without the page: commands out, events in.

export class Cloud {
  #worker;
  #waiting = [];
  #next = 1;

  constructor(url) {
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }) => {
      const events = data === "ready" ? [{ type: "ready" }] : JSON.parse(data);
      for (const event of events) {
        const ready = this.#waiting.filter(({ accepts }) => accepts(event));
        this.#waiting = this.#waiting.filter((entry) => !ready.includes(entry));
        for (const { resolve } of ready) resolve(event);
      }
    };
  }

  /** The next event that a function accepts. */
  until(accepts) {
    return new Promise((resolve) => this.#waiting.push({ accepts, resolve }));
  }

  ready() {
    return this.until((event) => event.type === "ready");
  }

  /** Sends a command, `{name: fields}` or the name alone, and gives its reply. */
  async ask(command) {
    const id = this.#next++;
    const replied = this.until((event) => event.type === "reply" && event.id === id);
    this.#worker.postMessage(JSON.stringify({ id, command }));
    return (await replied).reply;
  }

  /** Types a line at the first terminal's prompt and waits for the next prompt. */
  async line(text) {
    const prompt = this.until((event) => event.type === "terminalState" && event.waitsFor === "command");
    await this.ask({ terminalLine: { terminal: 1, line: text } });
    await prompt;
  }

  write(path, text) {
    return this.ask({ writeFile: { path, content: btoa(text) } });
  }
}

/** All journal entries that the worker has written. */
export function journal() {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("nuvola");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const all = open.result.transaction("journal").objectStore("journal").getAll();
      all.onsuccess = () => resolve(all.result);
      all.onerror = () => reject(all.error);
    };
  });
}
