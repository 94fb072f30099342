"""Senders of every dialect that carries event times, by a clock that is slow by hours (R3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gadong.dialects.domain.formats.recipes import RECIPES
from tests.support.dialects.sparkplug import bd, payload

WORKS_UNTIL, LASTS = 600, 1200
TABLE = {"states": "1=running,0=idle"}
ISO = {"time": "t", "time_unit": "iso"}


@dataclass(frozen=True, slots=True)
class SlowClock:
    """A sender's clock, and the right one beside it; seconds count from the start."""

    start: datetime
    slow: timedelta

    def right(self, second: int) -> datetime:
        """Return the instant."""
        return self.start + timedelta(seconds=second)

    def shown(self, second: int) -> datetime:
        """Return the instant that the sender's clock shows."""
        return self.right(second) - self.slow

    def written(self, second: int) -> str:
        """Return that instant as text."""
        return self.shown(second).isoformat()


#: What a sender publishes: topic and payload.
Published = list[tuple[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowSender:
    """A sender that says below its base, at a second, whether the machine works.

    NAME stands for the machine.
    """

    dialect: str
    base: str
    said: Callable[[str, int, SlowClock], Published]
    options: Mapping[str, Any] = field(default_factory=dict)
    first: Callable[[str, SlowClock], Published] = lambda base, clock: []  # noqa: ARG005  # mostly


def works(second: int) -> int:
    """Return 1 while the machine works."""
    return int(second < WORKS_UNTIL)


def _document(base: str, second: int, clock: SlowClock) -> Published:
    """A document of an agent whose own clock is right; its adapter's is not."""
    since = second - second % WORKS_UNTIL

    def item(name: str, at: int, value: object) -> dict[str, object]:
        return {"dataItemId": name, "timestamp": clock.written(at), "value": value}

    events = {
        "Availability": [item("a", -3600, "AVAILABLE")],
        "Execution": [item("e", since, "ACTIVE" if works(second) else "READY")],
    }
    samples = {"Wattage": [item("w", second, 12.5 + second)]}
    component = {"componentId": "p", "Events": events, "Samples": samples}
    streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [component]}]}
    header = {"creationTime": clock.right(second).isoformat()}
    return [(f"{base}/Current/m1", {"MTConnectStreams": {"Header": header, "Streams": streams}})]


def _observation(base: str, second: int, clock: SlowClock) -> Published:
    body = {"timestamp": clock.written(second), "sequence": second}
    word = "ACTIVE" if works(second) else "READY"
    seen = {
        "exec": {**body, "dataItemId": "exec", "type": "EXECUTION", "result": word},
        "load": {**body, "dataItemId": "load", "type": "WATTAGE", "result": str(second)},
    }
    return [(f"{base}/Devices/m1/Observations/{name}", one) for name, one in seen.items()]


def _births(base: str, clock: SlowClock) -> Published:
    """The births of a node and its device; the node's own clock is right."""
    group, node, device = base.split("/")
    metric = {"name": "run", "alias": 1, "datatype": 3, "int_value": 1}
    return [
        (f"spBv1.0/{group}/NBIRTH/{node}", payload(0, bd(1), at=clock.start)),
        (f"spBv1.0/{group}/DBIRTH/{node}/{device}", payload(1, metric, at=clock.start)),
    ]


def _metric(base: str, second: int, clock: SlowClock) -> Published:
    """A metric with the time of its controller, in a payload with the node's."""
    group, node, device = base.split("/")
    stamp = int(clock.shown(second).timestamp() * 1000)
    value = {"alias": 1, "int_value": works(second), "timestamp": stamp}
    body = payload(2 + second // 60, value, at=clock.right(second))
    return [(f"spBv1.0/{group}/DDATA/{node}/{device}", body)]


def _event(base: str, second: int, clock: SlowClock) -> Published:
    """A temperature of each minute, and the printer's state."""
    stamp = {"_timestamp": int(clock.shown(second).timestamp())}
    state = "PRINTING" if works(second) else "OPERATIONAL"
    changed = {"_event": "PrinterStateChanged", "state_id": state, **stamp}
    return [
        (f"{base}/event/PrinterStateChanged", changed),
        (f"{base}/temperature/tool0", {"actual": 20.0 + second, "target": 0.0, **stamp}),
    ]


def _notification(base: str, second: int, clock: SlowClock) -> Published:
    draw = {"id": 0, "apower": 900.0 if works(second) else 120.0}
    params = {"ts": clock.shown(second).timestamp(), "switch:0": draw}
    return [(f"{base}/events/rpc", {"method": "NotifyStatus", "params": params})]


def _metrics(base: str, second: int, clock: SlowClock) -> Published:
    stamp = int(clock.shown(0).timestamp()) + second
    one = {"tags": {"host": "mill"}, "fields": {"run": works(second)}, "timestamp": stamp}
    return [(base, {"metrics": [one]})]


SLOW_SENDERS: Mapping[str, SlowSender] = {
    "each element's own time": SlowSender(
        dialect="mapper",
        base="plc-NAME",
        options={**TABLE, **ISO, "each": "l", "value": "s"},
        said=lambda base, second, clock: [
            (base, {"l": [{"s": works(second), "t": clock.written(second)}]})
        ],
    ),
    "the message's time around its elements": SlowSender(
        dialect="mapper",
        base="plc-NAME",
        options={**TABLE, **ISO, "each": "l", "value": "s"},
        said=lambda base, second, clock: [
            (base, {"t": clock.written(second), "l": [{"s": works(second)}]})
        ],
    ),
    "a point's own time": SlowSender(
        dialect="mapper",
        base="plc-NAME",
        options={"time_unit": "iso", "points": [{**TABLE, "value": "s", "time": "t"}]},
        said=lambda base, second, clock: [(base, {"s": works(second), "t": clock.written(second)})],
    ),
    "telegraf by its recipe": SlowSender(
        dialect="mapper",
        base="telegraf-NAME",
        options=RECIPES["telegraf"].filled(HOST="mill", STATE_FIELD="run"),
        said=_metrics,
    ),
    "an adapter behind an agent": SlowSender(
        dialect="mtconnect", base="MTConnect-NAME", options={"device": "m1"}, said=_document
    ),
    "an adapter, one observation a message": SlowSender(
        dialect="mtconnect", base="MTConnect-NAME", options={"device": "m1"}, said=_observation
    ),
    "a controller behind a node": SlowSender(
        dialect="sparkplug",
        base="g/NAME/mill",
        options={"points": [{"value": "run", **TABLE}]},
        said=_metric,
        first=_births,
    ),
    "a printer's host": SlowSender(dialect="octoprint", base="octo-NAME", said=_event),
    "a plug's own clock": SlowSender(dialect="shelly", base="plug-NAME", said=_notification),
    "a hub's gateway": SlowSender(
        dialect="umh",
        base="umh/v1/e/NAME/_historian/state",
        options=TABLE,
        said=lambda base, second, clock: [
            (
                base,
                {
                    "timestamp_ms": int(clock.shown(second).timestamp() * 1000),
                    "value": works(second),
                },
            )
        ],
    ),
}
