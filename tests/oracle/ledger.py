"""The oracle's reading of a ledger (docs/ledgers.md): written use runs where no signal speaks of the time."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from gadong.core.domain.machine_state import State
from tests.oracle.world import Floor, Stretch


@lru_cache(maxsize=16)
def with_ledger(floor: Floor) -> Floor:
    """Return the machine with the ledger's use among what it did; of a machine without a ledger the same."""
    if not floor.logged or any(x.entry is not None for x in floor.stretches):
        return floor
    edges = {e for x in floor.stretches for e in (x.start, x.end)}
    edges |= {e for x in floor.logged for e in (x.start, x.end)}
    found: list[Stretch] = []
    for start, end in pairwise(sorted(edges)):
        heard = next((x for x in floor.stretches if x.start <= start < x.end), None)
        entry = next((n for n, x in enumerate(floor.logged) if x.start <= start < x.end), None)
        if heard and (heard.state is not State.UNKNOWN or entry is None):
            # A counter speaks of a whole gap, and of no part of one.
            is_whole = (heard.start, heard.end) == (start, end)
            found.append(
                replace(heard, start=start, end=end, counted=heard.counted if is_whole else None)
            )
        elif entry is not None:
            found.append(Stretch(start=start, end=end, state=State.RUNNING, entry=entry))
    return replace(floor, stretches=_joined(found))


def _joined(parts: list[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches with those made one again that a mere edge of an entry had cut."""
    found: list[Stretch] = []
    for part in parts:
        last = found[-1] if found else None
        if last and (last.end, last.state, last.entry) == (part.start, part.state, part.entry):
            found[-1] = replace(last, end=part.end)
        else:
            found.append(part)
    return tuple(found)
