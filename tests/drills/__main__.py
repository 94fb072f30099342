"""Entry point of `make drill`: every drill in full, each with its figures in one line.

python -m tests.drills [MESSAGES] [NAME ...]

The names are those of the functions in `tests/drills/drills.py`; without any, all are made.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.stack import choice
from deploy.stack import root as private_root
from tests.drills.course import BILLED
from tests.drills.drills import DRILLS, FULL, Drill, Size, without_a_relay


def main(arguments: list[str]) -> int:
    """Return 1 where something was lost unseen, doubled, or billed wrongly."""
    size = replace(FULL, messages=int(arguments[0])) if arguments else FULL
    root, wanted = private_root.ensure(choice.STACK), arguments[1:]
    chosen = [drill for drill in DRILLS if not wanted or drill.__name__ in wanted]
    are_right = [_is_right(drill, root, size) for drill in chosen]
    return int(not all(are_right))


def _is_right(drill: Drill, root: Path, size: Size) -> bool:
    """Make a drill and print its figures; one that does not come to its end is no reason to leave
    out the next.
    """
    try:
        with TemporaryDirectory() as directory:
            report = drill(root, Path(directory), size)
    except AssertionError as trouble:
        _say(f"{drill.__name__}: did not come to its end: {trouble}")
        return False
    _say(str(report))
    if drill is without_a_relay:
        return not report.doubled and (report.lost > 0) == report.is_marked
    return not (report.doubled or report.lost) and report.billed == BILLED


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
