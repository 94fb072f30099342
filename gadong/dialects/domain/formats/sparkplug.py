"""Sparkplug B 3.0: edge nodes that say once what they have, and then only what changes.
docs/dialects/sparkplug.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gadong.dialects.domain.formats import mapper
from gadong.dialects.domain.formats.quality import is_good
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
)
from gadong.dialects.domain.formats.sparkplug_node import (
    DEVICE_KINDS,
    NAMESPACE,
    NODE_KINDS,
    EdgeNode,
    NodeMessage,
    parts,
)
from gadong.dialects.domain.formats.sparkplug_payload import (
    Metric,
    read_metric,
    read_payload,
)
from gadong.dialects.domain.formats.wiring import (
    Point,
    check_contradictions,
    check_phases,
    read_options,
)
from gadong.dialects.domain.signal import Channel


def partner(topic: str) -> EdgeNode:
    """Return the memory of a topic's node, still empty."""
    group, _, node, _ = parts(topic)
    return EdgeNode(group, node)


def with_whom(topic: str) -> str:
    """Return the name of the node to whose state a topic belongs."""
    group, _, node, _ = parts(topic)
    return f"{group}/{node}"


def _bound(base: str) -> tuple[str, str, str]:
    match base.split("/"):
        case [group, node] if group and node:
            return group, node, ""
        case [group, node, device] if group and node and device:
            return group, node, device
        case _:
            raise ValueError("the base is group/node, or group/node/device")


def prefixes(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001  # one shape for all
    """Return a device's own topics; a node's are shared with its devices."""
    group, node, device = _bound(base)
    return (
        tuple(f"{NAMESPACE}/{group}/{kind}/{node}/{device}" for kind in DEVICE_KINDS)
        if device
        else ()
    )


def shared(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001  # one shape for all
    """Return the node's own topics: its death is the death of all its devices."""
    group, node, _ = _bound(base)
    return tuple(f"{NAMESPACE}/{group}/{kind}/{node}" for kind in NODE_KINDS)


# One shape for all.
def live_filters(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001
    """Return all topics of the node, whose number counts over all devices."""
    group, node, _ = _bound(base)
    return (f"{NAMESPACE}/{group}/+/{node}/#",)


def understand(heard: object, base: str, options: Options) -> Understood:
    """Return the meaning of a node's message for the machine of one binding."""
    if not isinstance(heard, NodeMessage):
        raise TypeError("a node's message is a NodeMessage")
    _, _, device = _bound(base)
    if heard.kind in {"NDEATH", "DDEATH"}:
        return Understood(facts=(Fact(Channel.LINK, "down"),), device_time=heard.at)
    if heard.kind == "NBIRTH" and device:
        # A node that is born anew says its devices anew; one of which it says nothing is not there.
        return Understood(facts=(Fact(Channel.LINK, "down"),), device_time=heard.at)
    if heard.kind == "STALE" or heard.device != device:
        return Understood(device_time=heard.at)
    wanted = read_options(options)
    asides = [*heard.asides]
    facts = tuple(_facts(heard.metrics, _by_metric(wanted.points), asides))
    is_birth = heard.kind in {"NBIRTH", "DBIRTH"}
    if is_birth:
        facts = (Fact(Channel.LINK, "up"), *facts, *_unborn(heard.metrics, wanted.points))
    return Understood(facts=facts, device_time=heard.at, asides=tuple(asides), is_present=is_birth)


def _unborn(metrics: Sequence[Metric], points: Sequence[Point]) -> Iterator[Fact]:
    """Yield unknown for the points that a birth does not name: it names all that there is."""
    born = {metric.name for metric in metrics}
    for point in points:
        if point.value not in born:
            for fact in mapper.unknown(point):
                yield Fact(fact.channel, fact.value, point.part)


def _by_metric(points: Sequence[Point]) -> Mapping[str, list[Point]]:
    """Group the points by their metric: a status word has a point for each spindle's bits."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.value, []).append(point)
    return found


def _facts(
    metrics: tuple[Metric, ...], points: Mapping[str, list[Point]], asides: list[NotUnderstood]
) -> Iterator[Fact]:
    """Read each point of each metric by itself; a past value of no known time says nothing."""
    for metric in metrics:
        wanted = points.get(metric.name, ())
        if wanted and metric.is_historical and metric.at is None:
            detail = f"{metric.name[:60]}: a historical value without a time"
            asides.append(NotUnderstood("not_a_time", detail))
            continue
        for point in wanted:
            yield from _dated(_meant(point, metric, asides), point, metric)


def _meant(point: Point, metric: Metric, asides: list[NotUnderstood]) -> tuple[Fact, ...]:
    """Return the meaning of a metric at a point.

    One that is not understood is unknown now, and set aside with its reason.
    """
    is_bad = metric.quality is not None and not is_good(metric.quality, good=point.good)
    if is_bad or metric.is_null or metric.value is None:
        return mapper.unknown(point)
    value = str(metric.value).lower() if isinstance(metric.value, bool) else metric.value
    try:
        return mapper.meaning(point, value)
    except NotUnderstood as trouble:
        asides.append(NotUnderstood(trouble.reason, f"{metric.name[:60]}: {trouble.detail}"))
        return mapper.unknown(point)


def _dated(facts: tuple[Fact, ...], point: Point, metric: Metric) -> Iterator[Fact]:
    """Yield the facts of a metric with the part of the machine and the time that it names."""
    for fact in facts:
        yield Fact(fact.channel, fact.value, point.part, metric.at)


# One shape for all.
def decode(tail: str, payload: bytes, options: Options) -> Understood:  # noqa: ARG001
    """Read a message without its node's memory, as far as it names its metrics."""
    metrics = tuple(read_metric(raw, None) for raw in read_payload(payload).metrics)
    asides: list[NotUnderstood] = []
    points = _by_metric(read_options(options).points)
    return Understood(facts=tuple(_facts(metrics, points, asides)), asides=tuple(asides))


def check(options: Options) -> None:
    """Points only: `value` is the metric's name."""
    wanted = read_options(options)
    if not wanted.points or not all(p.value for p in wanted.points):
        raise ValueError("option points says which metrics tell what: [{value: name, channel: …}]")
    check_contradictions(options, wanted)
    check_phases(wanted)


def channels(options: Options) -> frozenset[str]:
    """Name the metrics that a machine's source reads."""
    return frozenset(point.value for point in read_options(options).points)


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise the namespace with a payload that reads; a person chooses the metrics."""
    try:
        group, kind, node, device = parts(topic)
        read_payload(payload)
    except NotUnderstood:
        return None
    if kind not in {*NODE_KINDS, *DEVICE_KINDS}:
        return None
    return Recognised(
        base="/".join(filter(None, (group, node, device))), certainty=0.92 if device else 0.88
    )


DIALECT = Dialect(
    recognise=recognise,
    name="sparkplug",
    decode=decode,
    prefixes=prefixes,
    shared=shared,
    live_filters=live_filters,
    check=check,
    channels=Channels(of=channels),
    partner=partner,
    with_whom=with_whom,
    understand=understand,
)
