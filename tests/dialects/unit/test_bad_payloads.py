"""Payloads sent by mistake or to do harm, in Gadong's own JSON: refused, or read as meant.
What every dialect has in common is here and in test_dialects.py; what the broker and ingest make of
odd packets is tests/ingest/test_bad_protocol.py.
"""

from __future__ import annotations

import gzip
import json
import struct

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import PAYLOAD_LIMIT, NotUnderstood
from gadong.dialects.domain.sequence_position import BOOT_LIMIT, SEQUENCE_LIMIT, Position
from gadong.dialects.domain.signal import Channel

READ = DIALECTS["gadong-json"].decode


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not_json"),
        (b"\xff", "not_json"),
        (b"idle", "not_json"),
        (b'{"state": "idle"} ', None),
        (b'{"state": "idle"}{"state": "running"}', "not_json"),
        (b'{"state": "idle"},', "not_json"),
        (b'{"state": "idle"', "not_json"),
        (b"{'state': 'idle'}", "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b"7", "not_an_object"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":' * 100_000, "not_json"),
        (b'{"state": "idle", "at": ' + b"9" * 5000 + b"}", ("not_json", "number_out_of_range")),
        ('{"state": "idle"}'.encode("utf-16"), "not_json"),
        ('{"state": "idle"}'.encode("utf-32"), "not_json"),
        (b'\xef\xbb\xbf{"state": "idle"}', None),
        (b'{"state": "running", "state": "idle"}', None),
        (b'{"state": "idle\\u0000"}', "unknown_state"),
        (b'{"state": "\\ud800"}', ("not_json", "unknown_state")),
        (b'{"state": "Idle"}', "unknown_state"),
        (b'{"state": "constructor"}', "unknown_state"),
        (gzip.compress(b'{"state": "idle"}' * 100_000), "not_json"),
        (b'{"state": "idle", "x": "' + b"x" * PAYLOAD_LIMIT + b'"}', "too_large"),
        (json.dumps({"state": "idle", **{f"k{n}": n for n in range(10_000)}}).encode(), None),
        (b'{"state": "idle", "v": 2}', "unknown_version"),
        (b'{"state": "idle", "v": "1"}', "unknown_version"),
        (b'{"state": "idle", "v": null}', "unknown_version"),
        (b'{"state": "idle", "at": NaN}', "not_json"),
        (b'{"state": "idle", "at": Infinity}', "not_json"),
        (b'{"state": "idle", "at": 1e18}', "number_out_of_range"),
        (b'{"state": "idle", "at": 32503680001}', "time_out_of_range"),
        (b'{"state": "idle", "at": -1e11}', "number_out_of_range"),
        (b'{"state": "idle", "at": true}', "not_a_number"),
        (b'{"state": "idle", "at": "2026-11-22"}', "not_a_time"),
        (b'{"state": "idle", "at": "2026-11-22T09:00:00"}', "not_a_time"),
        (b'{"state": "idle", "at": "0001-01-01T00:00:00+14:00"}', None),
        (b'{"state": "idle", "at": "9999-12-31T23:59:59-14:00"}', None),
        (b'{"state": "idle", "at": "2026-02-30T09:00:00Z"}', "not_a_time"),
        (b'{"state": "idle", "at": ["2026-11-22T09:00:00Z"]}', "not_a_number"),
        (b'{"state": "idle", "boot": "b", "seq": true}', "bad_sequence"),
        (b'{"state": "idle", "boot": "b", "seq": "1"}', "bad_sequence"),
        (b'{"state": "idle", "boot": "b", "seq": 1.9}', "bad_sequence"),
        (b'{"state": "idle", "boot": "b", "seq": -1}', "bad_sequence"),
        (b'{"state": "idle", "boot": "b", "seq": 9223372036854775808}', "bad_sequence"),
        (f'{{"state": "idle", "boot": "b", "seq": {SEQUENCE_LIMIT}}}'.encode(), "bad_sequence"),
        (b'{"state": "idle", "boot": "b"}', "bad_sequence"),
        (b'{"state": "idle", "seq": 1}', "bad_sequence"),
        (b'{"state": "idle", "boot": "", "seq": 1}', "bad_sequence"),
        (b'{"state": "idle", "boot": "a\\u0000", "seq": 1}', "bad_sequence"),
        (f'{{"state": "idle", "boot": "{"b" * (BOOT_LIMIT + 1)}", "seq": 1}}'.encode(),
            "bad_sequence"),
        (b'{"state": "idle", "counters": {"run_s": -1}}', "number_out_of_range"),
        (b'{"state": "idle", "counters": {"run_s": 1e400}}', "not_json"),
        (b'{"state": "idle", "counters": {"run_s": 1e16}}', "number_out_of_range"),
        (b'{"state": "idle", "counters": {"run_s": "1"}}', "not_a_number"),
        (b'{"state": "idle", "counters": [1]}', "not_an_object"),
    ],
)  # fmt: skip
def test_a_state_is_read_or_refused_with_its_reason(
    payload: bytes, reason: str | tuple[str, ...] | None
) -> None:
    if reason is None:
        understood = READ("state", payload, {})
        assert {f.channel: f.value for f in understood.facts}[Channel.ACTIVITY] == "idle"
        return
    with pytest.raises(NotUnderstood) as refused:
        READ("state", payload, {})
    assert refused.value.reason in ((reason,) if isinstance(reason, str) else reason)
    assert 0 < len(refused.value.detail) < 300


def test_the_first_and_the_last_number_there_is_are_numbers() -> None:
    for seq in (0, SEQUENCE_LIMIT - 1):
        said = json.dumps({"state": "idle", "boot": "b" * BOOT_LIMIT, "seq": seq})
        assert READ("state", said.encode(), {}).position == Position(boot="b" * BOOT_LIMIT, seq=seq)


HOSTILE = [
    b"", b"\x00", b"\xff" * 100, b"null", b"[]", b"true", b"-0", b"1e400", b"NaN", b'"\\ud800"',
    b"{}" * 2,
    b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, struct.pack(">Q", 2**63),
        gzip.compress(b"0" * 10_000_000),
    json.dumps({str(n): n for n in range(10_000)}).encode(), "\u202e\u200b".encode(),
    b" " * (PAYLOAD_LIMIT + 1),
]  # fmt: skip
TAILS = (
    "",
    "/",
    "state",
    "x" * 60_000,
    "/".join("x" * 150),
    "☃\U0001f6e0",
    "a\tb",
    "\uffff",
    "STATE",
    "availability",
)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_no_dialect_falls_over(dialect: str) -> None:
    for tail in TAILS:
        for payload in HOSTILE:
            try:
                understood = DIALECTS[dialect].decode(tail, payload, {})
            except NotUnderstood as trouble:
                assert trouble.reason  # noqa: PT017  # one of two things that may happen
                continue
            assert not [f for f in understood.facts if f.channel is Channel.ACTIVITY], (
                tail[:20],
                payload[:20],
            )
