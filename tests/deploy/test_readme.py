"""The README's commands: each names a command, options and files that are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gadong.cli import app

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
LINES = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line]


@pytest.mark.parametrize("line", [x for x in LINES if "/bin/gadong " in x])
def test_a_command_line_of_the_readme_is_understood(line: str) -> None:
    words = shlex.split(line.partition("/bin/gadong ")[2], comments=True)
    names = words[:2]
    answer = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "300"})
    assert answer.exit_code == 0, answer.output
    missing = [x for x in words if x.startswith("--") and x not in answer.output]
    assert missing == []


def test_files_that_the_readme_runs_are_there() -> None:
    named = {name for line in LINES for name in re.findall(r"docs/\w+\.py", line)}
    assert named == {"docs/say.py"}
    assert all((ROOT / name).is_file() for name in named)


def test_the_readme_needs_no_tool_of_the_brokers() -> None:
    assert [line for line in LINES if "mosquitto_" in line] == []
