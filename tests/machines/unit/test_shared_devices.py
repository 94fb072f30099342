"""One device, several machines: which source reads what, and what is stored, asked and set aside
once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.domain.ids import MachineId, SourceId, new_id
from gadong.core.domain.problem import Conflict
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Order
from gadong.dialects.domain.interlock_state import Latch
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import channels_of, free_channels, need_own_channels
from gadong.machines.domain.source_reading import Metering
from tests.support.golden import CENTRE

AT = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)


def bound(dialect: str, base: str, **options: Any) -> Source:
    """A source of a device, of a machine of its own."""
    known, source_id = DIALECTS[dialect], SourceId(new_id())
    known.check(options)
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


def said(
    router: Router, topic: str, body: object, *, at: datetime = AT
) -> list[Message | Rejected]:
    """Return the readings of a message."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    delivery = BrokerMessage(
        topic=topic,
        payload=payload,
        qos=1,
        retained=False,
        is_repeated=False,
        packet=1,
        received_at=at,
    )
    return router.read(delivery, new_id())


def values(items: list[Message | Rejected], source: Source) -> list[tuple[str, str | float | None]]:
    """Return the values of a source's messages."""
    own = [item for item in items if isinstance(item, Message) and item.source_id == source.id]
    return [
        (s.channel.value, s.text if s.text is not None else s.number)
        for item in own
        for s in item.signals
    ]


def shelly_says(**components: Mapping[str, object]) -> dict[str, object]:
    """A notification of a Shelly with several channels."""
    params = {
        "ts": AT.timestamp(),
        **{key.replace("_", ":"): value for key, value in components.items()},
    }
    return {"src": "strip", "method": "NotifyStatus", "params": params}


def test_each_channel_of_a_strip_is_its_own_machines() -> None:
    sources = [bound("shelly", "strip", channel=str(n)) for n in range(4)]
    router = Router(CENTRE, sources)
    body = shelly_says(
        switch_1={"apower": 900.0, "aenergy": {"total": 5}}, switch_3={"apower": 0.0}
    )
    items = said(router, "strip/events/rpc", body)
    assert values(items, sources[0]) == []
    assert values(items, sources[1]) == [("power_watts", 900.0), ("energy_wh", 5.0)]
    assert values(items, sources[2]) == []
    assert values(items, sources[3]) == [("power_watts", 0.0)]
    # A message that says nothing to a machine is not kept for it a second time.
    assert len(items) == 2


def test_what_says_nothing_to_any_machine_is_kept_once() -> None:
    router = Router(CENTRE, [bound("shelly", "strip", channel=str(n)) for n in range(4)])
    items = said(router, "strip/events/rpc", shelly_says(switch_7={"apower": 1.0}))
    assert [type(item) for item in items] == [Message]


def test_the_devices_will_speaks_for_all_its_machines() -> None:
    sources = [bound("shelly", "strip", channel=str(n)) for n in (0, 1)]
    items = said(Router(CENTRE, sources), "strip/online", b"false")
    assert [values(items, source) for source in sources] == [[("link", "down")], [("link", "down")]]


def test_what_no_machine_understands_is_set_aside_once() -> None:
    sources = [bound("shelly", "strip", channel=str(n)) for n in range(4)]
    (item,) = said(Router(CENTRE, sources), "strip/events/rpc", b"{")
    assert isinstance(item, Rejected)
    assert (item.reason, item.source_id) == ("not_json", sources[0].id)


def test_a_word_that_one_machine_does_not_know_is_set_aside_for_that_machine() -> None:
    base = "plc/7"
    sources = [
        bound("mapper", base, value=f"tags.t{n}", states="1=running,0=idle") for n in range(10)
    ]
    items = said(Router(CENTRE, sources), base, {"tags": {"t0": 1, "t3": 0, "t4": 9}})
    assert values(items, sources[0])[-1] == ("activity", "running")
    assert values(items, sources[3])[-1] == ("activity", "idle")
    (aside,) = [item for item in items if isinstance(item, Rejected)]
    assert (aside.source_id, aside.reason) == (sources[4].id, "unknown_state")
    assert values(items, sources[4])[-1] == ("activity", "unknown")
    # Seven machines' tags are not in this message, which is no trouble of theirs.
    assert len(items) == 4


def test_a_message_without_any_machines_value_is_set_aside_once() -> None:
    sources = [bound("mapper", "plc/7", value=f"tags.t{n}", states="1=running") for n in range(3)]
    (item,) = said(Router(CENTRE, sources), "plc/7", {"tags": {"other": 1}})
    assert isinstance(item, Rejected)
    assert item.reason == "no_value"


@pytest.mark.parametrize(
    ("dialect", "base", "first", "second"),
    [
        ("shelly", "plug", {"channel": "0"}, {"channel": "1"}),
        ("tasmota", "strip", {"relay": "1"}, {"relay": "2"}),
        ("zigbee2mqtt", "zigbee2mqtt/socket", {"endpoint": "l1"}, {"endpoint": "l2"}),
        (
            "esphome",
            "node",
            {"power": "power_1", "energy": "energy_1", "switch": "relay_1"},
            {"power": "power_2", "energy": "energy_2", "switch": "relay_2"},
        ),
        (
            "mapper",
            "gw",
            {"value": "a", "states": "1=running"},
            {"value": "b", "states": "1=running"},
        ),
        (
            "mapper",
            "tele",
            {"value": "w", "where": {"host": "m1"}, "channel": "power_watts"},
            {"value": "w", "where": {"host": "m2"}, "channel": "power_watts"},
        ),
        (
            "umh",
            "umh/v1/e/s",
            {"topic": "m1/state", "states": "1=running"},
            {"topic": "m2/state", "states": "1=running"},
        ),
        (
            "sparkplug",
            "g/n/plc",
            {"points": [{"value": "m1", "states": "1=running"}]},
            {"points": [{"value": "m2", "states": "1=running"}]},
        ),
        (
            "contact",
            "plc/out",
            {"state": "1/state", "set": "1/set"},
            {"state": "2/state", "set": "2/set"},
        ),
    ],
)
def test_channels_stand_beside_each_other_and_none_is_read_twice(
    dialect: str, base: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    one, other = bound(dialect, base, **first), bound(dialect, base, **second)
    need_own_channels(other, [one])
    again = bound(dialect, base, **first)
    with pytest.raises(Conflict, match="already reads"):
        need_own_channels(again, [other, one])
    assert not channels_of(one) & channels_of(other)


def test_a_whole_device_stands_alone() -> None:
    whole, first = bound("tasmota", "strip"), bound("tasmota", "strip", relay="1")
    with pytest.raises(Conflict, match="reads all"):
        need_own_channels(first, [whole])
    with pytest.raises(Conflict, match="name a channel"):
        need_own_channels(whole, [first])
    printer = bound("octoprint", "octoPrint")
    with pytest.raises(Conflict, match="already listens"):
        need_own_channels(replace(printer, id=SourceId(new_id())), [printer])


def test_phases_take_all_their_channels() -> None:
    with pytest.raises(Conflict, match="already reads 2"):
        need_own_channels(
            bound("shelly", "em", phases="0,1,2"), [bound("shelly", "em", channel="2")]
        )
    need_own_channels(bound("shelly", "em", phases="0,1,2"), [bound("shelly", "em", channel="3")])


def test_the_free_channels_of_a_device_come_with_what_reads_them() -> None:
    first = bound("shelly", "shellies/s4", channel="0", generation="1", switches="contact")
    assert free_channels("relay/2/power", b"3", [first]) == {
        "2": {"channel": "2", "generation": "1"}
    }
    assert free_channels("relay/0/power", b"3", [first]) == {}
    layout = "%topic%/%prefix%/"
    strip = [bound("tasmota", "strip", relay=relay, full_topic=layout) for relay in ("1", "3")]
    said = json.dumps({"ENERGY": {"Power": [1, 2, 3]}}).encode()
    assert free_channels("SENSOR", said, strip) == {
        "2": {"relay": "2", "full_topic": "%topic%/%prefix%/"}
    }
    assert free_channels("SENSOR", b'{"ENERGY": {"Power": 4}}', strip) == {}
    socket = bound("zigbee2mqtt", "zigbee2mqtt/s", endpoint="l1")
    assert free_channels("", b'{"state_l1": "ON", "state_l2": "OFF", "state": "x"}', [socket]) == {
        "l2": {"endpoint": "l2"}
    }
    assert free_channels("events/rpc", b"{", [first]) == {}


def test_a_device_is_asked_once_for_all_its_machines() -> None:
    sources = [bound("shelly", "strip", channel=str(n)) for n in range(4)]
    router = Router(CENTRE, sources)
    assert len(router.greet(AT)) == len(DIALECTS["shelly"].questions("strip", {}))
    running = shelly_says(**{f"switch_{n}": {"apower": 900.0} for n in range(4)})
    said(router, "strip/events/rpc", running)
    later = AT + timedelta(seconds=61)
    assert [s.id for s in router.silent(later)] == [sources[0].id]
    assert router.silent(later + timedelta(seconds=1)) == []
    assert len(router.silent(later + timedelta(seconds=61))) == 1


def test_an_endpoint_of_a_socket_is_read_alone() -> None:
    sources = [bound("zigbee2mqtt", "zigbee2mqtt/s", endpoint=end) for end in ("l1", "l2")]
    body = {"state_l1": "ON", "state_l2": "OFF", "power_l1": 5, "power_l2": 7, "energy_l1": 1.5}
    items = said(Router(CENTRE, sources), "zigbee2mqtt/s", body)
    assert values(items, sources[0]) == [
        ("power", "on"),
        ("power_watts", 5.0),
        ("energy_wh", 1500.0),
    ]
    assert values(items, sources[1]) == [("power", "off"), ("power_watts", 0.0)]


def test_the_refusal_of_an_order_is_its_channels_alone() -> None:
    sources = [bound("shelly", "strip", channel=str(n), switches="contact") for n in (0, 1)]
    switch = DIALECTS["shelly"].switch
    assert switch is not None
    order = Order(id=new_id(), latch=Latch.INHIBITED, expires_at=AT)
    call = json.loads(switch.command("strip", sources[1].options, order).payload)
    answer = {
        "id": call["id"],
        "src": "strip",
        "error": {"code": -103, "message": "Invalid argument"},
    }
    items = said(Router(CENTRE, sources), "strip/answers/rpc", answer)
    assert values(items, sources[0]) == []
    assert values(items, sources[1]) == [("interlock", "refused")]
    # An order of before channels were named is every source's.
    answer["id"] = str(call["id"]).partition(".")[0]
    items = said(Router(CENTRE, sources), "strip/answers/rpc", answer)
    assert [values(items, s) for s in sources] == [[("interlock", "refused")]] * 2


def test_agents_that_share_a_prefix_are_different_devices() -> None:
    sources = [bound("mtconnect", "MTConnect", device=uuid, agent="a") for uuid in ("m1", "m2")]
    router = Router(CENTRE, sources)
    items = said(router, "MTConnect/Probe/a/Availability", b"UNAVAILABLE")
    assert [values(items, source) for source in sources] == [[("link", "down")]] * 2
