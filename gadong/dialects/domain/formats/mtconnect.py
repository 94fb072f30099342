"""MTConnect agents over MQTT: documents in both JSON layouts, and single observations.
docs/dialects/mtconnect.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.mtconnect_documents import (
    Observation,
    observations,
    one_observation,
)
from gadong.dialects.domain.formats.partial import understood
from gadong.dialects.domain.formats.payload_values import (
    iso_time,
    name,
    read_object,
    read_text,
    word,
)
from gadong.dialects.domain.formats.reading import (
    SHARED,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
    contradict,
    link,
    meter_options,
    watts,
)
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel

UNAVAILABLE = "UNAVAILABLE"
EXECUTION: Mapping[str, State] = {
    "ACTIVE": State.RUNNING,
    "WAIT": State.RUNNING,
    "READY": State.IDLE,
    "PROGRAM_COMPLETED": State.IDLE,
    # Mazak rests in STOPPED; that alone is no interruption.
    "STOPPED": State.IDLE,
    "FEED_HOLD": State.PAUSED,
    "INTERRUPTED": State.PAUSED,
    "OPTIONAL_STOP": State.PAUSED,
    "PROGRAM_STOPPED": State.PAUSED,
    "PROGRAM_OPTIONAL_STOP": State.PAUSED,
    UNAVAILABLE: State.UNKNOWN,
}
EMERGENCY_STOP: Mapping[str, str] = {"TRIGGERED": "fault", "ARMED": "none", UNAVAILABLE: "none"}
#: Modes in which a machine that is not active is being set up; read only where option setup_from
#: says which item to trust, since many agents compute them.
SETUP_MODES: Mapping[str, frozenset[str]] = {
    "ControllerMode": frozenset({"MANUAL", "MANUAL_DATA_INPUT", "EDIT"}),
    "FunctionalMode": frozenset({"SETUP", "TEARDOWN", "MAINTENANCE"}),
}
LEVELS = {"Fault": "fault", "Warning": "warning", "Normal": "none", "Unavailable": "none"}


def prefixes(base: str, options: Options) -> tuple[str, ...]:
    """Return every topic where agents and relays put a device, below the prefix `base`."""
    uuid = _device(options)
    return (
        *(
            f"{base}/{kind}/{uuid}"
            for kind in ("Probe", "Current", "Sample", "Asset", "Devices", "Device")
        ),
        f"{base}/{uuid}",
    )


def shared(base: str, options: Options) -> tuple[str, ...]:
    """Return the agent's will, which speaks for all its devices."""
    agent = options.get("agent")
    return (f"{base}/Probe/{agent}", f"{base}/Agent/{agent}") if agent else ()


def _device(options: Options) -> str:
    device = options.get("device")
    if not isinstance(device, str) or not device:
        raise ValueError("option device is the device's uuid as it stands in the topics")
    return device


def check(options: Options) -> None:
    """Refuse options that are no texts, and a setup_from that names another item than the two."""
    meter_options(options)
    if options.get("agent") == _device(options):
        raise contradict("agent", "device", "the agent has a uuid of its own")
    if options.get("setup_from", "ControllerMode") not in SETUP_MODES:
        raise ValueError("option setup_from is ControllerMode or FunctionalMode")


def decode(tail: str, payload: bytes, options: Options) -> Understood:
    """Read a document or one observation; every value with the instant that it carries."""
    if tail.removeprefix(SHARED).split("/")[-1] in {"Availability", "Available"}:
        return link(read_text(payload).upper(), up="AVAILABLE", down=UNAVAILABLE)
    if tail.startswith(SHARED):
        return Understood()
    body = read_object(payload)
    if "MTConnectStreams" in body:
        return _document(body["MTConnectStreams"], options)
    if "dataItemId" in body:
        seen = one_observation(body)
        asides: list[NotUnderstood] = []
        facts = tuple(_facts([seen], options, asides))
        return understood([*facts, *asides], time=lambda: seen.at)
    if any(
        key in body
        for key in ("MTConnectDevices", "MTConnectAssets", "Device", "DataItems", "assetId")
    ) or (tail.startswith("Assets")):
        return Understood()  # the device's parts and tools, not its state
    raise NotUnderstood("not_mtconnect", "neither a document nor an observation")


def _document(streams: object, options: Options) -> Understood:
    header = streams.get("Header") if isinstance(streams, dict) else None
    if not isinstance(streams, dict) or not isinstance(header, dict):
        raise NotUnderstood("not_mtconnect", "MTConnectStreams has no Header")
    asides: list[NotUnderstood] = []
    seen = list(observations(streams, str(options.get("device", "")), asides))
    made = header.get("creationTime")
    facts = tuple(_facts(seen, options, asides))
    return understood(
        [*facts, *asides],
        time=lambda: iso_time(made, "creationTime") if made else None,
        is_present=True,
    )


def _facts(
    seen: list[Observation], options: Options, asides: list[NotUnderstood]
) -> Iterator[Fact]:
    """Read each observation by itself.

    An execution or a wattage that is not understood is unknown now, never the old one.
    """
    for item in seen:
        try:
            yield from _condition(item, options) if item.level else _value(item, options)
        except NotUnderstood as trouble:
            asides.append(trouble)
            if item.kind == "Execution":
                yield Fact(Channel.ACTIVITY, State.UNKNOWN, part=item.id, at=item.at)
            elif item.kind == "Wattage":
                yield Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, at=item.at)
    # A document made now by an agent that has the machine is a sign of life, however old its values
    # are. A sample may hold several values of one item, of which the last holds.
    available = {i.id: i.value for i in seen if i.kind == "Availability"}
    if "AVAILABLE" in available.values():
        yield Fact(Channel.LINK, "up")


def _condition(item: Observation, options: Options) -> Iterator[Fact]:
    level = LEVELS.get(item.level.capitalize())
    if level is None:
        raise NotUnderstood("unknown_value", f"a condition's level is {item.level[:40]!r}")
    if item.code and item.code in map(str.strip, options.get("ignore_codes", "").split(",")):
        return
    # NORMAL without a code ends every one of the item's; dialects/domain/axes.py reads the slash.
    part = f"{item.id}/{item.code}" if item.code else item.id
    yield Fact(Channel.CONDITION, level, part=part, at=item.at)


def _value(item: Observation, options: Options) -> Iterator[Fact]:
    said, known = item.value, item.value != UNAVAILABLE
    match item.kind:
        case "Availability":
            if word(said) not in {"AVAILABLE", UNAVAILABLE}:
                raise NotUnderstood("unknown_value", f"Availability is {said!r:.40}")
            yield Fact(Channel.LINK, "up" if known else "down", at=item.at)
        case "EmergencyStop":
            if word(said) not in EMERGENCY_STOP:
                raise NotUnderstood("unknown_value", f"EmergencyStop is {said!r:.40}")
            yield Fact(Channel.ALARM, EMERGENCY_STOP[said], part=item.id, at=item.at)
        case "Execution":
            if word(said) not in EXECUTION:
                raise NotUnderstood("unknown_state", f"Execution is {said!r:.40}")
            yield Fact(Channel.ACTIVITY, EXECUTION[said], part=item.id, at=item.at)
        case "ControllerMode" | "FunctionalMode" if options.get("setup_from") == item.kind:
            is_setup = word(said) in SETUP_MODES[item.kind]
            yield Fact(Channel.SETUP, "on" if is_setup else "off", at=item.at)
        case "Program" if known and said and item.sub_type in {"", "MAIN"}:
            yield Fact(Channel.JOB, name(said, "Program"), at=item.at)
        case kind if known or kind == "Wattage":
            yield from _counted(kind, item, options)


def _counted(kind: str, item: Observation, options: Options) -> Iterator[Fact]:
    """Numbers: counters of work, and power."""
    match kind:
        case "PartCount" if item.sub_type in {"", "ALL", "GOOD"}:
            yield Fact(Channel.PARTS, item.number(), part=item.id, at=item.at)
        case "Wattage" if item.value == UNAVAILABLE:
            yield Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, at=item.at)
        case "Wattage":
            yield replace(watts(item.number(), options), at=item.at)
        case "ElectricalEnergy":
            yield Fact(Channel.ENERGY_WH, item.number() / 3600, part=item.id, at=item.at)  # W·s
        case "AccumulatedTime" | "EquipmentTimer" | "ProcessTimer" if _is_run_timer(item, options):
            yield Fact(Channel.RUN_SECONDS, item.number(), at=item.at)


def _is_run_timer(item: Observation, options: Options) -> bool:
    """Return whether a control's timer counts its operation: Mazak's AUTO without an option."""
    chosen = options.get("run_timer")
    return item.id == chosen if chosen else item.sub_type.rpartition(":")[2] == "AUTO"


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a document by its first key, or a single observation by its fields."""
    match topic.split("/"):
        case [*base, "Current" | "Sample", uuid] if b"MTConnectStreams" in payload[:200]:
            return Recognised(base="/".join(base), certainty=0.95, options={"device": uuid})
        case [*base, "Devices", uuid, "Observations", _] if b'"dataItemId"' in payload:
            return Recognised(base="/".join(base), certainty=0.95, options={"device": uuid})
        case [*base, "Probe", uuid] if base:
            return Recognised(base="/".join(base), certainty=0.4, options={"device": uuid})
        case _:
            return None


DIALECT = Dialect(
    recognise=recognise,
    name="mtconnect",
    decode=decode,
    prefixes=prefixes,
    shared=shared,
    check=check,
)
