"""A meter of several phases is one meter: whichever phase speaks, and whichever is silent."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, Signal
from gadong.metering.domain.run import Run
from tests.support.golden import at, folded, signal

THRESHOLDS = PowerThresholds(run_above=400, idle_below=250)


def said(when: str, second: int, part: str, watts: float | None) -> Signal:
    """A phase's reading; none where its meter does not know."""
    moment = at(when) + timedelta(seconds=second)
    return signal(moment, Channel.POWER_WATTS, watts, part=part)


def states(runs: list[Run]) -> list[tuple[str, str]]:
    """State and start of each run."""
    zone = at("00:00").tzinfo
    return [(r.state.value, r.start.astimezone(zone).strftime("%H:%M:%S")) for r in runs]


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_one_phase_ends_what_another_began(order: tuple[str, ...]) -> None:
    minutes = [("09:50", 5.0), ("10:01", 200.0), ("10:30", 200.0), ("10:31", 5.0), ("10:40", 5.0)]
    told = [said(m, n, p, watts) for m, watts in minutes for n, p in enumerate("abc")]
    # The last to speak at the end is another than at the beginning.
    told += [said("10:50", n, p, 200.0) for n, p in enumerate(order)]
    told += [said("10:55", n, p, 200.0) for n, p in enumerate(order)]
    told += [said("11:00", n, p, 5.0) for n, p in enumerate((*order[1:], order[0]))]
    told += [said("11:10", n, p, 5.0) for n, p in enumerate(order)]
    assert states(folded(told, thresholds=THRESHOLDS)) == [
        ("idle", "09:50:00"),
        ("running", "10:01:01"),
        ("idle", "10:31:01"),
        ("running", "10:50:01"),
        ("idle", "11:00:01"),
    ]


def test_what_one_phase_draws_is_no_rest_while_another_is_unknown() -> None:
    told = [said(m, 0, p, 300.0) for m in ("10:00", "10:05") for p in "abc"]
    told.append(said("10:10", 0, "b", None))
    told += [said(m, 0, p, 100.0) for m in ("10:15", "10:20", "10:25") for p in "ac"]
    told += [said(m, 0, p, 50.0) for m in ("10:30", "10:35") for p in "abc"]
    assert states(folded(told, thresholds=THRESHOLDS)) == [
        ("running", "10:00:00"),
        ("unknown", "10:10:00"),
        ("idle", "10:30:00"),
    ]


def test_what_other_phases_draw_is_work_however_little_the_unknown_one_does() -> None:
    told = [said(m, 0, p, 300.0) for m in ("10:00", "10:05") for p in "abc"]
    told.append(said("10:10", 0, "b", None))
    told += [said(m, 0, p, 200.0) for m in ("10:15", "10:20") for p in "ac"]
    assert states(folded(told, thresholds=THRESHOLDS))[-1] == ("running", "10:15:00")


def test_after_a_lost_link_no_rest_is_seen_before_every_phase_has_spoken() -> None:
    told = [said(m, 0, p, 300.0) for m in ("10:00", "10:05") for p in "ab"]
    told.append(signal(at("10:10"), Channel.LINK, "down"))
    told.append(signal(at("10:15"), Channel.LINK, "up"))
    told += [said(m, 0, "a", 100.0) for m in ("10:16", "10:20", "10:24")]
    told += [said(m, 0, "b", 350.0) for m in ("10:25", "10:30")]
    assert states(folded(told, thresholds=THRESHOLDS)) == [
        ("running", "10:00:00"),
        ("unknown", "10:10:00"),
        ("running", "10:25:00"),
    ]
