"""The runbook, compared with what it tells to do: commands, settings, operations, causes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi import FastAPI

from gadong.cli import app
from gadong.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OPERATE = ROOT / "docs/operate"
CASES = (
    "install", "back-up", "restore", "move", "rotate-secrets", "quarantine", "wrong-tariff",
    "wrong-clock", "full-disk", "someone-left", "certificate", "provider-moved",
)  # fmt: skip
COMMAND = re.compile(r"(?:^ {4,}|`)gadong ([a-z][^`\n]*)", re.MULTILINE)
SETTING = re.compile(r"\bGADONG_([A-Z_]+)\b(?!…)")
OPERATION = re.compile(r"`(GET|POST|PUT|DELETE) (/api/v1/[^`? ]+)")
CAUSE = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
# Read by the simulator, the containers, the relay and scripts, and by none of the programs.
ELSEWHERE = {"DEVICES_NEED_CERTIFICATES", "SITE", "DATABASE_PASSWORD", "NEW_PASSWORD"}


def pages() -> list[Path]:
    """Return every page of the runbook."""
    return sorted(OPERATE.glob("*.md"))


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of every `gadong` command in a page, without its comment."""
    for found in COMMAND.findall(text.replace("\n", " \n")):
        yield shlex.split(found.partition("#")[0].replace("…", "X"))


def test_every_case_has_its_page_and_is_in_the_sites_list() -> None:
    listed = (ROOT / "zensical.toml").read_text()
    for page in pages():
        assert f'"operate/{page.name}"' in listed
    assert {page.stem for page in pages()} >= set(CASES)


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_every_command_of_a_page_is_one_of_ours(page: Path) -> None:
    known = typer.main.get_command(app)
    for words in commands(page.read_text()):
        # Scripts of the package (deploy/package/gadong).
        if words[0] == "upgrade" or words == ["restore", "--start"]:
            continue
        command: Any = known
        while hasattr(command, "commands"):
            assert words, f"{page.name}: an incomplete command"
            name = words.pop(0)
            assert name in command.commands, f"{page.name}: gadong … {name}"
            command = command.commands[name]
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        for word in words:
            if word.startswith("--"):
                assert word.partition("=")[0] in options, f"{page.name}: {command.name} {word}"


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_every_setting_of_a_page_is_one_of_ours(page: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | ELSEWHERE
    named = {name for name in SETTING.findall(page.read_text()) if not name.startswith("RELAY")}
    assert named <= known


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_every_operation_of_a_page_is_in_the_api(page: Path, application: FastAPI) -> None:
    paths = application.openapi()["paths"]
    for method, path in OPERATION.findall(page.read_text()):
        assert method.lower() in paths.get(path, {}), f"{page.name}: {method} {path}"


def test_every_cause_of_quarantine_is_one_that_the_code_names() -> None:
    rows = (
        line.split("|")[1]
        for line in (OPERATE / "quarantine.md").read_text().splitlines()
        if line.lstrip().startswith("| `")
    )
    causes = {cause for row in rows for cause in CAUSE.findall(row)}
    assert len(causes) > 5
    code = "".join(
        file.read_text() for wing in ("gadong", "ingest") for file in (ROOT / wing).rglob("*.py")
    )
    assert {cause for cause in causes if f'"{cause}"' not in code} == set()
