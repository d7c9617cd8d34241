/**
 * Sockets that listen: a program's servers, over the channel to the host. The bytes are those that would go
 * over TCP, so servers of any library run as they are.
 */

import { send } from "../shared/port.js";
import { wait, within } from "../shared/waits.js";

/** @type {Map<number, {id: number, peer: [string, number]}[]>}  connections that wait to be accepted, by port */
const backlogs = new Map();
/** @type {Map<number, {parts: Uint8Array[]}>}  what is not read yet, by connection */
const connections = new Map();
const watchers = new Set();
const FIRST_PEER_PORT = 49_152;

function changed() {
  for (const watcher of [...watchers]) watcher();
}

/** Waits until `look` finds something; `undefined` after `ms`, which may be negative for no limit. */
function until(ms, look) {
  return wait((resolve) => {
    const watch = () => {
      const found = look();
      if (found !== undefined) resolve(found);
    };
    watchers.add(watch);
    const forget = within(ms, () => resolve(undefined));
    watch();
    return () => {
      watchers.delete(watch);
      forget();
    };
  });
}

/** From Python: each gives plain values. */
export const network = {
  listen: (port, address) => {
    backlogs.set(port, []);
    send({ type: "listen", port, address });
  },
  unlisten: (port) => {
    if (backlogs.delete(port)) send({ type: "unlisten", port });
  },
  /** @returns {Promise<[number, string, number] | undefined>} the connection's id, and the peer */
  accept: (port, ms) =>
    until(ms, () => {
      const next = backlogs.get(port)?.shift();
      return next && [next.id, ...next.peer];
    }),
  /** @returns {Promise<Uint8Array | undefined>} at most `most` bytes, none at the end; `undefined` after `ms` */
  read: (id, most, ms) =>
    until(ms, () => {
      const connection = connections.get(id);
      if (!connection) return new Uint8Array();
      // The client has sent all it sends when it connects.
      if (connection.parts.length === 0) return new Uint8Array();
      const [first] = connection.parts;
      if (first.length > most) connection.parts[0] = first.subarray(most);
      else connection.parts.shift();
      return first.slice(0, most);
    }),
  write: (id, bytes) => {
    if (!connections.has(id)) return false;
    const data = bytes.slice();
    send({ type: "connection-data", id, data, closed: false }, [data.buffer]);
    return true;
  },
  close: (id) => {
    if (connections.delete(id)) send({ type: "connection-data", id, data: new Uint8Array(), closed: true });
  },
  /** @returns {Promise<number[] | undefined>} which of these ports and connections have something */
  ready: (ports, ids, ms) =>
    until(ms, () => {
      const found = [
        ...ports.filter((port) => backlogs.get(port)?.length > 0),
        // A connection can be read at any time: its bytes are there, or its end is.
        ...ids,
      ];
      return found.length > 0 ? found : undefined;
    }),
};

/** From the host. */
export const fromNetwork = {
  connection: ({ port, id, peer, data }) => {
    connections.set(id, { parts: data.length ? [data] : [] });
    const backlog = backlogs.get(port);
    if (backlog) backlog.push({ id, peer: peer ?? ["127.0.0.1", FIRST_PEER_PORT + (id % 10_000)] });
    else network.close(id);
    changed();
  },
  "connection-closed": ({ id }) => {
    connections.delete(id);
    changed();
  },
};
