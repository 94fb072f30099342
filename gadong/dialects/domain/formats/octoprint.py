"""OctoPrint with the OctoPrint-MQTT plugin: docs/dialects/octoprint.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.partial import UNKNOWN_STATE, Value, attempt, understood
from gadong.dialects.domain.formats.payload_values import (
    name,
    number,
    read_object,
    read_text,
    unix_time,
    word,
)
from gadong.dialects.domain.formats.reading import (
    Dialect,
    Fact,
    NotUnderstood,
    Recognised,
    Understood,
    link,
    state_facts,
)
from gadong.dialects.domain.signal import Channel

#: `state_id` of PrinterStateChanged; the text beside it is localised and not read.
STATES: Mapping[str, State] = {
    "OPERATIONAL": State.IDLE,
    "STARTING": State.RUNNING,
    "PRINTING": State.RUNNING,
    "RESUMING": State.RUNNING,
    "FINISHING": State.RUNNING,
    "CANCELLING": State.RUNNING,
    "PAUSING": State.PAUSED,
    "PAUSED": State.PAUSED,
    "DETECTING": State.SETUP,
    "CONNECTING": State.SETUP,
    "TRANSFERING_FILE": State.SETUP,
    "TRANSFERRING_FILE": State.SETUP,
    "OFFLINE": State.OFF,
    "CLOSED": State.OFF,
    "ERROR": State.FAULT,
    "CLOSED_WITH_ERROR": State.FAULT,
}

STATE_FACTS = {said: state_facts(state) for said, state in STATES.items()}

#: States that the host passes through while it looks for its printer, and that say nothing of it.
PASSING = frozenset({"NONE", "OPEN_SERIAL", "DETECT_SERIAL", "DETECT_BAUDRATE"})

#: Events that tell the state to a plugin set up without PrinterStateChanged.
EVENTS: Mapping[str, State] = {
    "PrintStarted": State.RUNNING,
    "PrintResumed": State.RUNNING,
    "PrintPaused": State.PAUSED,
    "PrintDone": State.IDLE,
    "PrintFailed": State.IDLE,
    "PrintCancelled": State.IDLE,
    "Connected": State.IDLE,
    "Disconnected": State.OFF,
    # The firmware was told to halt (M112); the next state says when it is well again.
    "EStop": State.FAULT,
}
#: Ends of a job. They end no fault: an ERROR comes before the PrintFailed that it causes.
ENDS = frozenset({"PrintDone", "PrintFailed", "PrintCancelled"})
EVENT_FACTS = {
    event: (Fact(Channel.ACTIVITY, state),) if event in ENDS else state_facts(state)
    for event, state in EVENTS.items()
}


# One shape for all.
def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:  # noqa: ARG001
    """Read one message of the plugin."""
    kind, _, rest = tail.partition("/")
    match kind:
        case "mqtt" if not rest:
            return link(read_text(payload).lower(), up="connected", down="disconnected")
        case "event" if rest:
            body = read_object(payload)
            if rest == "PrinterStateChanged" and word(body.get("state_id")) in PASSING:
                return Understood(device_time=_time(body), noise="connecting")
            return understood(_event(rest, body), time=lambda: _time(body))
        case "progress" if rest == "printing":
            body = read_object(payload)
            return understood(_progress(body), time=lambda: _time(body))
        case "progress" if rest == "slicing":
            return Understood(device_time=_time(read_object(payload)))
        case "temperature" if rest:
            body = read_object(payload)
            return understood(_temperature(rest, body), time=lambda: _time(body))
        case "metadata" if rest:
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"the plugin has no topic …/{tail[:60]}")


def _time(body: Mapping[str, Any]) -> datetime | None:
    stamp = body.get("_timestamp")
    return None if stamp is None else unix_time(stamp, "_timestamp")


def _event(event: str, body: Mapping[str, Any]) -> Iterator[Value]:
    if event == "PrinterStateChanged":
        said = body.get("state_id")
        if isinstance(said, str) and said in STATES:
            yield from STATE_FACTS[said]
        else:
            yield NotUnderstood("unknown_state", f"state_id is {said!r:.40}")
            yield from UNKNOWN_STATE
        return
    if event in EVENT_FACTS:
        yield from EVENT_FACTS[event]
    match event:
        case "Error":
            # OctoPrint reports each error that the firmware writes and prints on; what comes of it
            # is the next state's to say. A part of its own, so that a warning ends no fault.
            yield Fact(Channel.ALARM, "warning", part="event")
        case "PrintStarted":
            title = body.get("name") or body.get("filename") or ""
            yield from attempt(lambda: Fact(Channel.JOB, name(title, "name")))
        case "PrintDone":
            yield Fact(Channel.JOB_RESULT, "done")
        case "PrintCancelled":
            yield Fact(Channel.JOB_RESULT, "cancelled")
        case "PrintFailed":
            # A cancel raises PrintCancelled as well, of which either may be lost: one job, one end.
            is_cancelled = body.get("reason") == "cancelled"
            yield Fact(Channel.JOB_RESULT, "cancelled" if is_cancelled else "failed")


def _progress(body: Mapping[str, Any]) -> Iterator[Value]:
    progress = number(body.get("progress"), "progress", least=0)
    yield Fact(Channel.PROGRESS, progress)
    # 100 comes before the job ends and again after it, and a bogus 0 without a path at every
    # reconnect.
    if progress < 100 and body.get("path"):
        yield Fact(Channel.ACTIVITY_HINT, State.PAUSED if _is_paused(body) else State.RUNNING)


def _is_paused(body: Mapping[str, Any]) -> bool:
    data = body.get("printer_data")
    state = data.get("state") if isinstance(data, dict) else None
    flags = state.get("flags") if isinstance(state, dict) else None
    return isinstance(flags, dict) and bool(flags.get("paused") or flags.get("pausing"))


def _temperature(part: str, body: Mapping[str, Any]) -> Iterator[Value]:
    actual = body.get("actual")
    # One channel: the hot end's. A bed's or chamber's is kept in the message.
    if actual is not None and part == "tool0":
        yield Fact(Channel.TEMPERATURE, number(actual, "actual", least=-273.15))


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a self-naming event or a progress report; the base stands before it."""
    base, found, rest = topic.partition("/event/")
    if found and b'"_event"' in payload and b'"_timestamp"' in payload and "/" not in rest:
        return Recognised(base=base, certainty=0.95)
    base, found, rest = topic.rpartition("/progress/")
    if found and rest == "printing" and b'"path"' in payload:
        return Recognised(base=base, certainty=0.8)
    if topic.endswith("/mqtt") and payload in {b"connected", b"disconnected"}:
        return Recognised(base=topic.removesuffix("/mqtt"), certainty=0.6)
    return None


DIALECT = Dialect(recognise=recognise, name="octoprint", decode=decode)
