"""Entry point of `make drill`: every drill in full, each with its figures in one line.

python -m tests.drills [MESSAGES]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.stack import choice
from deploy.stack import root as private_root
from tests.drills.course import BILLED
from tests.drills.drills import DRILLS, FULL, without_a_relay


def main(arguments: list[str]) -> int:
    """Return 1 where something was lost unseen, doubled, or billed wrongly."""
    size = replace(FULL, messages=int(arguments[0])) if arguments else FULL
    root, wrong = private_root.ensure(choice.STACK), False
    for drill in DRILLS:
        with TemporaryDirectory() as directory:
            report = drill(root, Path(directory), size)
        sys.stdout.write(f"{report}\n")
        sys.stdout.flush()
        if drill is without_a_relay:
            wrong |= bool(report.doubled) or (report.lost > 0) != report.is_marked
        else:
            wrong |= bool(report.doubled or report.lost) or report.billed != BILLED
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
