"""The Lambda runtime for Python: what AWS runs around a handler.

Payloads, messages and log formats follow AWS's published runtime interface client for Python.
Public entry points, called by the worker: `init` and `invoke`. Both return JSON for the host.
"""

import decimal
import importlib
import io
import json
import logging
import os
import re
import sys
import time
import traceback
import zipfile

from .errno_text import LINUX, message_of

TASK_ROOT = "/var/task"
LAYER_ROOT = "/opt"
NO_BREAK_SPACE = "\u00a0"
# CloudWatch Logs cuts an event there.
LONGEST_EVENT = 262144
OWN_FOLDER = os.path.dirname(__file__)

INIT_WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, "
    "or can be applied automatically. To determine if the runtime has been updated, check the runtime "
    "version in the INIT_START log entry. If this error correlates with a change in the runtime version, "
    "you may be able to mitigate this error by temporarily rolling back to the previous runtime version. "
    "For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class Fault(Exception):
    """An error of the runtime itself, with AWS's `errorType`."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace


class Environment:
    """One execution environment: the handler, and the invocation it is busy with."""

    handler = None
    request_id = ""


# --- logs ---------------------------------------------------------------------------------------


def log(text):
    import nuvola_host

    nuvola_host.log(text)


class LogStream(io.TextIOBase):
    """Standard output and error of a function: each line is one log event."""

    def __init__(self):
        self._parts = []
        self._length = 0

    encoding = "utf-8"
    errors = "strict"

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, rest = text.split("\n")
        for line in lines:
            log("".join((*self._parts, line)))
            self._parts, self._length = [], 0
        if rest:
            self._parts.append(rest)
            self._length += len(rest)
        if self._length >= LONGEST_EVENT:
            self.end_line()
        return len(text)

    def end_line(self):
        if self._parts:
            log("".join(self._parts))
            self._parts, self._length = [], 0


class RecordHandler(logging.Handler):
    """A record is one log event, however many lines its message has."""

    def emit(self, record):
        record.aws_request_id = Environment.request_id
        log(self.format(record).removesuffix("\n"))


def set_up_logging():
    sys.stdout = LogStream()
    sys.stderr = LogStream()
    logging.Formatter.converter = time.gmtime
    handler = RecordHandler()
    handler.setFormatter(
        logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
            "%Y-%m-%dT%H:%M:%S",
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if level in logging.getLevelNamesMapping():
        root.setLevel(level)


def end_lines():
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, LogStream):
            stream.end_line()


def log_error(error):
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}".removesuffix(": ")]
    lines.append("Traceback (most recent call last):")
    for element in error["stackTrace"]:
        for line in element.splitlines() or [""]:
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    log("\n".join(lines))


# --- errors -------------------------------------------------------------------------------------


def error_payload(exception):
    if isinstance(exception, Fault):
        return payload(exception.error_type, str(exception), exception.trace)
    return payload(type(exception).__name__, message_of(exception), trace_of(exception))


def payload(error_type, message, trace):
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": Environment.request_id,
        "stackTrace": trace or [],
    }


def trace_of(exception):
    frames = [
        (frame.filename, frame.lineno, frame.name, frame.line)
        for frame in traceback.extract_tb(exception.__traceback__)
    ]
    while frames and frames[0][0].startswith(OWN_FOLDER):
        frames.pop(0)
    return traceback.format_list(frames)


def end_if_out_of_memory(exception):
    """What does not fit into the 4 GB of this interpreter is refused before memory is asked for; on
    Lambda the process asks, and is killed."""
    too_large = isinstance(exception, OverflowError) and "index-sized integer" in str(exception)
    if too_large or isinstance(exception, MemoryError):
        import nuvola_host

        nuvola_host.out_of_memory()


def exit_payload(exit_code):
    """What the service answers when the runtime's process is gone."""
    reason = (
        f"Runtime exited with error: exit status {exit_code}"
        if exit_code
        else "Runtime exited without providing a reason"
    )
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {Environment.request_id} Error: {reason}",
    }


def exit_code_of(exit_request):
    code = exit_request.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


# --- results ------------------------------------------------------------------------------------

# The runtime writes a Decimal as its digits, which the standard encoder cannot: a marked text is
# written and its quotes removed afterwards.
DECIMAL_MARK = "\u0000decimal "
DECIMAL_TEXT = re.compile(r'"\\u0000decimal ([^"]*)"')


class ResultEncoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, decimal.Decimal):
            return float("nan") if value.is_nan() else f"{DECIMAL_MARK}{value}"
        return super().default(value)


def encode_result(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    try:
        text = ResultEncoder(ensure_ascii=False).encode(value)
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    return DECIMAL_TEXT.sub(r"\1", text)


# --- the context object -------------------------------------------------------------------------


class Record:
    """A plain object with the fields that AWS documents."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        fields = ",".join(f"{name}={value}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}([{fields}])"


class CognitoIdentity(Record):
    pass


class Client(Record):
    pass


class ClientContext(Record):
    pass


class LambdaContext:
    def __init__(self, invocation):
        environ = os.environ.get
        self.aws_request_id = invocation["requestId"]
        self.log_group_name = environ("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invocation["arn"]
        self.tenant_id = None
        self.client_context = client_context(invocation.get("clientContext"))
        self.identity = CognitoIdentity(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline_ms = invocation["deadlineMs"]

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline_ms) - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = "aws_request_id log_group_name log_stream_name function_name memory_limit_in_mb"
        shown += " function_version invoked_function_arn client_context identity tenant_id"
        fields = ",".join(f"{name}={getattr(self, name)}" for name in shown.split())
        return f"LambdaContext([{fields}])"


def client_context(text):
    if not text:
        return None
    try:
        given = json.loads(text)
    except ValueError as error:
        raise Fault(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}"
        ) from None
    if not isinstance(given, dict):
        given = {}
    client = given.get("client")
    if isinstance(client, dict):
        names = "installation_id app_title app_version_name app_version_code app_package_name"
        client = Client(**{name: client.get(name) for name in names.split()})
    return ClientContext(custom=given.get("custom"), env=given.get("env"), client=client)


# --- the file system ----------------------------------------------------------------------------

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.mkdir": (0,), "os.remove": (0,), "os.rmdir": (0,), "os.rename": (0, 1), "os.truncate": (0,)}


def refuse_writing(event, args):
    """On Lambda everything but /tmp is read-only."""
    if event == "open":
        path, _, flags = args
        paths = (path,) if isinstance(flags, int) and flags & WRITING else ()
    elif event in CHANGES:
        paths = [args[position] for position in CHANGES[event]]
    else:
        return
    for path in paths:
        if not isinstance(path, (str, bytes)):
            continue
        full = os.path.realpath(os.fsdecode(path))
        if not full.startswith(("/tmp/", "/dev/")) and full != "/tmp":
            raise OSError(LINUX["EROFS"], "Read-only file system", os.fsdecode(path))


# --- entry points -------------------------------------------------------------------------------


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        problem = "not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {problem}")
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Fault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from None
    if not hasattr(module, function_name):
        raise Fault(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        )
    return getattr(module, function_name)


def unpack(package):
    os.makedirs(TASK_ROOT, exist_ok=True)
    zipfile.ZipFile(io.BytesIO(package)).extractall(TASK_ROOT)
    os.chdir(TASK_ROOT)
    sys.path.insert(0, TASK_ROOT)


def unpack_layers(layers):
    """Later layers go over earlier ones; what is in `/opt/python` can be imported."""
    for layer in layers:
        zipfile.ZipFile(io.BytesIO(layer.to_bytes())).extractall(LAYER_ROOT)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [f"{LAYER_ROOT}/python/lib/{version}/site-packages", f"{LAYER_ROOT}/python"]
    sys.path[1:1] = [place for place in places if os.path.isdir(place)]


def init(handler, package, env, layers=()):
    """Loads the handler. Returns JSON: `{"error": null}` or the error's payload."""
    os.environ.clear()
    os.environ.update(json.loads(env))
    sys.dont_write_bytecode = True
    set_up_logging()
    unpack(package.to_bytes())
    unpack_layers(layers)
    sys.addaudithook(refuse_writing)
    error = None
    try:
        Environment.handler = load_handler(handler)
    except SystemExit as exit_request:
        error = exit_payload(exit_code_of(exit_request))
    except BaseException as exception:
        end_if_out_of_memory(exception)
        error = error_payload(exception)
        logging.warning(INIT_WARNING)
        log_error(error)
    end_lines()
    return json.dumps({"error": error})


def invoke(invocation):
    """Runs the handler once. Returns JSON: the result's payload, or the error's."""
    invocation = json.loads(invocation)
    Environment.request_id = invocation["requestId"]
    trace_id = invocation.get("traceId")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    answer = {}
    try:
        context = LambdaContext(invocation)
        result = Environment.handler(parse_event(invocation["event"]), context)
        answer["payload"] = encode_result(result)
    except SystemExit as exit_request:
        answer.update(error=exit_payload(exit_code_of(exit_request)), exited=True)
    except KeyboardInterrupt:
        answer.update(error=exit_payload(130), exited=True)
    except Exception as exception:
        end_if_out_of_memory(exception)
        answer["error"] = error_payload(exception)
        log_error(answer["error"])
    end_lines()
    return json.dumps(answer)


def parse_event(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
