"""The three programs as real processes, for tests that start, kill and use them as an operator and
a user would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx2

from deploy.stack.servers import free_port
from gadong.settings import Settings
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]


def environment(name: str) -> Path:
    """The folder of programs of an environment of its own, made from its locked requirements where
    it is not there.
    """
    home = Path(sys.prefix) / name
    if not (home / "ready").exists():
        command = [sys.executable, "-m", "deploy.venv", str(home), f"requirements/{name}.txt"]
        subprocess.run(command, cwd=ROOT, check=True)
    return home / "bin"


class Program:
    """One program's process, its output in a file."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        log: IO[bytes],
        tree: Path = ROOT,
        *arguments: str,
        **more: str,
    ) -> None:
        """Start it with nothing of our own environment's settings."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GADONG_")}
        told = {
            "GADONG_DATABASE_URL": settings.database_url,
            "GADONG_MQTT_URL": settings.mqtt_url,
            "GADONG_MQTT_ADMIN_URL": settings.mqtt_admin_url,
            "GADONG_SECRET": settings.secret,
            "GADONG_INSECURE_COOKIES": "1",
            "GADONG_POINTS_PER_MINUTE": str(settings.points_per_minute),
        }
        self.name = name
        self._tree = tree
        self._command = [sys.executable, "-m", name, *arguments]
        self._environment = {**clean, **told, **more}
        self._log = log
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, cwd=self._tree, env=self._environment, stdout=self._log, stderr=self._log
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def again(self) -> None:
        """Start it once more, as its supervisor would."""
        self.process = self._started()

    def stop(self) -> int:
        """End it in good order."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)


@contextmanager
def running(
    name: str, settings: Settings, directory: Path, *arguments: str, **more: str
) -> Iterator[Program]:
    """A program for as long as the block lasts."""
    with running_of(ROOT, name, settings, directory, *arguments, **more) as program:
        yield program


@contextmanager
def running_of(
    tree: Path, name: str, settings: Settings, directory: Path, *arguments: str, **more: str
) -> Iterator[Program]:
    """The same of another tree of files, such as an older version's."""
    with (directory / f"{name}.log").open("wb") as log:
        program = Program(name, settings, log, tree, *arguments, **more)
        try:
            yield program
        finally:
            program.stop()


@contextmanager
def serving(settings: Settings, directory: Path, tree: Path = ROOT) -> Iterator[str]:
    """The API on a free port; its address, once it answers."""
    with serving_program_of(tree, settings, directory) as (_, url):
        yield url


@contextmanager
def serving_program(
    settings: Settings, directory: Path, *, port: int | None = None, **more: str
) -> Iterator[tuple[Program, str]]:
    """The same, with the program itself, for who will end it."""
    with serving_program_of(ROOT, settings, directory, port=port, **more) as served:
        yield served


@contextmanager
def serving_program_of(
    tree: Path, settings: Settings, directory: Path, *, port: int | None = None, **more: str
) -> Iterator[tuple[Program, str]]:
    """The same of another tree of files."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    more["GADONG_HTTP_PORT"] = str(port)
    # One client for all attempts: each new one reads the certificates of every authority.
    with (
        running_of(tree, "api", settings, directory, **more) as program,
        httpx2.Client() as asking,
    ):

        def answers() -> bool:
            assert program.process.poll() is None, (directory / "api.log").read_text()
            try:
                return asking.get(f"{url}/healthz").is_success
            except httpx2.TransportError:
                return False

        # It imports for 3 s of a processor, of which a busy computer has little for each program.
        until(answers, within=180, what="the API answers")
        yield program, url
