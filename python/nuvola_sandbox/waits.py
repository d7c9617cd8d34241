"""Waiting for the host: Python's stack is put aside until a promise is kept."""

import time

def block(promise):
    """The promise's value. Ctrl-C ends the wait, which is KeyboardInterrupt here as in any Python."""
    from pyodide.ffi import run_sync

    value = run_sync(promise)
    if getattr(value, "interrupted", False):
        raise KeyboardInterrupt
    return value


real_sleep = time.sleep


def sleep(seconds, /):
    from pyodide.ffi import can_run_sync

    import nuvola_host

    if not can_run_sync():
        return real_sleep(seconds)
    if hasattr(seconds, "__index__"):
        seconds = int(seconds)
    if not isinstance(seconds, int | float):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer or float")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    block(nuvola_host.sleep(seconds * 1000))


def install():
    sleep.__name__ = sleep.__qualname__ = "sleep"
    sleep.__module__ = "time"
    time.sleep = sleep
