"""The table of benchmarks says which goals are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.figures import Goal, Measurement, write

FLOOR = 100.0


@pytest.mark.parametrize(
    ("goal", "value", "is_met"),
    [
        (Goal(limit=1.5), 149.0, True),
        (Goal(limit=1.5), 150.0, True),
        (Goal(limit=1.5), 151.0, False),
        (Goal(limit=0.8, is_most=False), 79.0, False),
        (Goal(limit=0.8, is_most=False), 80.0, True),
        (Goal(limit=0.8, is_most=False), 81.0, True),
        (Goal(limit=300, of_ratio=False), 300.0, True),
        (Goal(limit=300, of_ratio=False), 300.5, False),
    ],
)
def test_a_goal_is_met_up_to_its_limit(goal: Goal, value: float, *, is_met: bool) -> None:
    figure = Measurement(name="a", value=value, unit="ms", floor=FLOOR, goal=goal)
    assert goal.is_met(figure) is is_met
    assert figure.row.endswith(" met") is is_met
    assert figure.row.endswith("NOT MET") is not is_met


def test_a_ratio_without_a_floor_is_neither_met_nor_missed(tmp_path: Path) -> None:
    figure = Measurement(name="a", value=3.0, unit="ms", goal=Goal(limit=1.5))
    write([figure], tmp_path / "new/bench.json")
    (written,) = json.loads((tmp_path / "new/bench.json").read_text())
    assert written == {
        "name": "a",
        "value": 3.0,
        "unit": "ms",
        "floor": None,
        "ratio": None,
        "goal": "≤ 1.5 × floor",
        "met": None,
    }
