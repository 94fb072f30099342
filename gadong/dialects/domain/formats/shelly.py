"""Shelly relays and meters, Gen1 and Gen2 onwards: docs/dialects/shelly.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from gadong.dialects.domain.formats.orders import (
    is_ours,
    latch_fact,
    order_mark,
    power_up,
    refused,
    timer,
)
from gadong.dialects.domain.formats.partial import Value, attempt, draw, understood, written_draw
from gadong.dialects.domain.formats.payload_values import (
    number,
    read_json,
    read_object,
    read_text,
    unix_time,
    word,
)
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Order,
    Question,
    Recognised,
    Switch,
    Understood,
    contradict,
    is_reversed,
    link,
    meter_options,
)
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import Channel

# Below this, `ts` counts seconds since the device started: it has no time yet.
CLOCK_SET = 1_600_000_000
# Gen1's relay meter counts Watt-minutes.
WATT_MINUTES = 60


# Topics of either generation that say nothing of a machine's state.
SILENT = frozenset(
    {
        "announce",
        "info",
        "command",
        "rpc",
        "debug",
        "temperature",
        "overtemperature",
        "temperature_f",
    }
    | {"temperature_status", "voltage", "input", "input_event", "longpush"}
)


#: Components that are a channel with an output or a meter.
METERED = frozenset({"switch", "pm1", "em1", "light", "cover"})
#: The power of a switch, of a meter of three phases, and of one of a single one.
POWERS = frozenset({"apower", "total_act_power", "act_power"})
#: Switch.GetConfig's initial_state; match_input follows a wall switch.
INITIAL_STATES = {"on": "on", "off": "off", "restore_last": "last"}


def check(options: Options) -> None:
    """Refuse options that cannot be read.

    `switches` says what the output switches: the machine's supply, `mains`, unless it is a
    `contact` that enables the machine.
    """
    meter_options(options)
    if options.get("switches", "mains") not in {"mains", "contact"}:
        raise ValueError("option switches is mains or contact")
    if not options.get("channel", "0").isdecimal() or len(options.get("channel", "0")) > 2:
        raise ValueError("option channel is a number from 0 to 99")
    phases = options.get("phases", "0,1").split(",")
    if len(set(phases)) < 2 or len(set(phases)) < len(phases) or not all(map(_is_channel, phases)):
        raise ValueError("option phases is two or more channels that are summed, as in 0,1,2")
    if "phases" in options and options.get("channel", phases[0]) not in phases:
        raise contradict("channel", "phases", "the channel is none of the machine's phases")


def _is_channel(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2


def _part(index: str, options: Options) -> str | None:
    """Name the phase that a channel is, or the whole (empty).

    None for a channel of another machine.
    """
    if "phases" in options:
        return index if index in options["phases"].split(",") else None
    return "" if index == options.get("channel", "0") else None


def channels(options: Options) -> frozenset[str]:
    """Name the channels that a machine's source reads: its own, or those of its phases."""
    phases = options.get("phases")
    return frozenset(phases.split(",")) if phases else frozenset({options.get("channel", "0")})


def named_in(tail: str, payload: bytes) -> Mapping[str, Options]:
    """Find the outputs and meters that a message names by their numbers."""
    found: set[str] = set()
    match tail.split("/"):
        case ["events" | "answers", "rpc"]:
            body = read_object(payload)
            named = body.get("params", body.get("result"))
            found = set(named) if isinstance(named, dict) else set()
        case ["status", component]:
            found = {component}
        case ["relay" | "emeter", index, *_]:
            found = {f"switch:{index}"}
    numbered = (component.partition(":") for component in found)
    indexes = {index for kind, _, index in numbered if kind in METERED and _is_channel(index)}
    return {index: {"channel": index} for index in sorted(indexes)}


def means(options: Options) -> Means:
    """Return the output's kind: it switches the supply or a contact."""
    return Means(options.get("switches", "mains"))


def command(base: str, options: Options, order: Order) -> Question:
    """Set the output; `toggle_after` is left out, for it would switch again by itself."""
    channel, is_on = options.get("channel", "0"), order.latch is Latch.ENABLED
    if options.get("generation") == "1":
        return Question(f"{base}/relay/{channel}/command", "on" if is_on else "off")
    # Every channel's source reads the answer, so its name says which channel the order was for.
    name = f"{order_mark(order)}.{channel}"
    call = {"id": name, "src": f"{base}/answers", "method": "Switch.Set"}
    return Question(
        f"{base}/rpc", json.dumps({**call, "params": {"id": int(channel), "on": is_on}})
    )


def inspect(base: str, options: Options) -> tuple[Question, ...]:
    """Ask how the output is set; Gen1 says that over HTTP only."""
    if options.get("generation") == "1":
        return ()
    params = {"id": int(options.get("channel", "0"))}
    call = {"id": 2, "src": f"{base}/answers", "method": "Switch.GetConfig", "params": params}
    return (Question(f"{base}/rpc", json.dumps(call)),)


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of either generation; their topics do not meet."""
    match tail.split("/"):
        case ["online"]:
            return link(read_text(payload).lower(), up="true", down="false")
        case ["events", "rpc"]:
            return _notified(read_object(payload), options)
        case ["status", component]:
            return understood(_component(component, read_object(payload), options))
        case ["relay" | "emeter" as kind, index, *field]:
            return _first_generation(kind, index, field, payload, options)
        case ["answers", "rpc"]:
            answer = _answered(read_object(payload), options)
            return answer if answer.facts else Understood(noise="answer")
        case [first, *_] if first in SILENT:
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"no Shelly has a topic …/{tail[:60]}")


def questions(base: str, options: Mapping[str, str]) -> tuple[Question, ...]:
    """Ask both ways: Gen2 answers a call on our own topic and by status_update, Gen1 by its common
    command.
    """
    status = json.dumps({"id": 1, "src": f"{base}/answers", "method": "Shelly.GetStatus"})
    return (
        Question(
            f"{base}/command", "status_update" if options.get("generation") != "1" else "update"
        ),
        Question(f"{base}/rpc", status),
    )


def _first_generation(
    kind: str, index: str, field: list[str], payload: bytes, options: Options
) -> Understood:
    """Read one value of a topic, as text."""
    part = _part(index, options)
    match kind, field:
        case "relay", []:
            is_own = index == options.get("channel", "0")
            return _switched(payload, options) if is_own else Understood()
        case _ if part is None:
            return Understood()
        case _, ["power"]:
            return understood(written_draw(payload, options, part))
        case "relay", ["energy"]:
            return Understood(
                facts=(Fact(Channel.ENERGY_WH, _text_number(payload) / WATT_MINUTES, part),)
            )
        case "emeter", [counter] if counter == (
            "total_returned" if is_reversed(options) else "total"
        ):
            return Understood(facts=(Fact(Channel.ENERGY_WH, _text_number(payload), part),))
        case _:
            return Understood()


def _switched(payload: bytes, options: Options) -> Understood:
    said = read_text(payload).lower()
    if said not in {"on", "off", "overpower"}:
        raise NotUnderstood("unknown_value", "a relay is on, off or overpower")
    return Understood(facts=(latch_fact(is_on=said == "on", means=means(options)),))


def _answered(body: Mapping[str, Any], options: Options) -> Understood:
    """Read the answer to GetStatus or GetConfig, or a refusal."""
    result = body.get("result")
    if not isinstance(result, dict):
        call = body.get("id")
        is_own = is_ours(call) and str(call).partition(".")[2] in {"", options.get("channel", "0")}
        is_refusal = is_own and isinstance(body.get("error"), dict)
        return Understood(facts=(refused(),) if is_refusal else ())
    if "initial_state" in result:
        return Understood(facts=tuple(_settings(result, options)))
    return understood(
        f for c, s in result.items() if isinstance(s, dict) for f in _component(c, s, options)
    )


def _settings(config: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    if str(config.get("id")) == options.get("channel", "0"):
        yield power_up(INITIAL_STATES.get(word(config.get("initial_state")), "other"))
        yield timer(is_set=config.get("auto_on") is True or config.get("auto_off") is True)


def _notified(body: Mapping[str, Any], options: Options) -> Understood:
    method, params = word(body.get("method")), body.get("params")
    if method == "NotifyEvent":
        return Understood()
    if method not in {"NotifyStatus", "NotifyFullStatus"} or not isinstance(params, dict):
        raise NotUnderstood("unknown_value", f"method is {method!r:.40}")
    return understood(
        (
            fact
            for component, status in params.items()
            if isinstance(status, dict)
            for fact in _component(component, status, options)
        ),
        time=lambda: _time(params.get("ts")),
    )


def _time(stamp: object) -> datetime | None:
    if stamp is None or number(stamp, "ts") < CLOCK_SET:
        return None
    return unix_time(stamp, "ts")


def _component(component: str, status: Mapping[str, Any], options: Options) -> Iterator[Value]:
    """Read a component; a partial update says only what changed, and nothing of the rest."""
    kind, _, index = component.partition(":")
    if (
        kind == "switch"
        and index == options.get("channel", "0")
        and isinstance(status.get("output"), bool)
    ):
        yield latch_fact(is_on=status["output"], means=means(options))
    part = _part(index, options)
    if part is None:
        return
    for field in POWERS & status.keys():
        # Null: the meter does not know, as with the error power_meter_failure.
        yield from draw(status[field], field, options, part)
    total = _total(status, options)
    if total is not None:
        yield from attempt(
            lambda: Fact(Channel.ENERGY_WH, number(total, "total", least=0), part), about=component
        )


def _total(status: Mapping[str, Any], options: Options) -> object:
    """Find the energy counter; a reversed clamp counts what was drawn as returned."""
    if is_reversed(options):
        energy, fields = status.get("ret_aenergy"), ("total_act_ret", "total_act_ret_energy")
    else:
        energy, fields = status.get("aenergy"), ("total_act", "total_act_energy")
    if isinstance(energy, dict):
        return energy.get("total")
    return next((status[field] for field in fields if field in status), None)


def _text_number(payload: bytes) -> float:
    return number(read_json(payload), "the payload")


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a Gen2 notification or component's status, or Gen1's common prefix."""
    if topic.endswith("/events/rpc") and b'"Notify' in payload:
        return Recognised(base=topic.removesuffix("/events/rpc"), certainty=0.95)
    base, found, component = topic.rpartition("/status/")
    if (
        found
        and ":" in component
        and (b'"apower"' in payload or b'"output"' in payload or b'"act_power"' in payload)
    ):
        return Recognised(base=base, certainty=0.9)
    match topic.split("/"):
        case ["shellies", device, "relay" | "emeter", *_]:
            return Recognised(base=f"shellies/{device}", certainty=0.9, options={"generation": "1"})
        case _:
            return None


DIALECT = Dialect(
    recognise=recognise,
    name="shelly",
    decode=decode,
    questions=questions,
    check=check,
    switch=Switch(means=means, command=command, inspect=inspect),
    channels=Channels(of=channels, named_in=named_in, common=frozenset({"generation"})),
    needs_thresholds=True,
    reports_changes=True,
    # With a steady draw it publishes nothing for hours; its answer shows that it is there
    # (docs/reference/signals.md#shelly-with-a-steady-draw).
    asks_every=timedelta(seconds=60),
)
