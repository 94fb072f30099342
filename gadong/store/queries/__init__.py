"""The named statements, one file a noun."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

NAME = re.compile(r"^-- (?P<name>[a-z_]+) --$", re.MULTILINE)


@cache
def statements(noun: str) -> Mapping[str, str]:
    """Every statement of one file by its name; the sentences above them are dropped."""
    text = (files(__package__) / f"{noun}.sql").read_text(encoding="utf-8")
    parts = NAME.split(text)[1:]
    found: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"{noun}.sql has two statements named {name}")
        lines = [line for line in body.splitlines() if not line.startswith("--")]
        found[name] = "\n".join(lines).strip().rstrip(";")
    return found


def nouns() -> list[str]:
    """The names of all files."""
    return sorted(
        f.name.removesuffix(".sql") for f in files(__package__).iterdir() if f.name.endswith(".sql")
    )
