"""python -m deploy.run: everything on this machine, for trying and for developing (make run)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event, Thread

from honcho.manager import Manager

from deploy.stack import choice
from deploy.stack.root import StackError
from deploy.stack.servers import answers, free_port
from gadong.cli.demonstration import LOGINS, PASSWORD
from gadong.cli.demonstration_hall import CENTRE

PYTHON = sys.executable
# A 40-minute job takes two minutes: long enough to follow, short enough to wait for.
SPEED = "20"
READY_WITHIN = 90


def main() -> int:
    """Until Ctrl-C, or until a program ends by itself; then all of them are stopped."""
    try:
        settings = choice.up()
    except StackError as trouble:
        print(f"stack: {trouble}", file=sys.stderr)
        return 1
    environment = {
        **os.environ,
        **settings,
        "GADONG_INSECURE_COOKIES": "1",
        "PYTHONUNBUFFERED": "1",
    }
    port = int(environment.setdefault("GADONG_HTTP_PORT", "8000"))
    if answers(port, within=0):
        environment["GADONG_HTTP_PORT"] = str(free_port())
        print(f"run: port {port} is taken; using {environment['GADONG_HTTP_PORT']}", flush=True)
    for step, arguments in (("migrating", ["migrate"]), ("seeding", ["seed"])):
        print(f"run: {step}", flush=True)
        command = [str(Path(PYTHON).parent / "gadong"), *arguments]
        if subprocess.run(command, env=environment, check=False).returncode:
            return 1
    accounts = choice.STACK / "hall.accounts"
    listed = [
        str(Path(PYTHON).parent / "gadong"),
        "device",
        "list",
        "--centre",
        CENTRE,
        "--passwords",
    ]
    shown = subprocess.run(listed, env=environment, check=True, capture_output=True, text=True)
    accounts.touch(mode=0o600)
    accounts.write_text(shown.stdout, encoding="utf-8")
    manager = Manager()
    for name, module in (
        ("api", "api"),
        ("ingest", "ingest"),
        ("scheduler", "scheduler"),
        ("hall", f"deploy.simulator --speed {SPEED} --accounts {accounts}"),
    ):
        manager.add_process(
            name, f"exec {PYTHON} -m {module}", env=environment, cwd=str(choice.HERE)
        )
    stopping = Event()
    url = f"http://127.0.0.1:{environment['GADONG_HTTP_PORT']}"
    Thread(target=_welcome, args=(url, stopping), daemon=True).start()
    manager.loop()
    stopping.set()
    print(
        "run: the programs have stopped; `make stop` stops the database and the broker too",
        flush=True,
    )
    # Honcho's figure for an end by Ctrl-C or SIGTERM; both are asked for.
    return 0 if manager.returncode in {None, 130, 143} else int(manager.returncode)


def _welcome(url: str, stopping: Event) -> None:
    for _ in range(READY_WITHIN):
        if stopping.wait(1):
            return
        if _is_ready(url):
            print(_words(url), flush=True)
            return
    print(f"run: not everything is ready yet; {url}/readyz says what is missing", flush=True)


def _is_ready(url: str) -> bool:
    try:
        # Our own loopback address.
        with urllib.request.urlopen(f"{url}/readyz", timeout=3) as answer:  # noqa: S310
            return bool(json.load(answer)["is_ready"])
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _words(url: str) -> str:
    logins = "\n".join(f"    {email:28} {role}" for role, email in LOGINS.items())
    login = json.dumps({"email": LOGINS["manager"], "password": PASSWORD})
    return f"""
Gadong runs. 가동이 시작되었습니다.

  {url}               the pages
  {url}/api/v1        the API, described by {url}/openapi.json
  log in as (password {PASSWORD}):
{logins}

Three things to try, in another terminal:

  1. Open {url} as the manager and look at the floor. Or with curl:
       curl -sc jar -H 'Content-Type: application/json' -d '{login}' {url}/api/v1/sessions
       curl -sb jar {url}/api/v1/machines
  2. See when a printer truly ran (jobs are {SPEED} times as fast as real ones):
       curl -sb jar {url}/api/v1/machines/printer-1/timeline
  3. See what that costs its company this month, each line with the messages it rests on:
       {PYTHON} docs/try.py {url}

Ctrl-C stops the programs.
"""


if __name__ == "__main__":
    sys.exit(main())
