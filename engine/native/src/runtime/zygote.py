"""Runs the terminal programs of lessons: a Python that has imported boto3 and the AWS CLI once, and forks.

One JSON line per order on standard input: `{"id", "folder", "cwd", "argv", "env"}` starts a program,
`{"id", "signal"}` sends it a signal. One JSON line per news on standard output: `{"id", "started"}` once its
streams (the pipes `in`, `out`, `err`, `news` in its folder) can be opened, `{"id", "exit"}` when it has ended.

A program's ports are ports of its own that nobody else has: what it asked for is told over `news`. It sleeps by
the lab's clock.
"""

import gc
import http.client
import importlib
import io
import json
import os
import random
import runpy
import select
import signal
import socket
import sys
import time
import traceback
import types
from urllib.parse import urlsplit

HERE = os.path.abspath(__file__)
STREAMS = ("in", "out", "err", "news")


MODULES = (
    "awscli.clidriver", "awscli.handlers", "boto3.dynamodb.conditions", "boto3.s3.transfer", "flask", "PIL.Image",
)
SERVICES = ("dynamodb", "ec2", "iam", "lambda", "logs", "s3", "sqs", "sts")


def warm():
    """What most programs import and read. Whoever has none of it runs plain Python all the same."""
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    try:
        warm_clients()
    except ImportError:
        pass
    sys.dont_write_bytecode = True
    gc.freeze()


def warm_clients():
    """Descriptions of services are read once; every session of botocore would read them again."""
    import botocore.loaders
    import botocore.session

    read_file = botocore.loaders.JSONFileLoader.load_file
    known = {}

    def load_file(own, path):
        if path not in known:
            known[path] = read_file(own, path)
        return known[path]

    botocore.loaders.JSONFileLoader.load_file = load_file
    session = botocore.session.Session()
    session.set_credentials("nobody", "nothing")
    for service in SERVICES:
        session.create_client(service, region_name="eu-south-1")


def tell(message):
    os.write(1, (json.dumps(message) + "\n").encode())


class Child:
    """Inside a forked program."""

    def __init__(self, order):
        self.order = order
        self.ports = {}

    def enter(self):
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pipes = os.path.join(self.order["folder"], ".streams")
        for descriptor, name in enumerate(STREAMS[:3]):
            opened = os.open(os.path.join(pipes, name), os.O_RDONLY if descriptor == 0 else os.O_WRONLY)
            os.dup2(opened, descriptor)
            os.close(opened)
        self.news = os.open(os.path.join(pipes, "news"), os.O_WRONLY)
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0), encoding="utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(
            os.fdopen(2, "wb", 0), encoding="utf-8", errors="backslashreplace", write_through=True
        )
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
        os.environ.clear()
        os.environ.update(self.order["env"])
        os.chdir(self.order["cwd"])
        time.tzset()
        random.seed()
        sys.excepthook = excepthook
        self.lend_ports()
        self.lend_time()

    def lend_ports(self):
        real_bind, real_listen = socket.socket.bind, socket.socket.listen

        def bind(own, address):
            if own.family != socket.AF_INET or not isinstance(address, tuple):
                return real_bind(own, address)
            real_bind(own, ("127.0.0.1", 0))
            self.ports[own.fileno()] = address[1]

        def listen(own, *backlog):
            real_listen(own, *backlog)
            real = own.getsockname()[1] if own.family == socket.AF_INET else 0
            wanted = self.ports.get(own.fileno())
            if wanted is not None:
                os.write(self.news, (json.dumps({"port": wanted or real, "at": real}) + "\n").encode())

        socket.socket.bind, socket.socket.listen = bind, listen

    def lend_time(self):
        lab = urlsplit(self.order["env"].get("AWS_ENDPOINT_URL", ""))

        def sleep(seconds):
            if seconds < 0:
                raise ValueError("sleep length must be non-negative")
            connection = http.client.HTTPConnection(lab.hostname, lab.port)
            connection.request("GET", f"/_nuvola/sleep?ms={int(seconds * 1000)}")
            connection.getresponse().read()

        if lab.hostname:
            time.sleep = sleep

    def run(self):
        program, *arguments = self.order["argv"]
        if os.path.basename(program) == "aws":
            import awscli
            import awscli.clidriver

            # As the package does when it is imported.
            os.environ["AWS_DATA_PATH"] = os.path.join(os.path.dirname(awscli.__file__), "data")
            # With its own data the AWS CLI of version 1 passes over the variable for SQS.
            named = [] if "--endpoint-url" in arguments else ["--endpoint-url", os.environ["AWS_ENDPOINT_URL"]]
            sys.argv = [program, *named, *arguments]
            sys.exit(awscli.clidriver.main())
        if arguments[:1] == ["-u"]:
            arguments = arguments[1:]
        match arguments:
            case ["-c", code, *rest]:
                self.execute("<string>", code, ["-c", *rest], "")
            case ["-m", module, *rest]:
                sys.argv, sys.path[0] = [module, *rest], os.getcwd()
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case [path, *_] if not path.startswith("-") and os.path.isfile(path):
                with open(path, "rb") as file:
                    code = file.read()
                self.execute(path, code, arguments, os.path.dirname(os.path.abspath(path)))
            case _:
                os.execvpe(sys.executable, [program, *arguments], os.environ)

    def execute(self, path, code, argv, folder):
        main = types.ModuleType("__main__")
        main.__file__ = path
        sys.modules["__main__"] = main
        sys.argv, sys.path[0] = argv, folder
        try:
            compiled = compile(code, path, "exec")
        except SyntaxError as error:
            # As the interpreter shows it: the place alone, without frames.
            error.__traceback__ = None
            excepthook(type(error), error, None)
            sys.exit(1)
        exec(compiled, main.__dict__)


def excepthook(kind, error, frames):
    """Tracebacks begin at the program's own frames."""
    while frames is not None and os.path.abspath(frames.tb_frame.f_code.co_filename) == HERE:
        frames = frames.tb_next
    traceback.print_exception(kind, error, frames)


class Zygote:
    def __init__(self):
        self.ids = {}
        self.pids = {}

    def serve(self):
        """Takes orders until there are no more; in a forked child: the order that it is to run."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer)
        rest = b""
        while True:
            ready, _, _ = select.select([0, reader], [], [])
            if reader in ready:
                os.read(reader, 4096)
                self.reap()
            if 0 in ready:
                read = os.read(0, 65536)
                if not read:
                    return self.end()
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    child = self.on_order(json.loads(line))
                    if child is not None:
                        return child

    def on_order(self, order):
        number = order["id"]
        if "signal" in order:
            if number in self.pids:
                os.killpg(self.pids[number], order["signal"])
            return None
        pipes = os.path.join(order["folder"], ".streams")
        os.mkdir(pipes)
        for name in STREAMS:
            os.mkfifo(os.path.join(pipes, name))
        pid = os.fork()
        if pid == 0:
            return Child(order)
        try:
            # Parent or child, whoever comes first: signals must find the group.
            os.setpgid(pid, pid)
        except OSError:
            pass
        self.ids[pid], self.pids[number] = number, pid
        tell({"id": number, "started": True})
        return None

    def reap(self):
        while self.ids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            number = self.ids.pop(pid, None)
            if number is None:
                continue
            del self.pids[number]
            code = os.waitstatus_to_exitcode(status)
            tell({"id": number, "exit": code if code >= 0 else 128 - code})

    def end(self):
        for pid in self.ids:
            os.killpg(pid, signal.SIGKILL)
        return None


warm()
child = Zygote().serve()
if child is not None:
    child.enter()
    child.run()
