"""Machines with several parts: each has its own activity, and the busiest is the machine's."""

from __future__ import annotations

import pytest

from tests.support.dialects.sparkplug import bd, payload
from tests.support.dialects.wrong_readings import START, Said, bound, came_of

#: Two spindles in the bits of one status word.
BITS = [
    {"value": "word", "bits": "0=running,else=idle", "part": "A"},
    {"value": "word", "bits": "1=running,else=idle", "part": "B"},
]


@pytest.mark.parametrize("word", [1, 2, 3])
def test_each_point_of_a_metric_is_read(word: int) -> None:
    metric = {"name": "word", "datatype": 3, "int_value": word}
    said: Said = [
        (0, "spBv1.0/g/NBIRTH/n", payload(0, bd(1), at=START)),
        (0, "spBv1.0/g/DBIRTH/n/mill", payload(1, metric, at=START)),
    ]
    runs, _ = came_of(bound("sparkplug", "g/n/mill", {"points": BITS}), said)
    assert runs == [("running", 0)]


@pytest.mark.parametrize(
    ("spindles", "state"),
    [
        ({"a": 1, "b": 0}, "running"),
        ({"a": 0, "b": 1}, "running"),
        ({"a": 2, "b": 0}, "idle"),
        ({"a": 0, "b": 0}, "off"),
    ],
)
def test_a_part_that_is_off_ends_no_other_parts_work(spindles: dict[str, int], state: str) -> None:
    states = "0=off,1=running,2=idle"
    points = [{"value": one, "states": states, "part": one} for one in "ab"]
    runs, _ = came_of(bound("mapper", "plc", {"points": points}), [(0, "plc", spindles)])
    assert runs == [(state, 0)]
