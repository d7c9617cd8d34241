"""Sockets over the channel to the host: a program can listen, and real bytes come and go.

So servers run as they are: `http.server`, `socketserver`, Werkzeug and what is built on it. There are no
threads here: a server that would start one for each connection serves them one after another.
Connections to other machines stay closed but for HTTP (see `transport`).
"""

import errno
import io
import os
import selectors
import socket
import socketserver

from .waits import block

FIRST_FREE_PORT = 49152
FIRST_DESCRIPTOR = 1000
CHUNK = 65536
# What this platform's `socket` lacks, with Linux's numbers.
CONSTANTS = {
    "SO_REUSEADDR": 2, "SO_TYPE": 3, "SO_ERROR": 4, "SO_BROADCAST": 6, "SO_SNDBUF": 7, "SO_RCVBUF": 8,
    "SO_KEEPALIVE": 9, "SO_LINGER": 13, "SO_REUSEPORT": 15, "SOL_SOCKET": 1, "SOMAXCONN": 4096, "TCP_NODELAY": 1,
    "IPPROTO_TCP": 6, "IPPROTO_UDP": 17, "IPPROTO_IPV6": 41, "IPV6_V6ONLY": 26, "SHUT_RD": 0, "SHUT_WR": 1,
    "SHUT_RDWR": 2, "MSG_PEEK": 2, "AI_PASSIVE": 1,
}
NO_CONNECTIONS = "connections to other machines are not simulated in Nuvola, except HTTP by urllib, requests or boto3"


def network():
    import nuvola_host

    return nuvola_host.network


def milliseconds(timeout):
    """-1 is without limit."""
    return -1 if timeout is None else max(0, timeout * 1000)


class Registry:
    next_descriptor = FIRST_DESCRIPTOR
    next_port = FIRST_FREE_PORT


def own_address():
    return os.environ.get("NUVOLA_ADDRESS", "127.0.0.1")


class HostSocket:
    """What programs use of `socket.socket`."""

    def __init__(self, family=socket.AF_INET, type=socket.SOCK_STREAM, proto=0, fileno=None):
        self.family = socket.AF_INET if family == -1 else family
        self.type = socket.SOCK_STREAM if type == -1 else type
        self.proto = max(proto, 0)
        self.descriptor = Registry.next_descriptor
        Registry.next_descriptor += 1
        self.timeout = None
        self.address = self.peer = None
        self.port = self.connection = None
        self.closed = self.at_end = False
        self.files = 0

    # --- life -----------------------------------------------------------------------------------

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        state = " [closed]" if self.closed else ""
        return f"<socket.socket{state} fd={self.fileno()}, laddr={self.address}, raddr={self.peer}>"

    def fileno(self):
        return -1 if self.closed else self.descriptor

    def close(self):
        self.closed = True
        if self.files <= 0:
            self.release()

    def release(self):
        if self.connection is not None:
            network().close(self.connection)
        if self.port is not None:
            network().unlisten(self.port)
        self.connection = self.port = None

    def file_closed(self):
        self.files -= 1
        if self.closed and self.files <= 0:
            self.release()

    def detach(self):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    def shutdown(self, how):
        if self.connection is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            network().close(self.connection)

    # --- settings -------------------------------------------------------------------------------

    def setsockopt(self, *_):
        pass

    def getsockopt(self, level, option, length=0):
        return bytes(length) if length else 0

    def settimeout(self, timeout):
        if timeout is not None and timeout < 0:
            raise ValueError("Timeout value out of range")
        self.timeout = timeout

    def gettimeout(self):
        return self.timeout

    def setblocking(self, flag):
        self.timeout = None if flag else 0.0

    def getblocking(self):
        return self.timeout != 0.0

    def set_inheritable(self, _):
        pass

    def get_inheritable(self):
        return False

    def getsockname(self):
        return self.address or ("0.0.0.0", 0)

    def getpeername(self):
        if self.peer is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return self.peer

    # --- listening ------------------------------------------------------------------------------

    def bind(self, address):
        if self.family not in (socket.AF_INET, socket.AF_INET6):
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        host, port = address[0], address[1]
        if not isinstance(port, int) or not 0 <= port <= 65535:
            raise OverflowError("bind(): port must be 0-65535.")
        if port == 0:
            port = Registry.next_port
            Registry.next_port += 1
        self.address = (host or "0.0.0.0", port)

    def listen(self, backlog=128):
        if self.port is not None:
            return
        if self.address is None:
            self.bind(("", 0))
        network().listen(self.address[1], self.address[0])
        self.port = self.address[1]

    def accept(self):
        if self.port is None:
            raise OSError(errno.EINVAL, "Invalid argument")
        found = block(network().accept(self.port, milliseconds(self.timeout)))
        if found is None:
            raise self.late()
        connection, host, port = found
        accepted = HostSocket(self.family, self.type)
        accepted.connection, accepted.address = connection, self.address
        accepted.peer = (host, port)
        return accepted, accepted.peer

    def late(self):
        if self.timeout == 0.0:
            return BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return TimeoutError("timed out")

    # --- connecting -----------------------------------------------------------------------------

    def connect(self, address):
        if self.type == socket.SOCK_DGRAM:
            # Nothing is sent yet; programs do it to learn their own address.
            self.peer, self.address = tuple(address[:2]), (own_address(), FIRST_FREE_PORT)
            return
        raise OSError(errno.ENETUNREACH, NO_CONNECTIONS)

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            return error.errno
        return 0

    # --- bytes ----------------------------------------------------------------------------------

    def recv(self, size, flags=0):
        if self.connection is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        if self.at_end or size == 0:
            return b""
        found = block(network().read(self.connection, size, milliseconds(self.timeout)))
        if found is None:
            raise self.late()
        data = found.to_bytes()
        self.at_end = not data
        return data

    def recv_into(self, buffer, size=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(size or len(view))
        view[: len(data)] = data
        return len(data)

    def send(self, data, flags=0):
        from pyodide.ffi import to_js

        if self.connection is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        view = memoryview(data).cast("B")[:CHUNK]
        if len(view) and not network().write(self.connection, to_js(view)):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        return len(view)

    def sendall(self, data, flags=0):
        view = memoryview(data).cast("B")
        while len(view):
            view = view[self.send(view) :]

    def sendto(self, *_):
        raise OSError(errno.ENETUNREACH, NO_CONNECTIONS)

    def makefile(self, mode="r", buffering=None, *, encoding=None, errors=None, newline=None):
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        raw = SocketFile(self, mode)
        if buffering == 0:
            return raw
        size = io.DEFAULT_BUFFER_SIZE if buffering in (None, -1) else buffering
        reads, writes = "r" in mode or "w" not in mode, "w" in mode
        kind = io.BufferedRWPair if reads and writes else io.BufferedReader if reads else io.BufferedWriter
        buffered = kind(raw, raw, size) if reads and writes else kind(raw, size)
        if "b" in mode:
            return buffered
        return io.TextIOWrapper(buffered, encoding, errors, newline)


class SocketFile(io.RawIOBase):
    def __init__(self, owner, mode):
        self.owner, self.mode = owner, mode
        owner.files += 1

    def readable(self):
        return "r" in self.mode or "w" not in self.mode

    def writable(self):
        return "w" in self.mode

    def readinto(self, buffer):
        return self.owner.recv_into(buffer)

    def write(self, data):
        return self.owner.send(data)

    def fileno(self):
        return self.owner.fileno()

    def close(self):
        if not self.closed:
            super().close()
            self.owner.file_closed()


class HostSelector(selectors._BaseSelectorImpl):
    """Waits until one of several sockets can be read; all can always be written."""

    def select(self, timeout=None):
        from pyodide.ffi import to_js

        keys = list(self.get_map().values())
        owners = {key.fd: owner_of(key.fileobj) for key in keys}
        ports = [owner.port for owner in owners.values() if owner and owner.port is not None]
        ids = [owner.connection for owner in owners.values() if owner and owner.connection is not None]
        writable = [key for key in keys if key.events & selectors.EVENT_WRITE]
        ms = 0 if writable else milliseconds(timeout)
        found = block(network().ready(to_js(ports), to_js(ids), ms))
        readable = set(found.to_py()) if found is not None else set()
        ready = []
        for key in keys:
            owner = owners[key.fd]
            events = key.events & selectors.EVENT_WRITE
            if owner and {owner.port, owner.connection} & readable:
                events |= key.events & selectors.EVENT_READ
            if events:
                ready.append((key, events))
        return ready


def owner_of(given):
    """The socket behind what a program registered: itself, a server, a file."""
    if isinstance(given, HostSocket):
        return given
    for name in ("socket", "owner", "raw"):
        inner = getattr(given, name, None)
        if inner is not None:
            return owner_of(inner)
    return None


def process_in_turn(server, request, client_address):
    server.process_request_thread(request, client_address)


def getfqdn(name=""):
    return name or "localhost"


def create_connection(address, *_, **__):
    raise OSError(errno.ENETUNREACH, NO_CONNECTIONS)


def install():
    for name, number in CONSTANTS.items():
        if not hasattr(socket, name):
            setattr(socket, name, number)
    socket.socket = socket.SocketType = HostSocket
    socket.create_connection = create_connection
    # Looking names up is the host's business; a server asks for its own only.
    socket.getfqdn = getfqdn
    selectors.DefaultSelector = selectors.SelectSelector = selectors.PollSelector = HostSelector
    socketserver._ServerSelector = HostSelector
    socketserver.ThreadingMixIn.process_request = process_in_turn
