"""A terminal process: `python ...` as the python command behaves, or `aws ...`, the real AWS CLI."""

import code
import io
import json
import os
import sys
import traceback
import types
import warnings

from .errno_text import message_of, with_linux_number
from .waits import block

MOST_AT_ONCE = 65536
OWN_FOLDER = os.path.dirname(__file__)
HELP_ELSEWHERE = (
    "the help pages of the AWS CLI are not part of Nuvola: "
    "see https://docs.aws.amazon.com/cli/latest/reference/"
)
PYTHON_USAGE = "usage: python [-c cmd | -m mod | file | -] [arg] ..."


# --- standard streams ---------------------------------------------------------------------------


class HostOutput(io.RawIOBase):
    def __init__(self, name, descriptor, is_tty):
        self._stream = name
        self._descriptor = descriptor
        self._is_tty = is_tty

    def writable(self):
        return True

    def isatty(self):
        return self._is_tty

    def fileno(self):
        return self._descriptor

    def write(self, data):
        import nuvola_host
        from pyodide.ffi import can_run_sync, to_js

        part = memoryview(data)[:MOST_AT_ONCE]
        must_wait = nuvola_host.write(self._stream, to_js(part))
        # A terminal reads at its own speed, and a program that writes faster waits for it.
        if must_wait and can_run_sync():
            block(nuvola_host.wait())
        return len(part)


class HostInput(io.RawIOBase):
    """Blocks until the terminal has a line, or has ended."""

    def __init__(self, is_tty):
        self._is_tty = is_tty
        self._rest = b""

    def readable(self):
        return True

    def isatty(self):
        return self._is_tty

    def fileno(self):
        return 0

    def readinto(self, buffer):
        import nuvola_host

        if not self._rest:
            sys.stdout.flush()
            self._rest = block(nuvola_host.read_line()).encode()
        chunk, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


class TerminalInput(io.TextIOWrapper):
    """Line by line: a text wrapper would read ahead, past the line that was asked for."""

    def readline(self, size=-1):
        line = self.buffer.readline(size)
        return line.decode()

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line


def set_up_streams(is_tty):
    def output(name, descriptor):
        raw = io.BufferedWriter(HostOutput(name, descriptor, is_tty))
        return io.TextIOWrapper(raw, encoding="utf-8", line_buffering=True)

    sys.stdout = sys.__stdout__ = output("stdout", 1)
    sys.stderr = sys.__stderr__ = output("stderr", 2)
    sys.stdin = sys.__stdin__ = TerminalInput(io.BufferedReader(HostInput(is_tty)), encoding="utf-8")


def flush_streams():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            # A program may have closed or replaced them; then there is nothing to flush.
            continue


# --- python -------------------------------------------------------------------------------------


def main_module(path=None):
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    if path is not None:
        module.__file__ = path
    sys.modules["__main__"] = module
    return module


def execute(source, path, name):
    module = main_module(path)
    exec(compile(source, name, "exec"), module.__dict__)


def run_file(path, arguments):
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        full = os.path.join(os.getcwd(), path)
        reason = message_of(error).rpartition(": ")[0]
        print(f"python: can't open file '{full}': {reason}", file=sys.stderr)
        return 2
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    execute(source, path, os.path.join(os.getcwd(), path))
    return 0


def run_module(name, arguments):
    import importlib.util

    sys.argv = ["-m", *arguments]
    sys.path[0] = os.getcwd()
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.loader is None:
        print(f"python: No module named {name}", file=sys.stderr)
        return 1
    sys.argv[0] = spec.origin
    module = main_module(spec.origin)
    module.__spec__ = spec
    module.__package__ = spec.name.rpartition(".")[0]
    exec(spec.loader.get_code(spec.name), module.__dict__)
    return 0


def run_console():
    sys.argv = [""]
    sys.path[0] = ""
    module = main_module()
    version = sys.version.replace("\n", "")
    banner = f"Python {version} on {sys.platform}\nType exit() or Ctrl-D to leave."
    console = code.InteractiveConsole(module.__dict__)
    console.interact(banner=banner, exitmsg="")
    return 0


def run_python(arguments, is_tty):
    while arguments and arguments[0] in ("-u", "-B", "-q", "-E", "-s", "-W"):
        if arguments[0] == "-W" and len(arguments) > 1:
            warnings.simplefilter(arguments[1])
            arguments = arguments[1:]
        arguments = arguments[1:]
    first, rest = (arguments[0], arguments[1:]) if arguments else (None, [])
    if first in ("-V", "--version"):
        print(f"Python {sys.version.split()[0]}")
        return 0
    if first in ("-c", "-m") and not rest:
        print(f"Argument expected for the {first} option\n{PYTHON_USAGE}", file=sys.stderr)
        return 2
    if first == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path[0] = ""
        execute(rest[0], None, "<string>")
        return 0
    if first == "-m":
        return run_module(rest[0], rest[1:])
    if first is None and is_tty:
        return run_console()
    if first in (None, "-"):
        sys.argv = ["-", *rest] if first else [""]
        sys.path[0] = ""
        execute(sys.stdin.read(), None, "<stdin>")
        return 0
    if first.startswith("-"):
        print(f"unknown option {first}\n{PYTHON_USAGE}", file=sys.stderr)
        return 2
    return run_file(first, rest)


# --- aws ----------------------------------------------------------------------------------------


def report_transfers(processor, timeout=None):
    from awscli.customizations.s3.results import FinalTotalSubmissionsResult

    queue = processor._result_queue
    found = []
    while not queue.empty():
        found.append(queue.get())
    # With threads the total is known before the first transfer has ended.
    found.sort(key=lambda result: not isinstance(result, FinalTotalSubmissionsResult))
    for result in found:
        queue.put(result)
    processor.run()


def refuse_services_not_simulated():
    """Other services are known by name only (see `pack.py`): who asks for one is told so."""
    from botocore.exceptions import BotoCoreError
    from botocore.loaders import Loader

    class NotSimulatedError(BotoCoreError):
        fmt = "the service `{service_name}` is not simulated in Nuvola"

    load = Loader.load_service_model

    def load_service_model(loader, service_name, type_name, api_version=None):
        model = load(loader, service_name, type_name, api_version)
        if model.get("not-simulated"):
            raise NotSimulatedError(service_name=service_name)
        return model

    Loader.load_service_model = load_service_model


def run_aws(arguments):
    import awscli.clidriver

    if arguments[-1:] == ["help"]:
        print(HELP_ELSEWHERE, file=sys.stderr)
        return 255
    from awscli.customizations.s3 import results

    # The CLI prints the progress of transfers from a thread of its own. There are none here, so
    # what that thread would do is done when the transfers have ended.
    results.ResultProcessor.start = lambda processor: None
    results.ResultProcessor.join = report_transfers
    refuse_services_not_simulated()
    # Set when awscli was imported, before the process had its environment.
    os.environ["AWS_DATA_PATH"] = os.path.join(os.path.dirname(awscli.__file__), "data")
    sys.argv = ["aws", *arguments]
    # Some commands, `aws configure` among them, end without a code.
    return awscli.clidriver.create_clidriver().main(arguments) or 0


# --- entry point --------------------------------------------------------------------------------


def exit_code_of(exit_request):
    if exit_request.code is None:
        return 0
    if isinstance(exit_request.code, int):
        return exit_request.code & 0xFF
    print(exit_request.code, file=sys.stderr)
    return 1


def print_error(error):
    """The traceback as the python command prints it: from the program's own first line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OWN_FOLDER):
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace))
    if isinstance(error, OSError):
        text = with_linux_number(text, error.errno)
    sys.stderr.write(text)


def run(options):
    """Runs one command line; returns its exit code."""
    options = json.loads(options)
    set_up_streams(options["isTty"])
    os.environ.clear()
    os.environ.update(
        {"HOME": "/home/student", "LANG": "C.UTF-8", **options["env"]},
        COLUMNS=str(options["columns"]),
        LINES=str(options["rows"]),
    )
    os.makedirs(options["cwd"], exist_ok=True)
    os.chdir(options["cwd"])
    sys.path.insert(0, "")
    sys.dont_write_bytecode = True
    command, *arguments = options["argv"]
    try:
        exit_code = run_aws(arguments) if command == "aws" else run_python(arguments, options["isTty"])
    except SystemExit as exit_request:
        exit_code = exit_code_of(exit_request)
    except KeyboardInterrupt as interrupt:
        print_error(interrupt)
        exit_code = 130
    except BaseException as error:
        print_error(error)
        exit_code = 1
    flush_streams()
    return exit_code
