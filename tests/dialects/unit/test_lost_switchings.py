"""A relay whose ON was lost runs with its meter; one that really opened stays off (issue 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.support.dialects.switchings import PLUGS, SEQUENCES, Plug, Words
from tests.support.dialects.wrong_readings import THRESHOLDS, Said, bound, came_of


def _runs(plug: Plug, said: Words, now: float) -> list[tuple[str, float]]:
    """The runs of a relay's words and a meter's readings, by second."""
    source, relay, meter = plug
    spoken: Said = [
        (second, *(relay(value) if isinstance(value, str) else meter(value)))
        for second, value in said
    ]
    runs, _ = came_of(source, spoken, now=now)
    return runs


@pytest.mark.parametrize("plug", PLUGS)
@pytest.mark.parametrize(("sequence", "said", "runs"), SEQUENCES)
def test_a_relay_is_on_where_the_draw_after_its_off_proves_it(
    plug: str, sequence: str, said: Words, runs: Sequence[tuple[str, float]]
) -> None:
    found = _runs(PLUGS[plug](), said, now=250)
    known = [run for run in found if run[1] <= 240 and run != ("unknown", 0)]
    assert known == [run for run in runs if run[0] != "unknown"], sequence


@pytest.mark.parametrize(("later", "state"), [(19, "off"), (20, "running"), (21, "running")])
def test_the_draw_must_last_as_long_as_a_start(later: int, state: str) -> None:
    assert THRESHOLDS.run_after == timedelta(seconds=20)
    said: list[tuple[float, str | float]] = [(0, "OFF"), (30, 0.0), (60, 1500.0)]
    said.append((60 + later, 1500.0))
    assert _runs(PLUGS["esphome"](), said, now=60 + later)[-1][0] == state


@pytest.mark.parametrize(
    ("draws", "state"),
    [
        ([1500.0, 400.0, 400.0], "running"),
        ([1500.0, 399.9, 400.0], "off"),
        ([1500.0, 1499.0, 1498.0], "off"),
        ([1500.0, 1499.0, 1499.0], "running"),
    ],
)
def test_only_work_that_does_not_fall_contradicts_a_relay(draws: list[float], state: str) -> None:
    said: list[tuple[float, str | float]] = [(0, "OFF"), (10, 0.0)]
    said += [(20 + 10 * n, watts) for n, watts in enumerate(draws)]
    assert _runs(PLUGS["esphome"](), said, now=45)[-1][0] == state


COUNTED: Said = [
    (0, "saw/sensor/power/state", "0"),
    (20, "saw/sensor/energy/state", "0"),
    (30, "saw/switch/relay/state", "OFF"),
    (60, "saw/sensor/energy/state", "16"),
    (120, "saw/sensor/energy/state", "41"),
]


@pytest.mark.parametrize(("heard", "state"), [(4, "off"), (5, "running")])
def test_a_counter_that_rises_after_the_off_shows_that_the_relay_is_on(
    heard: int, state: str
) -> None:
    # Work counted since before the word proves nothing after it.
    source = bound("esphome", "saw", {"energy_unit": "Wh"}, thresholds=THRESHOLDS)
    runs, _ = came_of(source, COUNTED[:heard], now=120)
    assert runs[-1][0] == state


def test_a_bridge_that_repeats_the_last_power_of_an_open_relay_is_off() -> None:
    source = bound("zigbee2mqtt", "zigbee2mqtt/saw")
    said: Said = [
        (second, "zigbee2mqtt/saw", {"state": "ON" if second < 60 else "OFF", "power": 1500})
        for second in range(0, 301, 30)
    ]
    assert came_of(source, said)[0][:2] == [("running", 0), ("off", 60)]
