"""Bambu Lab printers, from their own broker or a bridge: docs/dialects/bambu.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.partial import Value, attempt, understood
from gadong.dialects.domain.formats.payload_values import name, number, read_object, read_text, word
from gadong.dialects.domain.formats.reading import (
    Dialect,
    Endpoint,
    Fact,
    NotUnderstood,
    Options,
    Question,
    Recognised,
    Understood,
    link,
    only_texts,
)
from gadong.dialects.domain.signal import Channel

STATES: Mapping[str, State] = {
    "IDLE": State.IDLE,
    "FINISH": State.IDLE,
    "FAILED": State.IDLE,
    "PREPARE": State.SETUP,
    "SLICING": State.SETUP,
    "INIT": State.SETUP,
    "LOADING": State.SETUP,
    "RUNNING": State.RUNNING,
    "PAUSE": State.PAUSED,
    "OFFLINE": State.UNKNOWN,
    "UNKNOWN": State.UNKNOWN,
}
RESULTS: Mapping[str, str] = {"FINISH": "done", "FAILED": "failed"}
WORKING = frozenset({State.SETUP, State.RUNNING, State.PAUSED})
#: A person cancelled the job: the short codes that say so, as an error of the job or as a health
#: message.
CANCELLED_CODES = frozenset({"0300_400C", "0500_400E", "0C00_001B"})
#: Where a report says an error of its job; the last two as decimal text.
ERROR_FIELDS = ("print_error", "fail_reason", "mc_print_error_code")
PORT = 8883


# One shape for all.
def decode(tail: str, payload: bytes, options: Options) -> Understood:  # noqa: ARG001
    """Read one report. A delta says only what changed, and each field is a fact by itself."""
    if tail == "link":
        return link(read_text(payload), up="up", down="down")
    if tail == "request":
        return Understood()
    if tail != "report":
        raise NotUnderstood("unknown_topic", f"a printer has no topic …/{tail[:60]}")
    report = read_object(payload).get("print")
    if not isinstance(report, dict) or report.get("command") != "push_status":
        return Understood()  # answers to commands, versions, logs: no word about the state
    return understood(_facts(report), is_report=True)


def _facts(report: Mapping[str, Any]) -> Iterator[Value]:
    yield Fact(Channel.LINK, "up")
    state: State | None = None
    said = report.get("gcode_state")
    if said is not None:
        state = STATES.get(word(said).upper())
        if state is None:
            yield NotUnderstood("unknown_state", f"gcode_state is {said!r:.40}")
            state = State.UNKNOWN
        yield Fact(Channel.ACTIVITY, state)
        # Sticky until the next job: which job it ends is decided where the activity ends
        # (metering/domain/job.py).
        result = RESULTS.get(word(said).upper())
        if result and not (result == "failed" and _is_cancelled(report)):
            yield Fact(Channel.JOB_RESULT, result)
    if _is_cancelled(report):
        yield Fact(Channel.JOB_RESULT, "cancelled")
    if "print_error" in report or "hms" in report:
        # Health messages are for people; a printer with one goes on printing.
        is_alarmed = bool(_whole(report.get("print_error"))) or bool(report.get("hms"))
        yield Fact(Channel.ALARM, "warning" if is_alarmed else "none")
    if state is None or state in WORKING:
        yield from _job(report)
    if (percent := report.get("mc_percent")) is not None:
        yield from attempt(
            lambda: Fact(Channel.PROGRESS, number(_whole(percent), "mc_percent", least=0))
        )
    if (nozzle := report.get("nozzle_temper")) is not None:
        yield from attempt(
            lambda: Fact(Channel.TEMPERATURE, number(nozzle, "nozzle_temper", least=-273.15))
        )


def _job(report: Mapping[str, Any]) -> Iterator[Value]:
    """Name and remaining time, which a printer at rest keeps from its last job."""
    title = report.get("subtask_name") or report.get("gcode_file")
    if title:
        yield from attempt(lambda: Fact(Channel.JOB, name(title, "subtask_name")))
    if (minutes := report.get("mc_remaining_time")) is not None:
        yield from attempt(lambda: Fact(Channel.REMAINING_SECONDS, _seconds(minutes)))


def _seconds(minutes: object) -> float:
    return number(_whole(minutes), "mc_remaining_time", least=0) * 60


def _is_cancelled(report: Mapping[str, Any]) -> bool:
    if any(_short(_whole(report.get(field))) in CANCELLED_CODES for field in ERROR_FIELDS):
        return True
    entries = report.get("hms")
    return isinstance(entries, list) and any(_code(entry) in CANCELLED_CODES for entry in entries)


def _code(entry: object) -> str:
    """Return a health message's short code, as the maker prints it."""
    if not isinstance(entry, dict):
        return ""
    attr, code = _whole(entry.get("attr")), _whole(entry.get("code"))
    if not isinstance(attr, int) or not isinstance(code, int):
        return ""
    return f"{(attr >> 16) & 0xFFFF:04X}_{code & 0xFFFF:04X}"


def _short(error: object) -> str:
    """Return the short code of a job's error, which is one number."""
    return f"{(error >> 16) & 0xFFFF:04X}_{error & 0xFFFF:04X}" if isinstance(error, int) else ""


def _whole(value: object) -> object:
    """Return the number in a text, which some firmwares send."""
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16
        else value
    )


# One shape for all.
def questions(base: str, options: Options) -> tuple[Question, ...]:  # noqa: ARG001
    """Ask for the whole state.

    For a weak printer at most every five minutes, so only where the link is new.
    """
    body = {"pushing": {"sequence_id": "0", "command": "pushall"}}
    return (Question(f"{base}/request", json.dumps(body)),)


def endpoint(base: str, options: Options) -> Endpoint | None:
    """Return the printer's own broker, if option host names it and its code is there."""
    if "host" not in options or "access_code" not in options:
        return None
    return Endpoint(
        host=options["host"],
        port=int(options.get("port", PORT)),
        username="bblp",
        password=options["access_code"],
        common_name=base.rsplit("/", 1)[-1],
        authority=options.get("authority"),
        filters=(f"{base}/report",),
        link_topic=f"{base}/link",
    )


def check(options: Options) -> None:
    """Options must be texts, and a printer to connect to needs its access code and certificate
    authority.
    """
    only_texts(options)
    if "host" in options and not (options.get("access_code") and options.get("authority")):
        raise ValueError(
            "option host needs access_code (on the printer's screen) and authority (its "
            "certificate)"
        )
    if "authority" in options and not options["authority"].lstrip().startswith(
        "-----BEGIN CERTIFICATE-----"
    ):
        raise ValueError(
            "option authority is a certificate as text (PEM), beginning with -----BEGIN "
            "CERTIFICATE-----"
        )
    if not options.get("port", str(PORT)).isdecimal():
        raise ValueError("option port is a number")


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a report by its topic and one of its top keys."""
    match topic.split("/"):
        case ["device", _, "report"] if b'"command"' in payload and b'"print"' in payload:
            return Recognised(base=topic.removesuffix("/report"), certainty=0.95)
        case ["device", _, "report"]:
            return Recognised(base=topic.removesuffix("/report"), certainty=0.5)
        case _:
            return None


DIALECT = Dialect(
    recognise=recognise,
    name="bambu",
    decode=decode,
    questions=questions,
    endpoint=endpoint,
    check=check,
    # A silence of a minute is a stalled stream (docs/reference/signals.md#bambu-streams).
    heartbeat=timedelta(seconds=60),
    # A weak printer must not publish its whole state more often; lost words are found then
    # (docs/reference/signals.md#bambu-streams).
    asks_every=timedelta(seconds=300),
    secrets=frozenset({"access_code"}),
)
