// Stands where the cloud worker stands: creates sandboxes as nested workers and carries messages.
const sandboxes = new Map();

self.onmessage = ({ data }) => {
  const { id, url, message, end } = data;
  if (url) {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = (event) => self.postMessage({ id, message: event.data });
    worker.onerror = (event) => {
      event.preventDefault();
      self.postMessage({ id, message: { type: "worker-error", message: event.message } });
    };
    sandboxes.set(id, worker);
  } else if (end) {
    sandboxes.get(id)?.terminate();
    sandboxes.delete(id);
  } else {
    sandboxes.get(id)?.postMessage(message);
  }
};
