"""A relay's messages: read strictly, taken in their turn, lost only where the relay says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.domain.ids import CentreId, new_id
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.domain.relay import (
    CarriedMessage,
    RelayPosition,
    advanced,
    committed,
    greeted,
    read_carried,
    read_hello,
    relay_of,
)

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def envelope(**more: Any) -> bytes:
    body = {
        "v": 1,
        "outbox": "o1",
        "first": 1,
        "number": 1,
        "at": "2026-11-20T02:59:00+00:00",
        "topic": "tele/press/SENSOR",
        "payload": "{}",
        **more,
    }
    return json.dumps({k: v for k, v in body.items() if v is not None}).encode()


def position(upto: int, lost: int = 0) -> RelayPosition:
    return RelayPosition(outbox="o1", upto=upto, lost=lost, heard_at=NOW)


def account(*publishes: str) -> DeviceAccount:
    return DeviceAccount(
        id=new_id(),
        centre_id=CentreId(new_id()),
        source_id=None,
        name="hall",
        username="d-000000000000",
        publishes=publishes,
        hears=(),
        created_at=NOW,
    )


def said(payload: bytes) -> CarriedMessage:
    found = read_carried(payload, now=NOW).said
    assert isinstance(found, CarriedMessage)
    return found


@pytest.mark.parametrize(
    ("number", "upto", "is_next"), [(4, 4, False), (5, 5, True), (6, 4, False), (1, 4, False)]
)
def test_only_the_next_message_is_taken(number: int, upto: int, is_next: bool) -> None:
    carried = read_carried(envelope(number=number), now=NOW)
    moved, taken = advanced(position(4), carried, now=NOW)
    assert (moved.upto, moved.lost, taken) == (upto, 0, is_next)


@pytest.mark.parametrize(("first", "lost"), [(5, 0), (6, 1), (10, 5)])
def test_what_the_relay_no_longer_has_is_lost_and_counted(first: int, lost: int) -> None:
    carried = read_carried(envelope(first=first, number=first), now=NOW)
    moved, taken = advanced(position(4), carried, now=NOW)
    assert (moved.upto, moved.lost, taken) == (first, lost, True)


def test_a_new_outbox_begins_where_the_relay_says_and_has_lost_nothing() -> None:
    hello = read_hello(b'{"v": 1, "outbox": "o2", "first": 700, "nonce": "n"}')
    assert greeted(None, hello, now=NOW) == RelayPosition(outbox="o2", upto=699, heard_at=NOW)


def test_an_answer_says_what_may_be_deleted_and_what_time_it_is() -> None:
    assert json.loads(committed(position(12), now=NOW, nonce="n")) == {
        "v": 1,
        "outbox": "o1",
        "upto": 12,
        "now": "2026-11-20T03:00:00.000+00:00",
        "nonce": "n",
    }


def test_a_text_and_bytes_come_as_they_were() -> None:
    assert said(envelope(payload="전류 3 A")).payload == "전류 3 A".encode()
    assert said(envelope(payload=None, payload_base64="/wA=")).payload == b"\xff\x00"


def test_the_relays_arrival_is_never_after_ours() -> None:
    assert said(envelope(at="2026-11-20T03:04:59+00:00")).at == NOW
    assert said(envelope(at="2026-11-20T11:59:00+09:00")).at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"topic": ""}, "bad_relay"),
        ({"topic": 7}, "bad_relay"),
        ({"retained": 1}, "bad_relay"),
        ({"payload": None}, "bad_relay"),
        ({"payload_base64": ""}, "bad_relay"),
        ({"payload": None, "payload_base64": "a"}, "bad_relay"),
        ({"uncertain_ms": -1}, "bad_relay"),
        ({"at": "yesterday"}, "not_a_time"),
        ({"at": "2026-11-20T03:00:00"}, "not_a_time"),
        ({"at": "2026-11-20T03:05:01+00:00"}, "time_out_of_window"),
        ({"at": "2026-10-06T02:59:59+00:00"}, "time_out_of_window"),
    ],
)
def test_a_message_that_cannot_be_read_uses_its_number_up(
    more: dict[str, Any], reason: str
) -> None:
    carried = read_carried(envelope(**more), now=NOW)
    assert isinstance(carried.said, NotUnderstood)
    assert carried.said.reason == reason
    assert advanced(position(0), carried, now=NOW)[1]


@pytest.mark.parametrize(
    "more",
    [
        {"v": 2},
        {"outbox": ""},
        {"outbox": "x" * 65},
        {"number": 0},
        {"number": True},
        {"number": "1"},
        {"first": 0},
        {"number": 2**53},
    ],
)
def test_without_a_number_nothing_is_taken(more: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        read_carried(envelope(**more), now=NOW)


def test_a_relay_is_an_account_with_one_topic_of_its_own() -> None:
    relay = relay_of(account("gadong/v1/c/relays/hall", "tele/press", "shellies"), "c")
    assert relay is not None
    assert relay.topic == "gadong/v1/c/relays/hall"
    assert relay.may_carry("tele/press")
    assert relay.may_carry("tele/press/SENSOR")
    assert not relay.may_carry("tele/press2/SENSOR")
    assert not relay.may_carry("gadong/v1/c/relays/hall/said")


@pytest.mark.parametrize(
    "publishes",
    [
        ("tele/press",),
        ("gadong/v1/c/relays",),
        ("gadong/v1/c/relays/hall/more",),
        ("gadong/v1/other/relays/hall",),
        ("gadong/v1/c/relays/hall", "gadong/v1/c/relays/second"),
    ],
)
def test_another_account_is_no_relay(publishes: tuple[str, ...]) -> None:
    assert relay_of(account(*publishes), "c") is None
