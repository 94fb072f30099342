"""The mapper's availability topic and times in a gateway's own format,
as shipped recipes use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.power_states import PowerThresholds
from tests.support.dialects.wrong_readings import START, Said, bound, came_of, heard

AT_ONCE = PowerThresholds(
    run_above=400, idle_below=250, run_after=timedelta(0), idle_after=timedelta(0)
)
WORDS = {"topic": "state", "states": "RUN=running,STOP=idle"}


def gone(link: Mapping[str, str], *said: tuple[float, str, str]) -> list[tuple[str, float]]:
    """The runs of a machine that works, and whose gateway then says something of its link."""
    source = bound("mapper", "plc", {**WORDS, "link": dict(link)})
    return came_of(source, [(0, "plc/state", "RUN"), *said], now=600)[0]


@pytest.mark.parametrize(
    ("link", "topic", "up", "down"),
    [
        ({"topic": "LWT"}, "plc/LWT", "Online", "Offline"),
        ({"topic": "status", "up": "1", "down": "0"}, "plc/status", "1", "0"),
        ({"topic": "status", "up": "true", "down": "false"}, "plc/status", "true", "false"),
        ({"topic": "a/b", "value": "s"}, "plc/a/b", '{"s": "ONLINE"}', '{"s": "offline"}'),
        ({"topic": "w", "up": "connected", "down": "dead, lost"}, "plc/w", "connected", "lost"),
    ],
)
def test_a_gateways_will_leaves_its_machine_unknown(
    link: Mapping[str, str], topic: str, up: str, down: str
) -> None:
    said = ((100, topic, down), (200, topic, up), (300, "plc/state", "RUN"))
    assert gone(link, *said) == [("running", 0), ("unknown", 100), ("running", 300)]


@pytest.mark.parametrize(("back", "is_away"), [(129, False), (130, False), (131, True)])
def test_a_gateway_that_returns_at_once_was_never_away(back: int, *, is_away: bool) -> None:
    said = ((100, "plc/LWT", "Offline"), (back, "plc/LWT", "Online"), (back, "plc/state", "RUN"))
    runs = gone({"topic": "LWT"}, *said)
    assert runs == [("running", 0), *([("unknown", 100), ("running", back)] if is_away else [])]


def test_another_word_on_the_links_topic_is_set_aside() -> None:
    source = bound("mapper", "plc", {**WORDS, "link": {"topic": "LWT"}})
    signals, rejected = heard(source, [(0, "plc/LWT", "maybe"), (1, "plc/other", "Offline")])
    assert signals == []
    assert [one.reason for one in rejected] == ["unknown_value"]


@pytest.mark.parametrize(
    "link",
    [
        {"topic": ""},
        {"topic": "LWT", "up": "x", "down": "X"},
        {"topic": "LWT", "down": " , "},
        {"topic": "LWT", "value": 'a["'},
        {"topic": "LWT", "words": "x"},
    ],
)
def test_a_link_that_tells_nothing_apart_is_refused(link: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match=r"link|option|path|bracket|options"):
        DIALECTS["mapper"].check({**WORDS, "link": dict(link)})


@pytest.mark.parametrize(
    ("recipe", "words", "working"),
    [
        (
            "tasmota-sml",
            {},
            ("tele/m/SENSOR", {"SML": {"Total_in": 12.5, "Power_curr": 900}}),
        ),
        (
            "modbus-registers",
            {"UNIT": "1", "REGISTER": "100"},
            (
                "tele/m/RESULT",
                {"ModbusReceived": {"DeviceAddress": 1, "StartAddress": 100, "Values": [1]}},
            ),
        ),
    ],
)
def test_a_tasmota_device_that_loses_its_power_is_gone(
    recipe: str, words: dict[str, str], working: tuple[str, object]
) -> None:
    is_meter = recipe == "tasmota-sml"
    source = bound(
        "mapper",
        "tele/m",
        RECIPES[recipe].filled(**words),
        thresholds=AT_ONCE if is_meter else None,
    )
    said: Said = [
        (0, "tele/m/LWT", "Online"),
        (1, *working),
        (100, "tele/m/LWT", "Offline"),
        (300, "tele/m/LWT", "Online"),
        (310, *working),
    ]
    runs, _ = came_of(source, said, now=600)
    assert runs[-3:] == [("running", 1), ("unknown", 100), ("running", 310)]


def by_tag(switcher: str, second: int, **more: object) -> tuple[str, dict[str, object]]:
    """A gateway's message as its manual shows it."""
    at = START + timedelta(seconds=second)
    datas = [{"flag": "TEMP8", "value": 288}, {"flag": "DI1", "switcher": switcher}]
    return "KP0017", {"sensorDatas": datas, "time": f"{at:%H:%M:%S %m/%d/%Y} UTC", **more}


def test_what_a_gateway_sends_again_counts_when_it_was_measured() -> None:
    # "retransmit": what it kept while the network was away, with the times of then.
    source = bound("mapper", "KP0017", RECIPES["json-by-tag"].filled(STATE_TAG="DI1"))
    said: Said = [
        (0, *by_tag("1", 0)),
        (1200, *by_tag("0", 1200)),
        (1201, *by_tag("0", 400, retransmit="enable")),
        (1202, *by_tag("1", 700, retransmit="enable")),
        (1203, *by_tag("0", 900, retransmit="enable")),
    ]
    runs, _ = came_of(source, said, now=1300)
    assert runs == [("running", 0), ("idle", 400), ("running", 700), ("idle", 900)]


@pytest.mark.parametrize(
    ("written_as", "is_taken"),
    [
        ("%H:%M:%S %m/%d/%Y UTC", True),
        ("%Y-%m-%d %H:%M:%S", True),
        ("%d.%m.%Y %H:%M:%S %z", True),
        ("%Y%m%d%H%M%S", True),
        ("%Y-%m-%d", False),  # no time of day
        ("%H:%M:%S", False),
        ("%Y-%m-%d %H:%M", False),  # a minute is not a second
        ("%Y-%m-%d %H:%M:%S %Q", False),
        ("minutes", False),
        ("%Y-%m-%d %H:%M:%S" + " " * 44, False),
    ],
)
def test_a_format_of_times_holds_a_date_and_a_time_of_day(
    written_as: str, *, is_taken: bool
) -> None:
    options: dict[str, Any] = {"value": "v", "states": "1=running", "time": "t"}
    options["time_unit"] = written_as
    if is_taken:
        DIALECTS["mapper"].check(options)
        return
    with pytest.raises(ValueError, match="time_unit"):
        DIALECTS["mapper"].check(options)


@pytest.mark.parametrize(
    ("written_as", "said", "second"),
    [
        ("%d.%m.%Y %H:%M:%S %z", "{0:%d.%m.%Y %H:%M:%S} +0000", 5),
        ("%Y-%m-%d %H:%M:%S", "{0:%Y-%m-%d %H:%M:%S}", 5),
        ("%Y-%m-%d %H:%M:%S", "yesterday", 60),
        ("%Y-%m-%d %H:%M:%S", "", 60),
    ],
)
def test_a_time_by_its_format_is_utc_unless_it_says_otherwise(
    written_as: str, said: str, second: int
) -> None:
    options = {"value": "v", "states": "1=running", "time": "t", "time_unit": written_as}
    text = said.format(START + timedelta(seconds=5))
    signals, rejected = heard(bound("mapper", "plc", options), [(60, "plc", {"v": 1, "t": text})])
    (first,) = [s for s in signals if s.channel == "activity"]
    assert int((first.event_time - START).total_seconds()) == second
    assert len(rejected) == (0 if second == 5 else 1), "what is no time is set aside"
