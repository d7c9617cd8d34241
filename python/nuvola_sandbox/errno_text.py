"""Error numbers as Linux counts them: WebAssembly's system interface has numbers of its own, and the
text of an OSError shows them (`[Errno 2] No such file or directory`)."""

import errno
import re

# Source: linux/include/uapi/asm-generic/errno-base.h and errno.h.
LINUX = {
    "EPERM": 1, "ENOENT": 2, "EINTR": 4, "EIO": 5, "E2BIG": 7, "EBADF": 9, "ECHILD": 10,
    "EAGAIN": 11, "ENOMEM": 12, "EACCES": 13, "EFAULT": 14, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18,
    "ENODEV": 19, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22, "EMFILE": 24, "ENOTTY": 25, "EFBIG": 27,
    "ENOSPC": 28, "ESPIPE": 29, "EROFS": 30, "EPIPE": 32, "ENAMETOOLONG": 36, "ENOSYS": 38,
    "ENOTEMPTY": 39, "ELOOP": 40, "ENOTCONN": 107, "ETIMEDOUT": 110, "ECONNREFUSED": 111,
    "EHOSTUNREACH": 113,
}
TO_LINUX = {getattr(errno, name): number for name, number in LINUX.items() if hasattr(errno, name)}


def message_of(error):
    """`str(error)`, with Linux's number where it names one."""
    text = str(error)
    if not isinstance(error, OSError) or error.errno not in TO_LINUX:
        return text
    return with_linux_number(text, error.errno)


def with_linux_number(text, number):
    return re.sub(rf"\[Errno {number}\]", f"[Errno {TO_LINUX.get(number, number)}]", text, count=1)
