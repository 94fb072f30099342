"""United Manufacturing Hub tags: docs/dialects/umh.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gadong.dialects.domain.formats import mapper, wiring
from gadong.dialects.domain.formats.payload_values import read_object
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
)


def decode(tail: str, payload: bytes, options: Options) -> Understood:
    """Read the one tag that the options name: exactly timestamp_ms and value, as the hub publishes
    every tag.
    """
    if tail != str(options.get("topic", "")).strip("/"):
        return Understood()
    if not {"timestamp_ms", "value"} <= read_object(payload).keys():
        raise NotUnderstood("no_value", "a tag has timestamp_ms and value")
    fixed = {"value": "value", "time": "timestamp_ms", "time_unit": "ms"}
    return mapper.decode(tail, payload, {**options, **fixed})


def channels(options: Options) -> frozenset[str]:
    """Name the tag; without a topic below it the base is the tag itself, and the whole."""
    tag = str(options.get("topic", "")).strip("/")
    return frozenset({tag}) if tag else frozenset()


# One tag, one topic.
def named_in(tail: str, payload: bytes) -> Mapping[str, Options]:  # noqa: ARG001
    """Find the tag that the topic is."""
    return {tail: {"topic": tail}} if tail else {}


def unmatched(options: Options, said: Sequence[tuple[str, bytes]]) -> list[str]:
    """Name the tag where no message was its own."""
    return mapper.unmatched({**options, "value": "value", "time": "timestamp_ms"}, said)


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise the prefix with exactly the two fields; a person chooses the state's tag."""
    if topic.startswith("umh/v1/") and b'"timestamp_ms"' in payload and b'"value"' in payload:
        return Recognised(base=topic, certainty=0.9)
    return None


DIALECT = Dialect(
    recognise=recognise,
    name="umh",
    decode=decode,
    check=wiring.check,
    unmatched=unmatched,
    channels=Channels(of=channels, named_in=named_in),
)
