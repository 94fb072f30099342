"""MTConnect's JSON in its two layouts and its flat form, as one list of observations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from gadong.dialects.domain.formats.payload_values import iso_time
from gadong.dialects.domain.formats.payload_values import number as finite
from gadong.dialects.domain.formats.reading import NotUnderstood

#: The components of an agent's own device, from MTConnect 1.7 on.
AGENT_PARTS = frozenset({"Agent", "Adapters", "Adapter"})


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One value at one instant, or at its document's where its own cannot be read.

    `kind` is the element's name (Execution); `level` is set for conditions only.
    """

    kind: str
    id: str
    at: datetime | None
    value: Any
    sub_type: str = ""
    level: str = ""
    code: str = ""

    def number(self) -> float:
        """Return the value as a number; the flat form writes numbers as texts."""
        value = self.value
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                raise NotUnderstood("not_a_number", f"{self.kind} is {value[:40]!r}") from None
        return finite(value, self.kind)


def observations(
    streams: Mapping[str, Any], device: str, asides: list[NotUnderstood]
) -> Iterator[Observation]:
    """Read every observation of the device.

    Of all devices but the agent itself where none has that uuid.

    Each is read by itself: what is wrong with one is added to `asides`, and the others are read.
    """
    found = _device_streams(streams.get("Streams"))
    own = [d for d in found if d.get("uuid") == device]
    for stream in own or [d for d in found if not _is_agent(d)]:
        for component in _components(stream):
            for category in ("Samples", "Events"):
                for kind, item in _items(component.get(category)):
                    yield from _each(kind, item, "", asides)
            for level, item in _items(component.get("Condition")):
                yield from _each(str(item.get("type", "")), item, level, asides)


def _each(
    kind: str, item: Mapping[str, Any], level: str, asides: list[NotUnderstood]
) -> Sequence[Observation]:
    """Read one observation of a document; none where it names no item.

    One whose own time cannot be read counts at the document's.
    """
    try:
        return (_observation(kind, item, level=level),)
    except NotUnderstood as trouble:
        asides.append(trouble)
        if item.get("dataItemId"):
            with suppress(NotUnderstood):
                return (_observation(kind, {**item, "timestamp": None}, level=level),)
        return ()


def one_observation(body: Mapping[str, Any]) -> Observation:
    """Read a single observation of the flat form: its type in capitals, its value as `result`."""
    return _observation(
        _element(str(body.get("type", ""))), body, level=str(body.get("level") or "")
    )


def _device_streams(streams: object) -> list[Mapping[str, Any]]:
    if isinstance(streams, dict):  # the second layout
        return [d for d in _list(streams.get("DeviceStream")) if isinstance(d, dict)]
    return [
        s["DeviceStream"]
        for s in _list(streams)
        if isinstance(s, dict) and isinstance(s.get("DeviceStream"), dict)
    ]


def _components(stream: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "ComponentStream" in stream:
        return [c for c in _list(stream["ComponentStream"]) if isinstance(c, dict)]
    return [
        c["ComponentStream"]
        for c in _list(stream.get("ComponentStreams"))
        if isinstance(c, dict) and isinstance(c.get("ComponentStream"), dict)
    ]


def _is_agent(stream: Mapping[str, Any]) -> bool:
    """Tell whether a stream is the agent's own: by its components, and by its name without any.

    A machine may have the name that agents have, and a part of a machine, too.
    """
    kinds = {kind for c in _components(stream) if (kind := c.get("component"))}
    return kinds <= AGENT_PARTS if kinds else str(stream.get("name")).lower() == "agent"


def _items(group: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and item: {Name: [item, …]} in the second layout, [{Name: item}, …] in the first."""
    if isinstance(group, dict):
        for key, items in group.items():
            for item in _list(items):
                if isinstance(item, dict):
                    yield key, item
    else:
        for entry in _list(group):
            if isinstance(entry, dict):
                for key, item in entry.items():
                    if isinstance(item, dict):
                        yield key, item


def _observation(kind: str, item: Mapping[str, Any], *, level: str = "") -> Observation:
    identity = item.get("dataItemId")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity:
        raise NotUnderstood("no_value", f"{kind or 'an observation'} has no dataItemId")
    stamp = item.get("timestamp")
    code = item.get("conditionId") or item.get("nativeCode") or ""
    return Observation(
        kind=kind,
        id=identity[:100],
        at=None
        if stamp is None and "timestamp" in item
        else iso_time(stamp, f"{identity}.timestamp"),
        value=item.get("value", item.get("result")),
        sub_type=str(item.get("subType") or ""),
        level=level,
        code=str(code)[:60],
    )


def _element(kind: str) -> str:
    """CONTROLLER_MODE as the element name ControllerMode."""
    return "".join(part.capitalize() for part in kind.split("_"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
