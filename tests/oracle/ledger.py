"""The oracle's reading of a ledger (docs/ledgers.md): written use runs where no signal speaks of
the time.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from gadong.core.domain.machine_state import State
from gadong.machines.domain.observation import Observed
from tests.oracle.world import Floor, Stretch

#: Activity that the device itself ends was heard as a whole.
ACTIVE = (State.RUNNING, State.PAUSED)


def observed_at(floor: Floor, second: int) -> Observed:
    """Return how the machine was observed in a second."""
    found = floor.observed
    for since, observed in floor.changes:
        found = observed if since <= second else found
    return found


def without_held(floor: Floor) -> Floor:
    """Return the machine without the words of a device that hold no more, since signals ceased to
    observe it.
    """
    stretches = floor.stretches
    for (since, until), began in _unobserved(floor):
        if not began:
            continue
        words = [
            x.start for x in floor.stretches if x.state is not State.UNKNOWN and x.start >= since
        ]
        word = min(words, default=None)
        found: list[Stretch] = []
        for x in stretches:
            is_heard = x.state in ACTIVE and x.end == word and (until is None or x.end < until)
            if x.state is State.UNKNOWN or not x.start < since < x.end or is_heard:
                found.append(x)
            else:
                found.append(replace(x, end=since))
                found.append(Stretch(start=since, end=x.end, state=State.UNKNOWN))
        stretches = tuple(found)
    return replace(floor, stretches=stretches)


def _unobserved(floor: Floor) -> list[tuple[tuple[int, int | None], bool]]:
    """Return the time in which no signals observe the machine, and whether they did before it."""
    found: list[tuple[tuple[int, int | None], bool]] = []
    since: int | None = None if floor.observed is Observed.SIGNAL else 0
    for at, observed in floor.changes:
        if observed is Observed.SIGNAL and since is not None:
            found.append(((since, at), since > 0))
            since = None
        elif observed is not Observed.SIGNAL and since is None:
            since = at
    if since is not None:
        found.append(((since, None), since > 0))
    return found


@lru_cache(maxsize=16)
def with_ledger(floor: Floor) -> Floor:
    """Return the machine with the ledger's use among what it did,
    as far as signals are believed.
    """
    if any(x.entry is not None for x in floor.stretches):
        return floor
    floor = without_held(floor)
    if not floor.logged:
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
    heard_edges = {x.start for x in floor.stretches}
    return replace(floor, stretches=_joined(found, heard_edges))


def _joined(parts: list[Stretch], heard_edges: set[int]) -> tuple[Stretch, ...]:
    """Return the stretches with those made one again that a mere edge of an entry had cut."""
    found: list[Stretch] = []
    for part in parts:
        last = found[-1] if found else None
        is_alike = last and (last.end, last.state, last.entry) == (
            part.start,
            part.state,
            part.entry,
        )
        if last and is_alike and (part.entry is not None or part.start not in heard_edges):
            found[-1] = replace(last, end=part.end)
        else:
            found.append(part)
    return tuple(found)
