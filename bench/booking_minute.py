"""A minute of 32 clients on groups and series, with equipment and technicians.

It prints what they did and what they were answered, and fails where anything overlaps or a server
error was answered. A server may say "busy".

    make bench-minute
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from bench.database import own_database
from gadong.settings import Settings
from tests.support.mixed_clients import act_at_once, broken, hall
from tests.support.programs import serving
from tests.support.world import World

CLIENTS = 32
SECONDS = 60


def until(end: float) -> Callable[[int], bool]:
    """Return whether there is time for another act."""
    return lambda _: monotonic() < end


def main() -> int:
    """Run the minute; return 1 where a promise is broken."""
    with own_database() as pool, TemporaryDirectory() as logs:
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=1_000_000
        )
        with serving(settings, Path(logs)) as url:
            room = hall(World.made(pool), url, clients=CLIENTS)
            answers = act_at_once(room, goes_on=until(monotonic() + SECONDS), seed=1)
        found = broken(pool)
    total = answers.acts.total()
    print(f"{CLIENTS} clients, {SECONDS} s: {total} acts, {total / SECONDS:.0f} a second")
    print("acts:", ", ".join(f"{name} {n}" for name, n in answers.acts.most_common()))
    print("answers:", ", ".join(f"{name} {n}" for name, n in answers.outcomes.most_common()))
    print("broken:", ", ".join(f"{name} {n}" for name, n in found.items()))
    print(f"server errors: {len(answers.errors)}", *answers.errors[:5], sep="\n")
    return int(bool(answers.errors) or any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
