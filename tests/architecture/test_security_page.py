"""The tests that docs/security.md names: each is there, and each of S1 to S17 has one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()


def test_every_test_that_the_page_names_is_there() -> None:
    sources = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    defined = {name for text in sources for name in re.findall(r"def (test_\w+)", text)}
    named = re.findall(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`", PAGE)
    missing = [name for _, name in named if name not in defined]
    for where, name in named:
        if where and f"def {name}(" not in (ROOT / where).read_text():
            missing.append(f"{where}::{name}")
    missing += [p for p in re.findall(r"`(tests/[\w/]+\.py)", PAGE) if not (ROOT / p).is_file()]
    assert len(named) > 20
    assert missing == []


def test_every_finding_has_its_test() -> None:
    section = PAGE.partition("## What an attacker on the inside found")[2]
    rows = re.findall(r"^\| (S\d+) \|.*\| (.+) \|$", section, re.MULTILINE)
    assert [number for number, _ in rows] == [f"S{number}" for number in range(1, 18)]
    assert [number for number, tests in rows if "test_" not in tests] == []
