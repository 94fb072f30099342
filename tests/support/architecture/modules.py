"""The modules of the repository, each parsed once for all tests of a process."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def modules(*places: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the parsed modules of the places, each place's in the order of their paths.

    The readers leave the trees as they are.
    """
    for place in places:
        yield from _modules_of(place).items()


@cache
def _modules_of(place: str) -> dict[Path, ast.Module]:
    # The collector would look at millions of new nodes again and again, for twice the parser's own
    # time. The trees stay until the process ends.
    gc.disable()
    try:
        paths = sorted((ROOT / place).rglob("*.py"))
        return {path: ast.parse(path.read_text()) for path in paths}
    finally:
        gc.freeze()
        gc.enable()
