"""From a delivery to what it means: which source it came from, and what its dialect says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from gadong.core.domain.ids import CentreId, MessageId, SourceId, new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.partner import Partner
from gadong.dialects.domain.formats.reading import (
    FACT_LIMIT,
    SHARED,
    NotUnderstood,
    Question,
    Understood,
)
from gadong.dialects.domain.signal import Signal, TimeRule
from gadong.machines.domain.broker_message import TOPIC_LIMIT, BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected, message_key
from gadong.machines.domain.polling import Attention
from gadong.machines.domain.senders.redating import Redating, Watch, said_at
from gadong.machines.domain.senders.repetition import LastValues
from gadong.machines.domain.shared_device import DeviceKey, device_of, settled

# A document may hold thousands of odd values; some are enough to see what is wrong.
ASIDE_LIMIT = 20
# A device speaks on some tens of topics, again and again; one that invents topics is forgotten.
TOPICS_REMEMBERED = 4096


class Router:
    """Knows a centre's sources by the topics they speak under."""

    def __init__(self, centre_id: CentreId, sources: Sequence[Source]) -> None:
        """Index the sources by prefix."""
        self.centre_id = centre_id
        self.sources = tuple(sources)
        self._readers: dict[str, list[tuple[Source, str]]] = {}
        for source in sources:
            for prefix in source.prefixes:
                self._readers.setdefault(prefix, []).append((source, ""))
            for prefix in source.shared:
                self._readers.setdefault(prefix, []).append((source, SHARED))
        self.readers = lru_cache(maxsize=TOPICS_REMEMBERED)(self._find_readers)
        # The senders whose messages mean something only with what they said before.
        self._partners: dict[str, Partner] = {}
        self._with_whom: set[Callable[[str], str]] = set()
        for source in sources:
            dialect = DIALECTS[source.dialect]
            if dialect.partner and dialect.with_whom:
                topic = source.shared[0]
                self._with_whom.add(dialect.with_whom)
                self._partners.setdefault(dialect.with_whom(topic), dialect.partner(topic))
        # The last values of what is repeated: a document repeats its values every ten seconds.
        self._last = {source.id: LastValues() for source in sources}
        # Each source's clock; a gateway that numbers its messages has an outbox, and may be late
        # with a right clock.
        self._watches = {source.id: Watch() for source in sources}
        self._redatings: list[Redating] = []
        # Kinds of messages that are counted and not kept.
        self._noise: Counter[tuple[SourceId, str]] = Counter()
        self._questions = {
            q.topic for s in sources for q in DIALECTS[s.dialect].questions(s.base, s.options)
        }
        self._attention = {s.id: Attention() for s in sources if DIALECTS[s.dialect].asks_every}

    @property
    def filters(self) -> frozenset[str]:
        """Return all filters of the centre."""
        return frozenset(
            f for s in self.sources for f in s.filters if not DIALECTS[s.dialect].partner
        )

    @property
    def live_filters(self) -> frozenset[str]:
        """Return the subscriptions of a connection that remembers nothing."""
        wanted = ((s, DIALECTS[s.dialect]) for s in self.sources)
        return frozenset(
            f
            for s, d in wanted
            if d.partner
            for f in (*s.filters, *d.live_filters(s.base, s.options))
        )

    def greet(self, at: datetime, *, but: Container[SourceId] = ()) -> list[Question]:
        """Return the questions that make devices report their state now, except those in `but`.

        A device with its own broker is asked there (ingest/device_broker.py). Nodes are remembered
        anew with every change of sources, so all of them are asked.
        """
        for partner in self._partners.values():
            partner.ask(at)
        asked = [
            question
            for source in self.sources
            if source.id not in but
            and not DIALECTS[source.dialect].endpoint(source.base, source.options)
            for question in DIALECTS[source.dialect].questions(source.base, source.options)
        ]
        # Several machines' sources ask one device the same.
        return [*dict.fromkeys(asked), *self.take_questions()]

    def take_questions(self) -> list[Question]:
        """Return the pending questions to devices, and clear them."""
        return [q for partner in self._partners.values() for q in partner.take_questions()]

    def take_over(self, before: Router) -> None:
        """Remember of the sources what another router did."""
        for source_id in self._attention.keys() & before._attention.keys():
            self._attention[source_id] = before._attention[source_id]
        for source_id in self._watches.keys() & before._watches.keys():
            self._watches[source_id] = before._watches[source_id]

    def take_redatings(self) -> list[Redating]:
        """Return the messages dated by clocks since proven wrong, and clear them."""
        taken, self._redatings = self._redatings, []
        return taken

    def take_noise(self) -> Counter[tuple[SourceId, str]]:
        """Return the counts of noise since the last call, by source and kind of message."""
        taken, self._noise = self._noise, Counter()
        return taken

    def silent(self, now: datetime) -> list[Source]:
        """Find the sources to be asked again: those that work, or may, and have not said how they
        do for a while.
        """
        found = []
        for source in self.sources:
            every = DIALECTS[source.dialect].asks_every
            if every and self._attention[source.id].is_due(now, every):
                # The answer is for every source of the device.
                for other in self.sources:
                    if other.id in self._attention and device_of(other) == device_of(source):
                        self._attention[other.id].ask(now)
                found.append(source)
        return found

    def overdue(self, now: datetime) -> list[BrokerMessage]:
        """Take messages that were doubted when they came, and that nothing has refuted since."""
        words = [word for partner in self._partners.values() if (word := partner.overdue(now))]
        return [
            BrokerMessage(
                topic=word.topic,
                payload=word.payload,
                qos=1,
                retained=False,
                is_repeated=False,
                packet=-1,  # no broker numbers so
                received_at=word.at,
            )
            for word in words
        ]

    def is_bound(self, topic: str) -> bool:
        """Return whether a source reads the topic."""
        return bool(self.readers(topic))

    def is_question(self, topic: str) -> bool:
        """Return whether we ask a device on the topic, so that its messages there are our own."""
        return topic in self._questions

    def read(self, delivery: BrokerMessage, session_id: UUID) -> list[Message | Rejected]:
        """Return the meaning of a delivery for each source that reads its topic, or a rejection.

        Noise is only counted. No input of a device raises an exception.
        """
        readers = self.readers(delivery.topic)
        heard = self._converse(delivery)
        if not readers:
            return [
                delivery.rejected(
                    self.centre_id, None, "no_source", "no source is bound to this topic"
                )
            ]
        if len(readers) == 1:
            ((source, tail),) = readers
            return self._read(delivery, source, tail, heard, session_id)
        by_device: dict[DeviceKey, list[list[Message | Rejected]]] = {}
        for source, tail in readers:
            items = self._read(delivery, source, tail, heard, session_id)
            by_device.setdefault(device_of(source), []).append(items)
        return [item for readings in by_device.values() for item in settled(readings)]

    def _converse(self, delivery: BrokerMessage) -> object:
        """Return the message as its remembered node reads it, its error, or None without a node."""
        for with_whom in self._with_whom:
            try:
                partner = self._partners.get(with_whom(delivery.topic))
                if partner:
                    return partner.hear(delivery.topic, delivery.payload, delivery.received_at)
            except NotUnderstood as trouble:
                return trouble
        return None

    def _read(
        self, delivery: BrokerMessage, source: Source, tail: str, heard: object, session_id: UUID
    ) -> list[Message | Rejected]:
        """Read a delivery for one source: what was understood, and what of it was not."""
        dialect = DIALECTS[source.dialect]
        try:
            if kind := self._noise_of(delivery):
                self._noise[source.id, kind] += 1
                return []
            if isinstance(heard, NotUnderstood) and dialect.understand:
                return [delivery.rejected(self.centre_id, source, heard.reason, heard.detail)]
            if dialect.understand:
                understood = dialect.understand(heard, source.base, source.options)
            else:
                understood = dialect.decode(tail, delivery.payload, source.options)
            if understood.noise:
                self._noise[source.id, understood.noise] += 1
                return []
            message = self._judged(
                delivery, understood, self._message(delivery, source, understood, session_id)
            )
            asides = understood.asides[:ASIDE_LIMIT]
            return [
                message,
                *(delivery.rejected(self.centre_id, source, a.reason, a.detail) for a in asides),
            ]
        except NotUnderstood as trouble:
            return [delivery.rejected(self.centre_id, source, trouble.reason, trouble.detail)]
        # A decoder's mistake is one message's trouble, not the centre's.
        except Exception as trouble:  # noqa: BLE001
            return [
                delivery.rejected(
                    self.centre_id, source, "decoder_failed", f"{type(trouble).__name__}: {trouble}"
                )
            ]

    def _noise_of(self, delivery: BrokerMessage) -> str:
        """Name a message that no device means anything by: an empty one takes a retained one back,
        a question is ours.
        """
        return (
            "empty"
            if not delivery.payload
            else "question"
            if self.is_question(delivery.topic)
            else ""
        )

    def _find_readers(self, topic: str) -> list[tuple[Source, str]]:
        """Find the sources that read a topic, each with the rest of the topic."""
        if len(topic) > TOPIC_LIMIT:
            return []
        # Some devices speak under their bare name.
        found = [(source, mark) for source, mark in self._readers.get(topic, ())]
        end = len(topic)
        while (end := topic.rfind("/", 0, end)) > 0:
            rest = topic[end + 1 :]
            found += [(source, mark + rest) for source, mark in self._readers.get(topic[:end], ())]
        return found

    def _message(
        self, delivery: BrokerMessage, source: Source, understood: Understood, session_id: UUID
    ) -> Message:
        message_id = MessageId(new_id())
        if len(understood.facts) > FACT_LIMIT:
            raise NotUnderstood("too_many_values", f"more than {FACT_LIMIT} values in one message")
        last = self._last[source.id]
        is_straight = not (delivery.retained or delivery.held_since or delivery.is_repeated)
        owes = is_straight and source.metering.heartbeat is not None
        facts = last.stated(understood, heartbeat_at=delivery.received_at if owes else None)
        message_time = delivery.choose_time(understood.device_time)
        times = [delivery.choose_time(fact.at) if fact.at else message_time for fact in facts]
        if understood.position and any(rule is TimeRule.SKEWED for _, rule, _ in times):
            # A gateway with an outbox may be days late and owes a right clock; a guess would put a
            # run in the wrong month. Its number is not used up: sent again with a right time it is
            # taken.
            raise NotUnderstood(
                "time_out_of_window", "at is not within 45 days before and 5 minutes after now"
            )
        signals: list[Signal] = []
        for ordinal, fact in enumerate(facts):
            at, rule, uncertain = times[ordinal]
            is_repeating = fact.at is not None or understood.is_report
            if is_repeating and not last.is_new(fact, at, is_report=understood.is_report):
                continue
            text, number = (fact.value, None) if isinstance(fact.value, str) else (None, fact.value)
            signals.append(
                Signal(
                    source_id=source.id,
                    message_id=message_id,
                    channel=fact.channel,
                    event_time=at,
                    received_at=delivery.received_at,
                    time_rule=rule,
                    qos=delivery.qos,
                    ordinal=ordinal,
                    text=text,
                    number=number,
                    part=fact.part,
                    uncertain=uncertain,
                )
            )
        if (attention := self._attention.get(source.id)) and not delivery.retained:
            attention.hear(understood.facts, delivery.received_at)
        return Message(
            id=message_id,
            centre_id=self.centre_id,
            machine_id=source.machine_id,
            source_id=source.id,
            topic=delivery.topic,
            payload=delivery.payload,
            qos=delivery.qos,
            retained=delivery.retained,
            is_repeated=delivery.is_repeated,
            # A relay numbers its messages, so that a second delivery has the same number.
            is_timeless=understood.position is None
            and understood.device_time is None
            and delivery.outbox is None,
            received_at=delivery.received_at,
            key=message_key(
                delivery.topic,
                delivery.payload,
                understood,
                place=(delivery.outbox or session_id, delivery.packet),
            ),
            position=understood.position,
            signals=tuple(signals),
        )

    def _judged(self, delivery: BrokerMessage, understood: Understood, message: Message) -> Message:
        """Date a message by its arrival where its source's clock is wrong.

        What the broker may have kept, and what a gateway numbers, may be late with a right clock.
        """
        if delivery.retained or delivery.held_since or understood.position:
            return message
        watch = self._watches[message.source_id]
        counted, redating = watch.take(message, said_at(understood, message))
        if redating:
            self._redatings.append(redating)
        return counted
