"""Named SQL statements, each file beside the module that runs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NAME = re.compile(r"^-- (?P<name>[a-z_]+)(?P<part> \(part\))? --$", re.MULTILINE)
PART = re.compile(r"\{([a-z_]+)\}")


@cache
def statements(module: str) -> Mapping[str, str]:
    """Return the statements by name from the `.sql` file beside a module, given its `__file__`.

    The sentences above the statements are dropped. A part (`-- name (part) --`) is text that
    statements below it share: `{name}` in a statement stands for it. Two statements of one name,
    and a statement that names a part which the file does not have above it, raise ValueError.
    """
    path = Path(module).with_suffix(".sql")
    pieces = NAME.split(path.read_text(encoding="utf-8"))[1:]
    by_name: dict[str, str] = {}
    parts: dict[str, str] = {}
    for name, is_part, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if name in by_name or name in parts:
            raise ValueError(f"{path.name} has two statements named {name}")
        lines = [line for line in body.splitlines() if not line.startswith("--")]
        text = "\n".join(lines).strip().rstrip(";")
        if unknown := [part for part in PART.findall(text) if part not in parts]:
            raise ValueError(f"{path.name}: {name} names the unknown part {unknown[0]}")
        (parts if is_part else by_name)[name] = PART.sub(lambda m: parts[m[1]], text)
    return by_name
