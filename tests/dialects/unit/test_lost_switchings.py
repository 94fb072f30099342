"""A relay whose ON was lost runs with its meter; one that really opened stays off (issue 20)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from gadong.machines.domain.machine import Source
from tests.support.dialects.wrong_readings import (
    SHELLY,
    THRESHOLDS,
    Said,
    bound,
    came_of,
    notified,
)

ONE = "shellies/shellyplug-1"
#: A source, what its relay says, and what its meter says.
Plug = tuple[Source, Callable[[str], tuple[str, object]], Callable[[float], tuple[str, object]]]


def _esphome() -> Plug:
    return (
        bound("esphome", "saw", thresholds=THRESHOLDS),
        lambda word: ("saw/switch/relay/state", word),
        lambda watts: ("saw/sensor/power/state", str(watts)),
    )


def _shelly_one() -> Plug:
    return (
        bound("shelly", ONE, {"generation": "1"}),
        lambda word: (f"{ONE}/relay/0", word.lower()),
        lambda watts: (f"{ONE}/relay/0/power", str(watts)),
    )


def _shelly() -> Plug:
    return (
        bound("shelly", SHELLY),
        lambda word: (f"{SHELLY}/events/rpc", notified("switch:0", output=word == "ON")),
        lambda watts: (f"{SHELLY}/events/rpc", notified("switch:0", apower=watts)),
    )


def _tasmota() -> Plug:
    return (
        bound("tasmota", "saw"),
        lambda word: ("stat/saw/POWER", word),
        lambda watts: ("tele/saw/SENSOR", {"ENERGY": {"Power": watts}}),
    )


PLUGS = {
    "esphome": _esphome,
    "shelly gen1": _shelly_one,
    "shelly": _shelly,
    "tasmota": _tasmota,
}


def _runs(
    plug: Plug, said: Sequence[tuple[float, str | float]], now: float
) -> list[tuple[str, float]]:
    """The runs of a relay's words and a meter's readings, by second."""
    source, relay, meter = plug
    spoken: Said = [
        (second, *(relay(value) if isinstance(value, str) else meter(value)))
        for second, value in said
    ]
    runs, _ = came_of(source, spoken, now=now)
    return runs


@pytest.mark.parametrize("plug", PLUGS)
@pytest.mark.parametrize(
    ("sequence", "said", "runs"),
    [
        (
            "the on before a job is lost",
            [(0, "OFF"), (30, 0.0), (60, 0.0), *((s, 1500.0) for s in range(90, 241, 30))],
            [("off", 0), ("running", 90)],
        ),
        (
            "an off and its on come close together, and only the off arrives",
            [(0, "ON"), (0, 1500.0), (30, 1500.0), (60, "OFF")]
            + [(s, 1500.0) for s in range(61, 242, 30)],
            # The reading one second after the word may be an average of before.
            [("running", 0), ("off", 60), ("running", 91)],
        ),
        (
            "a draw that fluctuates is running from its first reading",
            [(0, "OFF"), (30, 0.0), (60, 1500.0), (90, 1400.0), (120, 1450.0)],
            [("off", 0), ("running", 60)],
        ),
        (
            "it is switched off again, and then nothing is drawn",
            [(0, "OFF"), (30, 0.0), (60, 1500.0), (90, 1500.0), (120, "OFF"), (150, 0.0)],
            [("off", 0), ("running", 60), ("off", 120)],
        ),
        (
            "the off is only said again, and nothing opens",
            [
                *[(0, "OFF"), (30, 0.0), (60, 1500.0), (90, 1500.0)],
                *[(120, "OFF"), (130, 1500.0), (150, 1400.0), (180, 1500.0)],
                *[(185, "OFF"), (190, 1500.0), (195, "OFF")],
                *[(200, 1500.0), (205, 1500.0), (230, 1500.0)],
            ],
            [("off", 0), ("running", 60)],
        ),
        (
            "each switching is said twice, and the on is lost",
            [
                *[(0, "ON"), (0, 1500.0), (30, 1500.0), (60, "OFF"), (60, "OFF")],
                *[(61, 1500.0), (91, 1500.0), (121, 1500.0), (150, "OFF"), (150, "OFF")],
                *[(160, 1500.0), (180, 1500.0), (210, 1500.0)],
            ],
            [("running", 0), ("off", 60), ("running", 91)],
        ),
        (
            "it is said again after a reading at rest",
            [
                *[(0, "OFF"), (30, 1500.0), (60, 1500.0), (90, 1500.0), (100, 0.0)],
                *[(120, "OFF"), (130, 1500.0), (150, 1500.0), (180, 1500.0)],
            ],
            [("off", 0), ("running", 60), ("off", 120), ("running", 150)],
        ),
        (
            "it is said again, rests, and works",
            [
                *[(0, "OFF"), (30, 0.0), (60, 1500.0), (90, 1500.0)],
                *[(120, "OFF"), (130, 0.0), (150, 1500.0), (180, 1500.0)],
            ],
            [("off", 0), ("running", 60), ("off", 120), ("running", 150)],
        ),
        (
            "an averaged reading of before comes after the relay opened",
            [(0, "ON"), (0, 1500.0), (30, 1500.0), (60, "OFF"), (62, 900.0), (92, 0.0)],
            [("running", 0), ("off", 60)],
        ),
        (
            "the averaged reading is the last one that comes, and time goes on",
            [(0, "ON"), (0, 1500.0), (30, 1500.0), (60, "OFF"), (62, 900.0)],
            [("running", 0), ("off", 60)],
        ),
        (
            "a start is confirmed only by the average after the relay opened",
            [(0, "ON"), (0, 0.0), (55, 1500.0), (60, "OFF"), (80, 900.0), (110, 0.0)],
            [("unknown", 0), ("running", 55), ("off", 60)],
        ),
        (
            "a moving average decays through several readings",
            [
                (0, "ON"),
                (0, 1500.0),
                (30, 1500.0),
                (60, "OFF"),
                (75, 1500.0),
                (90, 1300.0),
                (105, 1000.0),
                (120, 700.0),
                (135, 450.0),
                (150, 0.0),
            ],
            [("running", 0), ("off", 60)],
        ),
    ],
)
def test_a_relay_is_on_where_the_draw_after_its_off_proves_it(
    plug: str,
    sequence: str,
    said: list[tuple[float, str | float]],
    runs: list[tuple[str, float]],
) -> None:
    found = _runs(PLUGS[plug](), said, now=250)
    known = [run for run in found if run[1] <= 240 and run != ("unknown", 0)]
    assert known == [run for run in runs if run[0] != "unknown"], sequence


@pytest.mark.parametrize(("later", "state"), [(19, "off"), (20, "running"), (21, "running")])
def test_the_draw_must_last_as_long_as_a_start(later: int, state: str) -> None:
    assert THRESHOLDS.run_after == timedelta(seconds=20)
    said: list[tuple[float, str | float]] = [(0, "OFF"), (30, 0.0), (60, 1500.0)]
    said.append((60 + later, 1500.0))
    assert _runs(_esphome(), said, now=60 + later)[-1][0] == state


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
    assert _runs(_esphome(), said, now=45)[-1][0] == state


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
