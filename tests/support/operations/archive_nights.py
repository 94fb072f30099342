"""python -m tests.support.operations.archive_nights URL DIRECTORY HOW WHERE: two nights of the
archive in a process of its own, which ends before its time.

HOW is `call` or `return`, and WHERE the function at which the process kills itself. Or HOW is
`room`, and WHERE the bytes that a file may have, as on a full disk.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType

from gadong.core.database import open_pool
from tests.support.operations.archive import archived

FILES = ("archiving.py", "writing.py", "archives.py")


def main(url: str, directory: str, how: str, where: str) -> None:
    """Archive until the end comes."""
    pool = open_pool(url, size=2, name="archive")
    if how == "room":
        size = int(where)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    else:
        sys.setprofile(killer(how, where))
    archived(pool, Path(directory))


def killer(how: str, where: str):  # type: ignore[no-untyped-def]  # its type is private to typeshed
    """Return a profiler that kills the process at a function's call or return."""

    def look(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if (event, code.co_name) == (how, where) and code.co_filename.endswith(FILES):
            os.kill(os.getpid(), signal.SIGKILL)

    return look


if __name__ == "__main__":
    main(*sys.argv[1:])
