"""Named SQL statements, each file beside the module that runs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NAME = re.compile(r"^-- (?P<name>[a-z_]+) --$", re.MULTILINE)


@cache
def statements(module: str) -> Mapping[str, str]:
    """Return the statements by name from the `.sql` file beside a module, given its `__file__`.

    The sentences above the statements are dropped. Two statements of one name raise ValueError.
    """
    path = Path(module).with_suffix(".sql")
    parts = NAME.split(path.read_text(encoding="utf-8"))[1:]
    by_name: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in by_name:
            raise ValueError(f"{path.name} has two statements named {name}")
        lines = [line for line in body.splitlines() if not line.startswith("--")]
        by_name[name] = "\n".join(lines).strip().rstrip(";")
    return by_name
