"""`make oracle`: compare engine and oracle in many new worlds, in parts that can be stopped and
gone on with.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Verbosity, given, seed, settings

from tests.oracle import agreement
from tests.oracle.world import World
from tests.oracle.worlds import worlds

#: Worlds of one part: some twenty seconds of work.
PART = 500


def look(number: int, of: int) -> int:
    """Compare the two in the worlds of one seed; return how many.

    A disagreement is shrunk, shown, and raised.
    """
    seen = 0

    @seed(number)
    @settings(
        max_examples=of,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def compare(world: World) -> None:
        nonlocal seen
        seen += 1
        found = agreement.differences(world) + agreement.unequal_hours(world)
        found += agreement.lines_twice(world) + agreement.not_by_their_traces(world)
        found += agreement.seconds_twice(world) + agreement.lost_at_the_edge(world)
        if found:
            raise AssertionError("\n".join([repr(world), *found]))

    compare()
    return seen


def main() -> None:
    """Look at as many worlds as are asked for, from where an earlier look stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--worlds", type=int, default=20_000)
    parser.add_argument(
        "--seed", type=int, default=0, help="the first part's; each part has its own"
    )
    parser.add_argument(
        "--minutes", type=float, default=0, help="stop after the part that ends later"
    )
    parser.add_argument(
        "--kept", type=Path, default=Path("build/oracle.json"), help="how far a look came"
    )
    asked = parser.parse_args()
    kept = {"seed": asked.seed, "parts": 0, "worlds": 0}
    if asked.kept.exists():
        before = json.loads(asked.kept.read_text())
        kept = before if before["seed"] == asked.seed else kept
    began = time.monotonic()
    while kept["worlds"] < asked.worlds:
        kept["worlds"] += look(asked.seed + kept["parts"], PART)
        kept["parts"] += 1
        asked.kept.parent.mkdir(exist_ok=True)
        asked.kept.write_text(json.dumps(kept))
        sys.stdout.write(f"{kept['worlds']} worlds agree\n")
        sys.stdout.flush()
        if asked.minutes and time.monotonic() - began > 60 * asked.minutes:
            return


if __name__ == "__main__":
    main()
