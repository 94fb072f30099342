"""The scripts of the package wait until people can be answered, and say what is missing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.package import __main__ as package
from deploy.stack.servers import free_port


class Healthy(BaseHTTPRequestHandler):
    """Answers as the API does once it is up."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[int]:
    """The port of an API that is up."""
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def waited(directory: Path, script: str, port: int) -> subprocess.CompletedProcess[str]:
    """Run a script with the package's functions on a computer whose API has a port."""
    (directory / "environment").write_text(f"GADONG_SECRET=x\nGADONG_HTTP_PORT={port}\n")
    functions = (Path(package.__file__).parent / "programs.sh").read_text()
    for was, now in (("/etc/gadong/environment", "environment"), ("/run/gadong-health", "health")):
        assert was in functions
        functions = functions.replace(was, str(directory / now))
    return subprocess.run(
        ["/bin/sh", "-euc", f"{functions}\nsleep() {{ :; }}\n{script}"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_computer_is_healthy_once_its_api_answers(tmp_path: Path, api: int) -> None:
    done = waited(tmp_path, "gadong() { echo ready; }\nwait_until_healthy", api)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_api_that_does_not_answer_is_said(tmp_path: Path) -> None:
    port = free_port()
    done = waited(tmp_path, "gadong() { echo ready; }\nis_healthy", port)
    assert (done.returncode, done.stdout) == (
        1,
        f"ready\nthe API does not answer at http://127.0.0.1:{port}/healthz\n",
    )


def test_what_health_misses_is_said(tmp_path: Path, api: int) -> None:
    done = waited(tmp_path, "gadong() { echo waits scheduler; return 1; }\nwait_until_healthy", api)
    assert (done.returncode, done.stderr) == (1, "waits scheduler\n")
