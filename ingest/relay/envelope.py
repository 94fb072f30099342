"""The relay's side of the contract: what it says to the server, and what it hears (version 1)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.relay.outbox import Record

VERSION = 1
# The server reads no larger message; one byte more is forwarded, so that it is set aside there.
PAYLOAD_KEPT = 1_048_577


@dataclass(frozen=True, slots=True)
class CommittedAnswer:
    """The server's answer: what is stored of an outbox, and its time in milliseconds since 1970.

    `nonce` is that of the greeting it answers, or empty.
    """

    outbox: str
    upto: int
    server_ms: int
    nonce: str


def hello(outbox: str, first: int, dropped: int, nonce: str) -> str:
    """Return the greeting, to which the server answers with its time and what it has stored."""
    body = {"v": VERSION, "outbox": outbox, "first": first, "dropped": dropped, "nonce": nonce}
    return json.dumps(body)


def said(outbox: str, first: int, record: Record, at: datetime, uncertain_ms: int) -> str:
    """Return a kept message with its number and its instant in the server's time."""
    body: dict[str, Any] = {
        "v": VERSION,
        "outbox": outbox,
        "first": first,
        "number": record.number,
        "at": at.isoformat(timespec="milliseconds"),
        "uncertain_ms": uncertain_ms,
        "topic": record.topic,
        "retained": record.retained,
    }
    text = _plain(record.payload)
    if text is None:
        body["payload_base64"] = base64.b64encode(record.payload).decode("ascii")
    else:
        body["payload"] = text
    return json.dumps(body, ensure_ascii=False)


def _plain(payload: bytes) -> str | None:
    """Return a payload as a text, unless it is none or would grow by being escaped."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    return None if any(ord(c) < 32 and c not in "\t\n\r" for c in text) else text


def read_committed(payload: bytes) -> CommittedAnswer | None:
    """Read the server's answer; None for anything else."""
    try:
        body = json.loads(payload)
        if body["v"] != VERSION:
            return None
        return CommittedAnswer(
            outbox=str(body["outbox"]),
            upto=int(body["upto"]),
            server_ms=round(datetime.fromisoformat(body["now"]).timestamp() * 1000),
            nonce=str(body.get("nonce", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None


def read_down(payload: bytes) -> tuple[str, str] | None:
    """Read a message of the server to a device beside the relay; None for anything else."""
    try:
        body = json.loads(payload)
        return str(body["topic"]), str(body["payload"])
    except (ValueError, KeyError, TypeError):
        return None
