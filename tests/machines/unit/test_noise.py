"""Noise is counted and not kept; and what a stream looks like is not guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gadong.core.domain.ids import MachineId, SourceId, new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.recognition import recognise
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from tests.support.golden import CENTRE

AT = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)


def bound(dialect: str, base: str, **options: Any) -> Source:
    """A source of a device."""
    known, source_id = DIALECTS[dialect], SourceId(new_id())
    return Source(
        id=source_id,
        centre_id=CENTRE,
        machine_id=MachineId(new_id()),
        dialect=dialect,
        base=base,
        prefixes=known.prefixes(base, options),
        metering=Metering(source_id=source_id),
        options=options,
        shared=known.shared(base, options),
    )


def heard(
    router: Router, topic: str, payload: bytes, *, retained: bool = False
) -> list[Message | Rejected]:
    """Return the readings of a message."""
    return router.read(
        BrokerMessage(
            topic=topic,
            payload=payload,
            qos=0,
            retained=retained,
            is_repeated=False,
            packet=1,
            received_at=AT,
        ),
        new_id(),
    )


def changed(state_id: str) -> bytes:
    """OctoPrint's word of a state."""
    body = {
        "_event": "PrinterStateChanged",
        "_timestamp": int(AT.timestamp()),
        "state_id": state_id,
    }
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("dialect", "base", "topic", "payload", "kind"),
    [
        ("octoprint", "p", "p/progress/printing", b"", "empty"),
        ("zigbee2mqtt", "zigbee2mqtt/p", "zigbee2mqtt/p", b"", "empty"),
        ("mapper", "gw", "gw", b"", "empty"),
        ("tasmota", "saw", "tele/saw/LWT", b"", "empty"),
        ("octoprint", "p", "p/event/PrinterStateChanged", changed("OPEN_SERIAL"), "connecting"),
        ("octoprint", "p", "p/event/PrinterStateChanged", changed("DETECT_SERIAL"), "connecting"),
        ("octoprint", "p", "p/event/PrinterStateChanged", changed("NONE"), "connecting"),
        ("shelly", "s", "s/rpc", b'{"id": 1, "method": "Shelly.GetStatus"}', "question"),
        ("shelly", "s", "s/command", b"status_update", "question"),
        ("zigbee2mqtt", "zigbee2mqtt/p", "zigbee2mqtt/p/get", b'{"state":""}', "question"),
        ("shelly", "s", "s/answers/rpc", b'{"id": 1, "error": {"code": 404}}', "answer"),
        ("shelly", "s", "s/answers/rpc", b'{"id": 1, "result": {"sys": {"uptime": 3}}}', "answer"),
        (
            "moonraker",
            "k",
            "k/moonraker/api/response",
            b'{"jsonrpc": "2.0", "id": 1, "result": "ok"}',
            "answer",
        ),
        ("tasmota", "saw", "stat/saw/STATUS5", b'{"StatusNET": {}}', "answer"),
    ],
)
@pytest.mark.parametrize("retained", [True, False])
def test_noise_is_counted_and_neither_kept_nor_set_aside(
    dialect: str, base: str, topic: str, payload: bytes, kind: str, *, retained: bool
) -> None:
    source = bound(dialect, base)
    router = Router(CENTRE, [source])
    for _ in range(3):
        assert heard(router, topic, payload, retained=retained) == []
    assert router.take_noise() == {(source.id, kind): 3}
    assert router.take_noise() == {}


@pytest.mark.parametrize(
    ("dialect", "base", "topic", "payload"),
    [
        ("octoprint", "p", "p/event/PrinterStateChanged", changed("CONNECTING")),
        ("octoprint", "p", "p/event/PrinterStateChanged", changed("SOMETHING_NEW")),
        ("shelly", "s", "s/answers/rpc", b'{"id": 1, "result": {"switch:0": {"apower": 5}}}'),
        ("tasmota", "saw", "stat/saw/STATUS8", b'{"StatusSNS": {"ENERGY": {"Power": 5}}}'),
        ("mapper", "gw", "gw", b" "),
    ],
)
def test_what_says_something_is_no_noise(
    dialect: str, base: str, topic: str, payload: bytes
) -> None:
    options = {"states": "x=running"} if dialect == "mapper" else {}
    router = Router(CENTRE, [bound(dialect, base, **options)])
    assert heard(router, topic, payload)
    assert router.take_noise() == {}


def test_noise_of_a_shared_device_is_each_sources() -> None:
    sources = [bound("shelly", "s", channel=str(n)) for n in (0, 1)]
    router = Router(CENTRE, sources)
    assert heard(router, "s/status/switch:0", b"") == []
    assert router.take_noise() == {(s.id, "empty"): 1 for s in sources}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("homeassistant/sensor/saw_power/state", b"12.3"),
        ("hass/sensor/prusalink/state", b"printing"),
        ("house/ha/binary_sensor/lamp/state", b"on"),
        ("x/sensor/saw_power/last_changed", b"2026-11-12T01:00:00+00:00"),
        ("x/sensor/saw_power/unit_of_measurement", b'"W"'),
    ],
)
def test_a_stream_of_home_assistant_is_no_node_of_esphome(topic: str, payload: bytes) -> None:
    answer = recognise(topic, payload)
    assert answer
    dialect, found = answer
    assert (dialect, found.options["topic"]) == ("mapper", "state")
    assert found.base == topic.rpartition("/")[0]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("shop/mill/state", {"state": "running"}),
        ("shop/mill/state", {"v": 2, "state": "running"}),
        ("shop/mill/state", {"v": 1, "state": "lunch"}),
        ("shop/mill/state", {"note": "running", "state": "x"}),
        ("gadong/v1/c/m/state", {"v": 2, "state": "running"}),
    ],
)
def test_another_devices_state_is_not_ours(topic: str, body: dict[str, Any]) -> None:
    answer = recognise(topic, json.dumps(body).encode())
    assert answer is None or answer[0] != "gadong-json"


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("gadong/v1/c/m/state", {"state": "running"}),
        ("gadong/v1/c/m/state", {"v": 1, "state": "idle"}),
        ("shop/mill/state", {"v": 1, "state": "running"}),
    ],
)
def test_our_own_profile_is_recognised(topic: str, body: dict[str, Any]) -> None:
    answer = recognise(topic, json.dumps(body).encode())
    assert answer
    assert (answer[0], answer[1].base) == ("gadong-json", topic.removesuffix("/state"))
