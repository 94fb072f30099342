"""The state of a Sparkplug edge node: its birth, its aliases, and the sequence of its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gadong.dialects.domain.formats.partner import TimedMessage
from gadong.dialects.domain.formats.reading import (
    NotUnderstood,
    Question,
)
from gadong.dialects.domain.formats.sparkplug_payload import (
    Metric,
    read_metric,
    read_payload,
    write_rebirth,
)

NAMESPACE = "spBv1.0"

NODE_KINDS = ("NBIRTH", "NDATA", "NDEATH")

DEVICE_KINDS = ("DBIRTH", "DDATA", "DDEATH")

# The specification's host waits; a node that answers each lost number with all it has would drown a
# thin line.
REBIRTH_EVERY = timedelta(seconds=30)

# A node that lives answers a request for its birth at once; some take seconds to collect a thousand
# metrics.
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
            # The will of an earlier connection, come late, or of a node that raised its number
            # without a new will, as a widespread library does. Only the node can tell: a birth is
            # asked for, and without one it is gone.
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
