"""Debian's Chromium from a private root of its own, for tests of the pages.

The machine gets no package.

It runs in namespaces of its own, so that what it mounts and starts is gone with it, also when it is
killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from deploy.stack.root import alone, as_root, debian
from deploy.stack.servers import answers, free_port

PACKAGES = "chromium"
LAST_LINES = 30
# Chromium's own background traffic is off: nothing leaves this machine. Its shared memory lies
# under its own /tmp: /dev holds 64 MB in many containers, and Chromium ends where that is full.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
)
INSIDE = """
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/tmp"
exec chroot "$1" chromium {flags} \\
    --remote-debugging-port="$2" --user-data-dir=tmp/profile about:blank
"""


def ensure(stack: Path) -> Path:
    """The root with Chromium, made first where it is missing (about a minute)."""
    root = stack / "browser"
    with alone(stack):
        if not (root / "srv/ready").exists():
            unfinished = debian(stack, "browser", PACKAGES)
            done = f"touch {unfinished}/srv/ready && mv {unfinished} {root}"
            subprocess.run(as_root(["sh", "-ec", done]), check=True)
    return root


@contextmanager
def chromium(stack: Path) -> Iterator[str]:
    """A browser to drive, by the address of its debugging port.

    Ended by force when the block ends.

    Raises:
        RuntimeError: where Chromium does not start, or ended by itself; with its last lines.
    """
    root, port = ensure(stack), free_port()
    script = INSIDE.format(flags=" ".join(FLAGS))
    command = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-ec",
        script,
        "sh",
        str(root),
        str(port),
    ]
    with TemporaryFile("w+", errors="replace") as said:
        started = subprocess.Popen(
            as_root(command), stdout=said, stderr=said, start_new_session=True
        )
        try:
            if not answers(port, within=30):
                raise RuntimeError(f"Chromium did not start: {_last_lines(said)}")
            yield f"http://127.0.0.1:{port}"
            if started.poll() is not None:
                raise RuntimeError(f"Chromium ended by itself: {_last_lines(said)}")
        finally:
            # unshare itself waits for its child through any gentler word.
            if os.geteuid() == 0:
                started.kill()
            else:
                end = ["kill", f"-{signal.SIGKILL}", f"-{started.pid}"]
                subprocess.run(as_root(end), check=False)
            started.wait(10)


def _last_lines(said: IO[str]) -> str:
    said.seek(0)
    return "\n".join(said.read().splitlines()[-LAST_LINES:])
