"""The oracle is a second reading: it shares no rule with the engine, and its stretches are its
seconds.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle import measure, visits
from tests.oracle.cases import MILL, floor, slot
from tests.oracle.world import World
from tests.oracle.worlds import worlds

FORBIDDEN = {
    "rating",
    "rate_bands",
    "quota",
    "session",
    "attribution",
    "billable_time",
    "statement",
    "charge",
}


def test_the_oracle_imports_none_of_the_engines_rules() -> None:
    script = f"""
import sys
import tests.oracle.paper
domain = [m for m in sys.modules if m.startswith("gadong.") and ".domain." in m]
print([m for m in domain if m.rsplit(".")[-1] in {FORBIDDEN}])
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_stretches_are_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure a short visit once in stretches, and once second by second."""
    first, then = slot("A", "10:00", "10:20"), slot("B", "10:20", "10:40")
    hall = floor(("10:03:07", "10:09:58"), ("10:12:01", "10:24:31"), slots=(first, then))
    every = visits.visits(hall)
    in_stretches = [measure.measured(every, v, MILL) for v in every]
    monkeypatch.setattr(measure, "stretches", lambda _, a, b: ((s, s + 1) for s in range(a, b)))
    in_seconds = [measure.measured(every, v, MILL) for v in every]
    assert [sum(c.seconds for c in x) for x in in_stretches] == [
        sum(c.seconds for c in x) for x in in_seconds
    ]
    for coarse, fine in zip(in_stretches, in_seconds, strict=True):
        assert {s for c in coarse for s in range(c.at, c.at + c.seconds)} == {c.at for c in fine}


@settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(worlds())
def test_no_second_is_charged_to_two_visits(world: World) -> None:
    for hall in world.floors:
        every = visits.visits(hall)
        for visit in every:
            for second in {x for u in visit.used for x in (u.start, u.end - 1)}:
                assert visits.charged_to(every, second) is visit
