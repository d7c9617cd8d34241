"""Calls `engine/imaging`: one request of bytes, one answer of bytes (see its `abi.rs`)."""

import struct


class NativeError(ValueError):
    pass


def call(name, numbers=(), *buffers):
    import nuvola_host

    parts = [
        struct.pack("<B", len(name)),
        name.encode(),
        struct.pack(f"<I{len(numbers)}d", len(numbers), *numbers),
        struct.pack(f"<I{len(buffers)}I", len(buffers), *map(len, buffers)),
        *buffers,
    ]
    answer = nuvola_host.imaging(b"".join(parts))
    if hasattr(answer, "to_bytes"):
        answer = answer.to_bytes()
    if answer[0]:
        raise NativeError(answer[1:].decode())
    return answer[1:]
