"""python -m deploy.venv DIR [--run | REQUIREMENTS]: make or refresh a virtual environment from
locked requirements.
Without REQUIREMENTS it is the project's own, with the project in it: for developers, or with --run
for what `make run` starts and nothing else.
Debian's python3 comes without ensurepip; then pip is taken from Debian's own package file, unpacked
under .stack/ and not installed. A Python of .stack/ has its own pip beside it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from deploy.stack.choice import HERE, STACK
from deploy.stack.python import pip_wheel
from deploy.stack.root import StackError, fetch_package


def main(directory: str, requirements: str = "") -> int:
    """Fill the environment and mark it ready; 1 with the reason if that fails."""
    venv = Path(directory)
    is_for_running = requirements == "--run"
    mark = venv / ("runs" if is_for_running else "ready")
    mark.unlink(missing_ok=True)
    named = "requirements/run.txt" if is_for_running else requirements or "requirements/dev.txt"
    print(
        f"venv: installing the locked dependencies into {venv} (a minute the first time)",
        flush=True,
    )
    try:
        pip = _pip(venv)
    except StackError as trouble:
        print(f"venv: {trouble}", file=sys.stderr)
        return 1
    locked = ["install", "--quiet", "--require-hashes", "-r", str(HERE / named)]
    own = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(HERE)]
    is_ours = is_for_running or not requirements
    for arguments in (locked, own) if is_ours else (locked,):
        if subprocess.run([*pip[0], *arguments], env=pip[1], check=False).returncode:
            return 1
    mark.touch()
    return 0


def _pip(venv: Path) -> tuple[list[str], dict[str, str]]:
    python = venv / "bin/python"
    environment = {
        **os.environ,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    if importlib.util.find_spec("ensurepip"):
        made = subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False)
        if made.returncode == 0:
            return [str(python), "-m", "pip"], environment
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    # The interpreter that a virtual environment was made from, too.
    base = Path(sys._base_executable)  # type: ignore[attr-defined]  # noqa: SLF001
    wheel = pip_wheel(base)
    if wheel is None:
        tools = fetch_package(STACK, "python3-pip-whl")
        wheel = max((tools / "usr/share/python-wheels").glob("pip-*.whl"))
    return [str(python), f"{wheel}/pip"], environment


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
