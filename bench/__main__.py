"""All benchmarks in one table: figure, floor of the same run, ratio, goal; and JSON beside it.

    python -m bench [--json FILE] NAME...

A name is a module of this folder with `figures()`.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

from bench.figures import HEAD, Measurement, write


def main() -> int:
    """Measure what is named; the JSON grows with each, so that a failure keeps the rest."""
    wanted = ArgumentParser(prog="bench")
    wanted.add_argument("--json", type=Path, default=Path("build/bench.json"))
    wanted.add_argument("names", nargs="+")
    arguments = wanted.parse_args()
    measured: list[Measurement] = []
    print(HEAD)
    for name in arguments.names:
        for figure in import_module(f"bench.{name}").figures():
            measured.append(figure)
            print(figure.row, flush=True)
        write(measured, arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
