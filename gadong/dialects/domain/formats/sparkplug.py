"""Sparkplug B 3.0: edge nodes that say once what they have, and then only what changes. docs/dialects/sparkplug.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gadong.dialects.domain.formats import mapper
from gadong.dialects.domain.formats.partner import TimedMessage
from gadong.dialects.domain.formats.quality import is_good
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Question,
    Recognised,
    Understood,
)
from gadong.dialects.domain.formats.sparkplug_payload import (
    Metric,
    read_metric,
    read_payload,
    write_rebirth,
)
from gadong.dialects.domain.formats.wiring import Point, check_phases, read_options
from gadong.dialects.domain.signal import Channel

NAMESPACE = "spBv1.0"
NODE_KINDS = ("NBIRTH", "NDATA", "NDEATH")
DEVICE_KINDS = ("DBIRTH", "DDATA", "DDEATH")
# The specification's host waits; a node that answers each lost number with all it has would drown a thin line.
REBIRTH_EVERY = timedelta(seconds=30)
# A node that lives answers a request for its birth at once; some take seconds to collect a thousand metrics.
BIRTH_WITHIN = timedelta(seconds=10)
# Aliases are unique over a node with all of its devices.
ALIAS_LIMIT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMessage:
    """A message with its metrics named. `device` is empty where the node speaks of itself."""

    kind: str
    device: str
    at: datetime | None
    metrics: tuple[Metric, ...] = ()
    asides: tuple[NotUnderstood, ...] = ()


@dataclass(slots=True)
class EdgeNode:
    """The state of one edge node from its birth to its death: aliases, data types, next number."""

    group: str
    node: str
    is_born: bool = False
    bd_seq: object = None
    next_seq: int | None = None
    aliases: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    types: dict[tuple[str, str], int | None] = field(default_factory=dict)
    asked_at: datetime | None = None
    doubt: TimedMessage | None = None
    _questions: list[Question] = field(default_factory=list)

    def hear(self, topic: str, payload: bytes, at: datetime) -> NodeMessage:
        """Name the message's aliases; NotUnderstood if that needs a new birth."""
        _, kind, _, device = parts(topic)
        said = read_payload(payload)
        if kind == "NDEATH":
            bd_seq = _bd_seq(tuple(read_metric(m, None) for m in said.metrics))
            return self._died(TimedMessage(topic, payload, at), said.at, bd_seq)
        self.doubt = None  # any message after a will shows that it lives
        if kind == "NBIRTH":
            self.is_born, self.next_seq = True, 0
            self.aliases.clear()
            self.types.clear()
        elif kind in {"NDATA", "DBIRTH", "DDATA", "DDEATH"}:
            self._need_birth(at)
        else:
            raise NotUnderstood("unknown_topic", f"{kind[:40]} is no message of a node")
        self._count(said.seq, at)
        if kind in {"NBIRTH", "DBIRTH"}:
            self._learn(device, said.metrics)
        metrics: list[Metric] = []
        asides: list[NotUnderstood] = []
        for raw in said.metrics:
            try:
                metrics.append(self._named(device, raw, at))
            except NotUnderstood as trouble:
                asides.append(trouble)
        if asides and not metrics:
            raise asides[0]
        if kind == "NBIRTH":
            self.bd_seq = _bd_seq(tuple(metrics))
        return NodeMessage(
            kind=kind, device=device, at=said.at, metrics=tuple(metrics), asides=tuple(asides)
        )

    def take_questions(self) -> list[Question]:
        """Return the pending questions to the node, and clear them."""
        taken, self._questions = self._questions, []
        return taken

    def ask(self, at: datetime) -> None:
        """Want everything said: a node says only once what its aliases mean."""
        self._questions.append(
            Question(f"{NAMESPACE}/{self.group}/NCMD/{self.node}", write_rebirth(at))
        )

    def _ask_again(self, at: datetime) -> None:
        """Want everything said again, at most every REBIRTH_EVERY."""
        if self.asked_at is None or at - self.asked_at >= REBIRTH_EVERY:
            self.asked_at = at
            self.ask(at)

    def overdue(self, now: datetime) -> TimedMessage | None:
        """Take the death that was doubted, once no birth has answered it."""
        if self.doubt is None or now - self.doubt.at < BIRTH_WITHIN:
            return None
        death, self.doubt, self.is_born = self.doubt, None, False
        return death

    def _died(self, death: TimedMessage, at: datetime | None, bd_seq: object) -> NodeMessage:
        if self.is_born and _is_earlier(bd_seq, self.bd_seq):
            # The will of an earlier connection, come late, or of a node that raised its number without a new will, as
            # a widespread library does. Only the node can tell: a birth is asked for, and without one it is gone.
            self.doubt, self.asked_at = death, death.at
            self.ask(death.at)
            return NodeMessage(kind="STALE", device="", at=at)
        self.is_born, self.doubt = False, None
        # Its own time is that of its birth: the arrival counts.
        return NodeMessage(kind="NDEATH", device="", at=None)

    def _need_birth(self, at: datetime) -> None:
        if not self.is_born:
            self._ask_again(at)
            raise NotUnderstood(
                "before_birth", "the node has not said what its metrics are; it was asked to"
            )

    def _count(self, seq: int | None, at: datetime) -> None:
        """Notice a lost message, and ask the node for a new birth."""
        if seq is None:
            return
        if seq != self.next_seq:
            self._ask_again(at)
        self.next_seq = (seq + 1) % 256

    def _learn(self, device: str, metrics: tuple[object, ...]) -> None:
        for raw in metrics:
            metric = read_metric(raw, None)
            self.types[device, metric.name] = metric.datatype
            if metric.alias is not None:
                self.aliases[metric.alias] = (
                    metric.name,
                    metric.datatype,
                )  # of two with one alias the last counts
        if len(self.aliases) + len(self.types) > 2 * ALIAS_LIMIT:
            self.is_born = False
            self.aliases.clear()
            self.types.clear()
            raise NotUnderstood("too_many_values", f"a node with more than {ALIAS_LIMIT} metrics")

    def _named(self, device: str, raw: object, at: datetime) -> Metric:
        metric = read_metric(raw, None)
        if metric.name:
            return read_metric(raw, self.types.get((device, metric.name)))
        if metric.alias not in self.aliases:
            self._ask_again(at)
            raise NotUnderstood(
                "unknown_alias",
                f"alias {metric.alias} was not in a birth; the node was asked for one",
            )
        name, datatype = self.aliases[metric.alias]
        known = read_metric(raw, datatype)
        return Metric(
            name=name,
            alias=known.alias,
            datatype=known.datatype,
            at=known.at,
            value=known.value,
            is_null=known.is_null,
            is_historical=known.is_historical,
            quality=known.quality,
        )


def parts(topic: str) -> tuple[str, str, str, str]:
    """Group, kind, node and device of a topic; NotUnderstood for one of another form."""
    match topic.split("/"):
        case [namespace, group, kind, node, *device] if namespace == NAMESPACE and len(device) <= 1:
            return group, kind, node, device[0] if device else ""
        case _:
            raise NotUnderstood("unknown_topic", f"{topic[:60]} is no topic of a Sparkplug node")


def _bd_seq(metrics: tuple[Metric, ...]) -> object:
    return next((m.value for m in metrics if m.name == "bdSeq"), None)


def _is_earlier(death: object, birth: object) -> bool:
    """Return whether a death belongs to a connection before the birth's; numbers wrap after 255."""
    return isinstance(death, int) and isinstance(birth, int) and 0 < (birth - death) % 256 < 128


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


def live_filters(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001  # one shape for all
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
    facts = tuple(_facts(heard.metrics, {p.value: p for p in wanted.points}, asides))
    is_birth = heard.kind in {"NBIRTH", "DBIRTH"}
    if is_birth:
        facts = (Fact(Channel.LINK, "up"), *facts)
    return Understood(facts=facts, device_time=heard.at, asides=tuple(asides), is_present=is_birth)


def _facts(
    metrics: tuple[Metric, ...], points: Mapping[str, Point], asides: list[NotUnderstood]
) -> Iterator[Fact]:
    """Read each metric by itself; one that is not understood is unknown now, and set aside with its reason."""
    for metric in metrics:
        point = points.get(metric.name)
        if point is None:
            continue
        is_bad = metric.quality is not None and not is_good(metric.quality, good=point.good)
        if is_bad or metric.is_null or metric.value is None:
            yield from _dated(mapper.unknown(point), point, metric)
            continue
        value = str(metric.value).lower() if isinstance(metric.value, bool) else metric.value
        try:
            found = mapper.meaning(point, value)
        except NotUnderstood as trouble:
            asides.append(NotUnderstood(trouble.reason, f"{metric.name[:60]}: {trouble.detail}"))
            yield from _dated(mapper.unknown(point), point, metric)
            continue
        yield from _dated(found, point, metric)


def _dated(facts: tuple[Fact, ...], point: Point, metric: Metric) -> Iterator[Fact]:
    """Yield what a metric means, of its point's part and at its own time."""
    for fact in facts:
        yield Fact(fact.channel, fact.value, point.part, metric.at)


def decode(tail: str, payload: bytes, options: Options) -> Understood:  # noqa: ARG001  # one shape for all
    """Read a message without its node's memory, as far as it names its metrics."""
    metrics = tuple(read_metric(raw, None) for raw in read_payload(payload).metrics)
    asides: list[NotUnderstood] = []
    points = {p.value: p for p in read_options(options).points}
    return Understood(facts=tuple(_facts(metrics, points, asides)), asides=tuple(asides))


def check(options: Options) -> None:
    """Points only: `value` is the metric's name."""
    wanted = read_options(options)
    if not wanted.points or not all(p.value for p in wanted.points):
        raise ValueError("option points says which metrics tell what: [{value: name, channel: …}]")
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
