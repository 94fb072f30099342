"""Of what the inbox heard, that is matched which the session heard too: each copy once, the last
with the last.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.ids import SourceId, new_id
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.handover import Copy, matched

SOURCE = SourceId(new_id())
START = datetime(2026, 11, 27, 9, tzinfo=UTC)


def delivery(word: bytes, second: float, *, retained: bool = False) -> BrokerMessage:
    """A message as the inbox received it."""
    return BrokerMessage(
        topic="plug",
        payload=word,
        qos=1,
        retained=retained,
        is_repeated=False,
        packet=0,
        received_at=START + timedelta(seconds=second),
    )


def copy(word: bytes, second: float, *, retained: bool = False) -> Copy:
    """A message as the session recorded it."""
    return Copy(
        source_id=SOURCE,
        topic="plug",
        payload=word,
        retained=retained,
        received_at=START + timedelta(seconds=second),
        set_aside=None,
    )


def test_the_last_of_the_same_words_are_the_copies_however_late_either_was() -> None:
    heard = [delivery(b"on", 0), delivery(b"on", 1), delivery(b"off", 2), delivery(b"on", 3)]
    copies = [copy(b"off", 60), copy(b"on", 61)]
    assert matched(heard, copies, since=START) == [None, None, copies[0], copies[1]]


def test_what_was_received_before_the_session_subscribed_is_no_copy() -> None:
    heard = [delivery(b"on", second) for second in (9.9, 10, 10.1)]
    copies = [copy(b"on", second) for second in (20, 21, 22)]
    assert matched(heard, copies, since=START + timedelta(seconds=10)) == [
        None,
        copies[1],
        copies[2],
    ]


def test_what_the_broker_kept_is_no_copy_of_what_was_said_and_is_one_of_itself() -> None:
    heard = [delivery(b"on", 0, retained=True), delivery(b"on", 1)]
    copies = [copy(b"on", 2, retained=True)]
    assert matched(heard, copies, since=START) == [copies[0], None]
    assert matched(heard[1:], copies, since=START) == [None]


@given(st.lists(st.sampled_from([b"on", b"off"])), st.integers(min_value=0, max_value=20))
def test_inbox_alone_and_session_together_are_everything_that_was_said(
    words: list[bytes], at: int
) -> None:
    heard = [delivery(word, second) for second, word in enumerate(words)]
    copies = [copy(word, 100 + second) for second, word in enumerate(words[at:])]
    matches = matched(heard, copies, since=START)
    alone = [d.payload for d, same in zip(heard, matches, strict=True) if same is None]
    assert alone == words[:at]
    assert [c for c in matches if c] == copies
