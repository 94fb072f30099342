"""umati gateways: machine tools and measuring machines from OPC UA. docs/dialects/umati.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.partial import Value, understood
from gadong.dialects.domain.formats.payload_values import name, read_object, read_text
from gadong.dialects.domain.formats.reading import (
    SHARED,
    Dialect,
    Fact,
    NotUnderstood,
    Recognised,
    Understood,
    link,
    state_facts,
)
from gadong.dialects.domain.signal import Channel

#: Production.ActiveProgram.State.CurrentState by its number; a text beside it is localised.
PROGRAM: Mapping[float, State] = {
    0: State.SETUP,  # Initializing
    1: State.RUNNING,
    2: State.IDLE,  # Ended
    3: State.PAUSED,  # Interrupted
    4: State.IDLE,  # Aborted
}
#: MachineryItemState (OPC 40001-1), where there is no program.
ITEM: Mapping[float, State] = {
    0: State.OFF,  # NotAvailable
    1: State.FAULT,  # OutOfService
    2: State.IDLE,  # NotExecuting
    3: State.RUNNING,  # Executing
}
#: A program that ended or was aborted stays so until the next.
RESULTS: Mapping[float | None, str] = {2: "done", 4: "cancelled"}
#: The specifications' own words, in the order of their numbers; other languages are not read.
PROGRAM_WORDS = ("initializing", "running", "ended", "interrupted", "aborted")
ITEM_WORDS = ("notavailable", "outofservice", "notexecuting", "executing")
SETUP_MODE = 2


def prefixes(base: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Return the two topics of one machine below its gateway."""
    machine, kind = options.get("machine", ""), options.get("type", "MachineToolType")
    if not machine:
        raise ValueError("option machine is the machine's id as the gateway writes it, nsu=…;i=…")
    return (f"{base}/online/{machine}", f"{base}/{kind}/{machine}")


# One shape for all.
def shared(base: str, options: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG001
    """Return the topic of the gateway's own connection; it holds for all its machines."""
    return (f"{base}/clientOnline",)


# One shape for all.
def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:  # noqa: ARG001
    """Read the heartbeat, a bare 1 or 0, or the machine's whole document.

    Neither carries a time.
    """
    if tail.startswith(SHARED):  # the gateway's own will
        return link(read_text(payload), up="1", down="0")
    if tail:
        raise NotUnderstood("unknown_topic", f"a machine has no topic …/{tail[:60]}")
    if payload.strip() in {b"1", b"0"}:
        return Understood(facts=(Fact(Channel.LINK, "up" if payload.strip() == b"1" else "down"),))
    return understood(_facts(read_object(payload)))


def _facts(document: Mapping[str, Any]) -> Iterator[Value]:
    program = _at(document, "Production", "ActiveProgram")
    said = _at(program, "State", "CurrentState")
    item = _at(document, "MachineryBuildingBlocks", "MachineryItemState", "CurrentState")
    state, trouble = _looked_up(PROGRAM, PROGRAM_WORDS, said)
    if trouble is not None:
        yield trouble
    if state in {State.IDLE, None} and trouble is None:
        # A machine out of service rests with its last program's end. What else it says of the item
        # is no more than the program says.
        of_item, odd = _looked_up(ITEM, ITEM_WORDS, item)
        if odd is not None:
            yield odd
        state = of_item if state is None or of_item is State.FAULT else state
    mode = _number(_at(document, "Monitoring", "MachineTool", "OperationMode"))
    if mode == SETUP_MODE and state in {State.IDLE, None}:
        # Work, a pause, a fault and a machine that is off stay what they are in any mode.
        state = State.SETUP
    if state is None and _is_unsaid(program):
        state = State.UNKNOWN
    if state is not None:
        yield from state_facts(state)
    if (ended := _place(PROGRAM_WORDS, said)) in RESULTS:
        yield Fact(Channel.JOB_RESULT, RESULTS[ended])
    title = _plain(_at(program, "Name"))
    if state is State.RUNNING and isinstance(title, str) and title:
        yield Fact(Channel.JOB, name(title, "ActiveProgram.Name"))


def _is_unsaid(program: object) -> bool:
    """Return whether a program names its state and says nothing there: null is not known now."""
    state = _at(program, "State")
    return isinstance(state, dict) and "CurrentState" in state


def _looked_up(
    table: Mapping[float, State], words: Sequence[str], said: object
) -> tuple[State | None, NotUnderstood | None]:
    """Look a state up: nothing for nothing, unknown and the reason for what is in no table."""
    if said is None:
        return None, None
    place = _place(words, said)
    if place is not None and place in table:
        return table[place], None
    detail = f"state {said if place is None else place!r:.60} is not in the specification"
    return State.UNKNOWN, NotUnderstood("unknown_state", detail)


def _place(words: Sequence[str], said: object) -> float | None:
    """Return a state's number, or of a gateway that leaves it out the place of its word."""
    number = _number(said)
    if number is not None:
        return number
    text = said
    while isinstance(text, dict):
        text = text.get("value", text.get("text"))
    if not isinstance(text, str):
        return None
    word = text.strip().casefold().replace(" ", "").replace("_", "")
    return float(words.index(word)) if word in words else None


def _at(value: object, *path: str) -> Any:
    for step in path:
        value = _plain(value, keep_objects=True)
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _plain(value: object, *, keep_objects: bool = False) -> Any:
    """Return a value that may come bare or with properties beside it."""
    if isinstance(value, dict) and "value" in value and (keep_objects or "properties" in value):
        return value["value"]
    return value


def _number(value: object) -> float | None:
    """Return a state's number from its properties; a mode's is the value itself.

    Some gateways write whole numbers with a fraction: 3.0 is 3 in a table, and 2.5 is in none.
    """
    if isinstance(value, dict):
        properties = value.get("properties")
        value = (
            properties.get("Number", value.get("value"))
            if isinstance(properties, dict)
            else value.get("value")
        )
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return float(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise the gateway's prefix and a machine's id."""
    match topic.split("/"):
        case ["umati", "v2", company, client, kind, machine] if (
            machine.startswith("nsu=") and payload[:1] in b"{01"
        ):
            base = f"umati/v2/{company}/{client}"
            known = {"machine": machine} if kind == "online" else {"machine": machine, "type": kind}
            return Recognised(base=base, certainty=0.9 if kind != "online" else 0.6, options=known)
        case _:
            return None


# The gateway repeats `online` every 90 s.
DIALECT = Dialect(
    recognise=recognise,
    name="umati",
    decode=decode,
    prefixes=prefixes,
    shared=shared,
    heartbeat=timedelta(seconds=90),
)
