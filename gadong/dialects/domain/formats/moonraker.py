"""Klipper printers through Moonraker's own MQTT: docs/dialects/moonraker.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.axes import HOST
from gadong.dialects.domain.formats.orders import is_ours, order_mark, refused
from gadong.dialects.domain.formats.partial import UNKNOWN_ACTIVITY, Value, attempt, understood
from gadong.dialects.domain.formats.payload_values import name, number, read_object, word
from gadong.dialects.domain.formats.reading import (
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Order,
    Question,
    Recognised,
    Switch,
    Understood,
    link,
)
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import Channel

#: print_stats.state. A result stays until the next job, so it is a resting state and no event.
PRINT_STATES: Mapping[str, State] = {
    "standby": State.IDLE,
    "complete": State.IDLE,
    "cancelled": State.IDLE,
    "printing": State.RUNNING,
    "paused": State.PAUSED,
    "error": State.FAULT,
}


#: It stays until the next job; which job it ends is decided where the activity ends
#: (metering/domain/job.py).
RESULTS = {"complete": "done", "cancelled": "cancelled", "error": "failed"}
#: Notifications that say the host's state.
KLIPPY = {"notify_klippy_shutdown": "shutdown", "notify_klippy_ready": "ready"}
#: The name of our question for everything; other programs ask on the same topic.
STATUS = "gadong.status"
#: What the docs ask a printer to publish, and what it is asked for when its link comes up.
#: A macro of the printer's own, which docs/dialects/moonraker.md shows: it refuses the next print.
MACRO = "gcode_macro GADONG_INTERLOCK"
OBJECTS = {
    "webhooks": None,
    "print_stats": None,
    "virtual_sdcard": ["progress", "is_active"],
    MACRO: ["enabled"],
}


# One shape for all.
def questions(base: str, options: Options) -> tuple[Question, ...]:  # noqa: ARG001
    """Request the whole status, which older versions do not send when Klipper starts."""
    call = {
        "jsonrpc": "2.0",
        "method": "printer.objects.query",
        "params": {"objects": OBJECTS},
        "id": STATUS,
    }
    return (Question(f"{base}/moonraker/api/request", json.dumps(call)),)


def means(options: Options) -> Means:  # noqa: ARG001  # one shape for all
    """Return the means: the printer refuses to start, and nothing is cut."""
    return Means.SOFTWARE


# One shape for all.
def command(base: str, options: Options, order: Order) -> Question:  # noqa: ARG001
    """Set the macro's variable."""
    script = f"GADONG_INTERLOCK ENABLE={1 if order.latch is Latch.ENABLED else 0}"
    call = {"jsonrpc": "2.0", "method": "printer.gcode.script", "params": {"script": script}}
    return Question(f"{base}/moonraker/api/request", json.dumps({**call, "id": order_mark(order)}))


# One shape for all.
def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:  # noqa: ARG001
    """Read one message; `eventtime` counts from the host's start and is no date, so the arrival
    counts.
    """
    match tail.split("/"):
        case ["moonraker", "status"] | ["notification"]:
            return _server(read_object(payload))
        case ["klipper", "status"]:
            return _status(read_object(payload).get("status"))
        case ["status"]:
            return _notified(read_object(payload))
        case ["klipper", "state", component, field]:
            return _status({component: {field: read_object(payload).get("value")}})
        case ["moonraker", "api", "response"]:
            return _answered(read_object(payload))
        case ["moonraker", "api", *_] | ["klipper", "alert", *_]:
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"Moonraker has no topic …/{tail[:60]}")


def _answered(body: Mapping[str, Any]) -> Understood:
    if isinstance(body.get("error"), dict):
        if body.get("id") == STATUS:
            # Moonraker answers 503 while Klipper is gone: it says nothing of the printer any more.
            return Understood(facts=UNKNOWN_ACTIVITY)
        if is_ours(body.get("id")):
            return Understood(facts=(refused(),))
    result = body.get("result")
    status = result.get("status") if isinstance(result, dict) else None
    return _status(status) if isinstance(status, dict) else Understood(noise="answer")


def _notified(body: Mapping[str, Any]) -> Understood:
    """Read a notification of Snapmaker's fork: a status, or what became of Klipper."""
    method, params = body.get("method"), body.get("params")
    if method in KLIPPY:
        return _status({"webhooks": {"state": KLIPPY[method]}})
    if method == "notify_klippy_disconnected":
        return Understood(facts=UNKNOWN_ACTIVITY)
    if isinstance(method, str) and method != "notify_status_update":
        return Understood()
    return _status(params[0] if isinstance(params, list) and params else None)


def _server(body: Mapping[str, Any]) -> Understood:
    return link(word(body.get("server")), up="online", down="offline")


def _status(status: object) -> Understood:
    if not isinstance(status, dict):
        raise NotUnderstood("not_an_object", "status is not an object")
    return understood(_facts(status))


def _facts(status: Mapping[str, Any]) -> Iterator[Value]:
    """Yield the facts of a changed status.

    idle_timeout is not read, because it says Printing at every manual move.
    """
    host, job = _part(status, "webhooks"), _part(status, "print_stats")
    match host.get("state"):
        case "shutdown" | "error":
            # The host's own part: what print_stats repeats of its job does not end a shutdown.
            yield Fact(Channel.ALARM, "fault", part=HOST)
            yield Fact(Channel.ACTIVITY, State.IDLE)
            # A pause that the same message repeats would go on once the host is ready again.
            job = {field: value for field, value in job.items() if field != "state"}
        case "startup":
            yield Fact(Channel.ACTIVITY, State.UNKNOWN)
        case "ready":
            yield Fact(Channel.ALARM, "none", part=HOST)
            yield Fact(Channel.ALARM, "none")
        case None:
            pass
        case other:
            yield NotUnderstood("unknown_state", f"webhooks.state is {other!r:.40}")
            yield from UNKNOWN_ACTIVITY
    yield from _job(job)
    enabled = _part(status, MACRO).get("enabled")
    if isinstance(enabled, int):
        yield Fact(Channel.INTERLOCK, (Latch.ENABLED if enabled else Latch.INHIBITED).value)
    progress = _part(status, "virtual_sdcard").get(
        "progress", _part(status, "display_status").get("progress")
    )
    if progress is not None:
        yield from attempt(
            lambda: Fact(Channel.PROGRESS, number(progress, "progress", least=0) * 100)
        )
    actual = _part(status, "extruder").get("temperature")
    if actual is not None:
        yield from attempt(
            lambda: Fact(Channel.TEMPERATURE, number(actual, "extruder.temperature", least=-273.15))
        )


def _job(job: Mapping[str, Any]) -> Iterator[Value]:
    if "state" in job and job["state"] is None:
        yield from UNKNOWN_ACTIVITY
    elif "state" in job:
        said = word(job["state"])
        state = PRINT_STATES.get(said)
        if state is None:
            yield NotUnderstood("unknown_state", f"print_stats.state is {job['state']!r:.40}")
            yield from UNKNOWN_ACTIVITY
        else:
            yield Fact(Channel.ALARM, "fault" if state is State.FAULT else "none")
            yield Fact(Channel.ACTIVITY, State.IDLE if state is State.FAULT else state)
        if said in RESULTS:
            yield Fact(Channel.JOB_RESULT, RESULTS[said])
        if state is State.RUNNING and job.get("filename"):
            yield from attempt(
                lambda: Fact(Channel.JOB, name(job["filename"], "print_stats.filename"))
            )
    if job.get("filament_used") is not None:
        yield from attempt(lambda: Fact(Channel.FILAMENT_MM, _filament(job["filament_used"])))


def _filament(value: object) -> float:
    """Read the filament of a job; a retraction before the first line is below zero."""
    return max(number(value, "print_stats.filament_used"), 0.0)


def _part(status: Mapping[str, Any], component: str) -> Mapping[str, Any]:
    found = status.get(component)
    return found if isinstance(found, dict) else {}


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise Moonraker by its own two topics."""
    for ending, sign in (
        ("/klipper/status", b'"eventtime"'),
        ("/moonraker/status", b'"server"'),
    ):
        if topic.endswith(ending) and sign in payload:
            return Recognised(base=topic.removesuffix(ending), certainty=0.95)
    base, found, _ = topic.partition("/klipper/state/")
    return Recognised(base=base, certainty=0.9) if found and b'"eventtime"' in payload else None


DIALECT = Dialect(
    recognise=recognise,
    name="moonraker",
    decode=decode,
    questions=questions,
    # Statuses come with QoS 0: a lost one is found by the next answer.
    asks_every=timedelta(seconds=300),
    switch=Switch(means=means, command=command),
)
