"""A relay and a meter of each kind of plug, and sequences in which the relay's words are lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gadong.machines.domain.machine import Source
from tests.support.dialects.wrong_readings import SHELLY, THRESHOLDS, bound, notified

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


PLUGS: Mapping[str, Callable[[], Plug]] = {
    "esphome": _esphome,
    "shelly gen1": _shelly_one,
    "shelly": _shelly,
    "tasmota": _tasmota,
}

#: A relay's word or a meter's watts at a second.
Words = Sequence[tuple[float, str | float]]
#: What happens, what is said, and the runs that begin by second 240.
SEQUENCES: Sequence[tuple[str, Words, Sequence[tuple[str, float]]]] = [
    (
        "the on before a job is lost",
        [(0, "OFF"), (30, 0.0), (60, 0.0), *((s, 1500.0) for s in range(90, 241, 30))],
        [("off", 0), ("running", 90)],
    ),
    (
        "an off and its on come close together, and only the off arrives",
        [
            *((0, "ON"), (0, 1500.0), (30, 1500.0), (60, "OFF")),
            *((s, 1500.0) for s in range(61, 242, 30)),
        ],
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
            (0, "OFF"),
            (30, 0.0),
            (60, 1500.0),
            (90, 1500.0),
            (120, "OFF"),
            (130, 1500.0),
            (150, 1400.0),
            (180, 1500.0),
            (185, "OFF"),
            (190, 1500.0),
            (195, "OFF"),
            (200, 1500.0),
            (205, 1500.0),
            (230, 1500.0),
        ],
        [("off", 0), ("running", 60)],
    ),
    (
        "each switching is said twice, and the on is lost",
        [
            (0, "ON"),
            (0, 1500.0),
            (30, 1500.0),
            (60, "OFF"),
            (60, "OFF"),
            (61, 1500.0),
            (91, 1500.0),
            (121, 1500.0),
            (150, "OFF"),
            (150, "OFF"),
            (160, 1500.0),
            (180, 1500.0),
            (210, 1500.0),
        ],
        [("running", 0), ("off", 60), ("running", 91)],
    ),
    (
        "it is said again after a reading at rest",
        [
            (0, "OFF"),
            (30, 1500.0),
            (60, 1500.0),
            (90, 1500.0),
            (100, 0.0),
            (120, "OFF"),
            (130, 1500.0),
            (150, 1500.0),
            (180, 1500.0),
        ],
        [("off", 0), ("running", 60), ("off", 120), ("running", 150)],
    ),
    (
        "it is said again, rests, and works",
        [
            (0, "OFF"),
            (30, 0.0),
            (60, 1500.0),
            (90, 1500.0),
            (120, "OFF"),
            (130, 0.0),
            (150, 1500.0),
            (180, 1500.0),
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
]
