"""The network of the sandbox: every HTTP call becomes a message to the engine, whatever library makes it.

- botocore: a built-in handler of its `before-send` event returns the response itself.
- urllib.request: an opener of our own.
- urllib3: its connection for WebAssembly asks our functions in place of the browser's `fetch`.

Sockets to other machines stay closed, as the browser has none; those that listen are in `sockets`.
"""

import email.message
import io
import json
import urllib.error
import urllib.request
import urllib.response

from .waits import block


class HostUnreachable(OSError):
    """The engine knows no such host, or nothing answers there."""


def exchange(method, url, headers, body):
    """Sends one request; blocks until its answer: (status, [(name, value)], bytes)."""
    import nuvola_host
    from pyodide.ffi import to_js

    answer = block(nuvola_host.request(method, url, json.dumps(headers), to_js(body)))
    if answer.status == 0:
        raise HostUnreachable(answer.error)
    return answer.status, json.loads(answer.headers), answer.body.to_bytes()


def as_text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def as_bytes(body):
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if hasattr(body, "read"):
        return as_bytes(body.read())
    return b"".join(as_bytes(part) for part in body)


# --- botocore -----------------------------------------------------------------------------------


class RawBody(io.BytesIO):
    """What botocore reads an answer's body from; it expects urllib3's response."""

    def stream(self, amt=65536, decode_content=None):
        while chunk := self.read(amt):
            yield chunk

    def release_conn(self):
        pass


def answer_botocore(request, **_):
    from botocore.awsrequest import AWSResponse
    from botocore.exceptions import EndpointConnectionError

    headers = [[as_text(name), as_text(value)] for name, value in request.headers.items()]
    try:
        status, headers, body = exchange(request.method, request.url, headers, as_bytes(request.body))
    except HostUnreachable as error:
        raise EndpointConnectionError(endpoint_url=request.url, error=error) from None
    return AWSResponse(request.url, status, dict_of(headers), RawBody(body))


def dict_of(headers):
    from botocore.compat import HTTPHeaders

    message = HTTPHeaders()
    for name, value in headers:
        message[name] = value
    return message


def install_botocore():
    import botocore.handlers
    import s3transfer.futures

    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", answer_botocore))
    # No threads here: transfers run one after another, as with `use_threads=False`.
    s3transfer.futures.BoundedExecutor.EXECUTOR_CLS = s3transfer.futures.NonThreadedExecutor


# --- urllib.request -----------------------------------------------------------------------------


class EngineHandler(urllib.request.BaseHandler):
    handler_order = 100

    def http_open(self, request):
        headers = {**request.headers, **request.unredirected_hdrs}
        try:
            status, headers, body = exchange(
                request.get_method(), request.full_url, list(headers.items()), as_bytes(request.data)
            )
        except HostUnreachable as error:
            raise urllib.error.URLError(error) from None
        message = email.message.Message()
        for name, value in headers:
            message[name] = value
        response = urllib.response.addinfourl(io.BytesIO(body), message, request.full_url, status)
        response.msg = response.reason = reason_of(status)
        return response

    https_open = http_open


def reason_of(status):
    import http

    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def install_urllib():
    urllib.request.install_opener(urllib.request.build_opener(EngineHandler))


# --- urllib3 ------------------------------------------------------------------------------------


def answer_urllib3(request):
    from urllib3.contrib.emscripten import connection
    from urllib3.contrib.emscripten.response import EmscriptenResponse

    headers = [[name, as_text(value)] for name, value in request.headers.items()]
    try:
        status, headers, body = exchange(request.method, request.url, headers, as_bytes(request.body))
    except HostUnreachable as error:
        raise connection._RequestError(str(error), request=request) from None
    return EmscriptenResponse(status_code=status, headers=dict(headers), body=body, request=request)


def install_urllib3():
    from urllib3.contrib.emscripten import connection

    connection.send_request = answer_urllib3
    connection.send_streaming_request = lambda request: None


def install():
    install_botocore()
    install_urllib()
    install_urllib3()
