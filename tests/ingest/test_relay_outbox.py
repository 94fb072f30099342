"""The relay's outbox and its idea of the server's time, without a broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.relay.envelope import said
from ingest.relay.host_clock import HostInstant
from ingest.relay.outbox import Arrival, Outbox, OutboxError
from ingest.relay.server_time import LONGEST_MS, START, ServerTime
from ingest.relay.settings import BadSettings, read_settings

MEGABYTE = 1024 * 1024


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox of a megabyte."""
    made = Outbox(tmp_path / "outbox.sqlite", most_bytes=MEGABYTE)
    yield made
    made.close()


def moment(since_boot_ms: int, *, boot: str = "b1", wall_ms: int = 0) -> HostInstant:
    return HostInstant(boot=boot, since_boot_ms=since_boot_ms, wall_ms=wall_ms)


def delivery(
    words: bytes = b"on",
    *,
    packet: int = 0,
    is_repeated: bool = False,
    at: HostInstant | None = None,
) -> Arrival:
    return Arrival("plug/state", words, False, packet, is_repeated, at or moment(0))


def instant(time: ServerTime, at: HostInstant) -> tuple[int, int]:
    ((found, error),) = time.instants([at])
    return round((found - START).total_seconds() * 1000), error


def test_numbers_go_on_after_all_was_stored_and_after_a_restart(tmp_path: Path) -> None:
    first = Outbox(tmp_path / "o", most_bytes=MEGABYTE)
    first.keep([delivery(b"1"), delivery(b"2")])
    first.forget(2)
    assert (first.first(), first.waiting()) == (3, 0)
    first.close()
    again = Outbox(tmp_path / "o", most_bytes=MEGABYTE)
    again.keep([delivery(b"3")])
    assert [record.number for record in again.after(0, most=9)] == [3]
    assert again.name == first.name
    again.close()


def test_another_file_has_another_name(tmp_path: Path, outbox: Outbox) -> None:
    other = Outbox(tmp_path / "other", most_bytes=MEGABYTE)
    assert other.name != outbox.name
    other.close()


def test_what_the_broker_repeats_is_kept_once(outbox: Outbox) -> None:
    outbox.keep([delivery(packet=7)])
    assert outbox.keep([delivery(packet=7, is_repeated=True)]) == 0
    assert outbox.keep([delivery(packet=7)]) == 1, "the same words again are another message"
    assert outbox.keep([delivery(b"off", packet=7, is_repeated=True)]) == 1
    assert outbox.keep([delivery(packet=8, is_repeated=True)]) == 1, "its first delivery was lost"


def test_a_session_that_the_broker_lost_repeats_nothing(outbox: Outbox) -> None:
    outbox.keep([delivery(packet=7)])
    outbox.begin_session()
    assert outbox.keep([delivery(packet=7, is_repeated=True)]) == 1


def test_a_full_outbox_gives_up_its_oldest_and_counts_them(outbox: Outbox) -> None:
    outbox.keep([delivery(b"x" * 1000) for _ in range(2500)])
    gone = outbox.trim()
    assert gone > 0
    assert outbox.dropped() == gone
    assert outbox.first() == gone + 1
    assert outbox.trim() == 0


def test_a_file_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match="unable to open"):
        Outbox(tmp_path / "nowhere" / "outbox", most_bytes=MEGABYTE)


def test_the_servers_time_comes_from_the_surest_answer(outbox: Outbox) -> None:
    time = ServerTime(outbox)
    time.measure(moment(1_000), moment(1_200), 9_000_000)
    assert instant(time, moment(1_200)) == (9_000_100, 100)
    time.measure(moment(2_000), moment(2_020), 9_000_910)
    assert instant(time, moment(1_200)) == (9_000_100, 10)
    time.measure(moment(3_000), moment(3_500), 9_999_999)
    assert instant(time, moment(1_200)) == (9_000_100, 10), "a slower answer is less sure"
    time.measure(moment(602_020), moment(602_520), 9_601_000)
    assert instant(time, moment(602_520))[1] == 250, "after ten minutes it counts: clocks drift"


def test_a_start_before_the_last_one_keeps_its_own_time(outbox: Outbox) -> None:
    ServerTime(outbox).measure(moment(0), moment(0), 5_000_000)
    outbox.keep([delivery(at=moment(60_000))])
    later = ServerTime(outbox)
    later.measure(moment(10, boot="b2"), moment(10, boot="b2"), 8_000_000)
    assert instant(later, moment(60_000)) == (5_060_000, 0)


def test_a_start_without_the_server_lies_between_those_that_had_it(outbox: Outbox) -> None:
    ServerTime(outbox).measure(moment(0), moment(0), 5_000_000)
    outbox.keep([delivery(at=moment(60_000))])
    outbox.keep([delivery(at=moment(0, boot="b2", wall_ms=1_000))])
    outbox.keep([delivery(at=moment(30_000, boot="b2", wall_ms=31_000))])
    time = ServerTime(outbox)
    time.measure(moment(0, boot="b3"), moment(0, boot="b3"), 6_000_000)
    at, error = instant(time, moment(0, boot="b2", wall_ms=1_000))
    assert (at, error) == (5_060_000, 910_000), "a wall clock of 1970 is moved to the earliest"
    at, error = instant(time, moment(0, boot="b2", wall_ms=5_500_000))
    assert (at, error) == (5_500_000, 470_000), "one that may be right counts, within the bounds"
    at, error = instant(time, moment(30_000, boot="b2", wall_ms=9_000_000))
    assert (at, error) == (6_000_000, 910_000), "and none is later than the next start"


def test_the_first_start_of_all_without_the_server_is_known_to_45_days(outbox: Outbox) -> None:
    outbox.keep([delivery(at=moment(0, wall_ms=5_900_000))])
    time = ServerTime(outbox)
    time.measure(moment(0, boot="b2"), moment(0, boot="b2"), 6_000_000)
    assert instant(time, moment(0, wall_ms=5_900_000)) == (5_900_000, LONGEST_MS - 100_000)


def test_a_payload_that_is_no_text_is_coded(outbox: Outbox) -> None:
    outbox.keep([delivery(b"\x00\x01"), delivery("온".encode())])
    bytes_, text = outbox.after(0, most=2)
    assert '"payload_base64": "AAE="' in said("o", 1, bytes_, START, 0)
    assert '"payload": "온"' in said("o", 1, text, START, 0)


RIGHT = {
    "GADONG_RELAY_SERVER": "mqtts://d-1:secret@gadong.example",
    "GADONG_RELAY_TOPIC": "gadong/v1/c/relays/hall",
}


def test_settings_have_what_a_hall_needs() -> None:
    settings = read_settings(RIGHT)
    assert (settings.server.host, settings.server.port) == ("gadong.example", 8883)
    assert (settings.local.host, settings.local.port, settings.filters) == (
        "127.0.0.1",
        1883,
        ("#",),
    )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"GADONG_RELAY_SERVER": ""}, "GADONG_RELAY_SERVER is not set"),
        ({"GADONG_RELAY_SERVER": "gadong.example"}, "GADONG_RELAY_SERVER: an address reads"),
        ({"GADONG_RELAY_SERVER": "mqtts://gadong.example"}, "names the relay's login"),
        ({"GADONG_RELAY_TOPIC": "gadong/v1/c/relays"}, "GADONG_RELAY_TOPIC reads"),
        ({"GADONG_RELAY_TOPIC": "gadong/v1/c/relays/#"}, "GADONG_RELAY_TOPIC reads"),
        ({"GADONG_RELAY_MEGABYTES": "0"}, "GADONG_RELAY_MEGABYTES is a whole number"),
        ({"GADONG_RELAY_MEGABYTES": "much"}, "GADONG_RELAY_MEGABYTES is a whole number"),
        ({"GADONG_RELAY_LOCAL": "127.0.0.1:1883"}, "GADONG_RELAY_LOCAL: an address reads"),
    ],
)
def test_a_wrong_setting_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        read_settings({**RIGHT, **wrong})
