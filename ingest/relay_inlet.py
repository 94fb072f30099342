"""Relays' envelopes: devices' messages in the order and at the time of their arrival there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from uuid import NAMESPACE_OID, UUID, uuid5

from gadong.core.database import Pool
from gadong.dialects.domain.formats.reading import NotUnderstood, Recognised
from gadong.dialects.domain.signal import ARRIVAL_UNCERTAIN
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Rejected
from gadong.machines.domain.recognition import recognise
from gadong.machines.domain.relay import (
    OUTBOX_LIMIT,
    Carried,
    CarriedMessage,
    Relay,
    RelayPosition,
    RelayProgress,
    advanced,
    committed,
    downward,
    greeted,
    read_carried,
    read_hello,
    relays_topic,
)
from gadong.machines.domain.unknown_device import MOST_MESSAGES
from gadong.machines.services import relays
from gadong.metering.services import onboarding
from gadong.people.domain.centre import Centre

log = logging.getLogger(__name__)

# A relay that is new begins to be heard within this.
UPDATED_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Deliveries taken apart: of devices that publish themselves, and of relays.

    `unknown` are those of relays that no source reads, but a dialect recognises.
    """

    direct: list[BrokerMessage] = field(default_factory=list)
    carried: list[BrokerMessage] = field(default_factory=list)
    unknown: list[tuple[str, Recognised, BrokerMessage]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class RelayInlet:
    """The relays of a centre, and how far their outboxes are stored.

    A position moves in memory as messages are taken, and is kept with their batch. A session that
    ends without a commit begins anew with what is kept.
    """

    def __init__(self, pool: Pool, centre: Centre) -> None:
        """Begin without relays."""
        self._pool, self._centre = pool, centre
        self._below = f"{relays_topic(centre.slug)}/"
        self._relays: dict[str, Relay] = {}
        self._looked_for: dict[str, float] = {}
        self._positions: dict[tuple[UUID, str], RelayPosition] = {}
        self._changed: dict[tuple[UUID, str], RelayProgress] = {}
        self._answers: dict[tuple[UUID, str], tuple[str, str]] = {}

    @property
    def filters(self) -> frozenset[str]:
        """Return the filters of all relays of the centre, those to come included."""
        return frozenset({f"{self._below}+/said", f"{self._below}+/hello"})

    def begin(self) -> None:
        """Read the relays and their positions, and forget what was not committed."""
        self._positions.clear()
        self._changed.clear()
        self._answers.clear()
        self._update()

    def _update(self) -> None:
        """Read which relays there are; the positions of those that are known stay."""
        found = relays.of_ingest(self._pool, self._centre)
        self._relays = {state.relay.topic: state.relay for state in found}
        for state in found:
            for position in state.positions:
                key = (state.relay.account_id, position.outbox)
                self._positions.setdefault(key, position)

    def unpack(
        self, deliveries: Iterable[BrokerMessage], is_bound: Callable[[str], bool]
    ) -> Unpacked:
        """Take the relays' envelopes apart; those that are known, or out of turn, bring nothing."""
        found = Unpacked()
        for delivery in deliveries:
            if not delivery.topic.startswith(self._below):
                found.direct.append(delivery)
                continue
            topic, _, kind = delivery.topic.rpartition("/")
            relay = self._relay(topic)
            if relay is None:
                # It was made or revoked a moment ago; a relay sends again what is not stored.
                continue
            try:
                self._read(relay, kind, delivery, found)
            except NotUnderstood as trouble:
                found.rejected.append(self._rejected(delivery, trouble))
        found.unknown.extend(
            (answer[0], answer[1], delivery)
            for delivery in found.carried
            if not is_bound(delivery.topic)
            and (answer := recognise(delivery.topic, delivery.payload))
        )
        unknown = {id(delivery) for _, _, delivery in found.unknown}
        found.carried[:] = [d for d in found.carried if id(d) not in unknown]
        return found

    def _relay(self, topic: str) -> Relay | None:
        # A relay that speaks for the first time is looked for at once: it greets once a minute.
        now = monotonic()
        looked = self._looked_for.get(topic)
        if topic not in self._relays and (looked is None or now - looked > UPDATED_EVERY):
            self._looked_for[topic] = now
            self._update()
        return self._relays.get(topic)

    def collect(self, unknown: Iterable[tuple[str, Recognised, BrokerMessage]]) -> None:
        """Show devices that nobody has bound in the inbox, with what they said."""
        devices: dict[tuple[str, str], tuple[Recognised, list[BrokerMessage], int]] = {}
        for dialect, found, delivery in unknown:
            best, said, count = devices.get((dialect, found.base), (found, [], 0))
            best = max(best, found, key=lambda each: each.certainty)
            kept = [*said, delivery][-MOST_MESSAGES:]
            devices[dialect, found.base] = best, kept, count + 1
        if devices:
            onboarding.collect(self._pool, self._centre.id, devices)

    def _read(self, relay: Relay, kind: str, delivery: BrokerMessage, found: Unpacked) -> None:
        now = delivery.received_at
        if kind == "hello":
            hello = read_hello(delivery.payload)
            known = self._known(relay, hello.outbox)
            self._move(relay, known, greeted(known, hello, now=now), nonce=hello.nonce)
            return
        carried = read_carried(delivery.payload, now=now)
        known = self._known(relay, carried.outbox)
        position, is_next = advanced(known, carried, now=now)
        self._move(relay, known, position)
        if not is_next:
            return
        if isinstance(carried.said, NotUnderstood):
            found.rejected.append(self._rejected(delivery, carried.said))
        elif not relay.may_carry(carried.said.topic):
            trouble = NotUnderstood("not_carried", "the relay's account does not name this topic")
            found.rejected.append(self._rejected(delivery, trouble))
        else:
            found.carried.append(_unwrapped(relay, carried, carried.said))

    def _known(self, relay: Relay, outbox: str) -> RelayPosition | None:
        known = self._positions.get((relay.account_id, outbox))
        if known is None and sum(a == relay.account_id for a, _ in self._positions) >= OUTBOX_LIMIT:
            raise NotUnderstood("bad_relay", f"a relay has at most {OUTBOX_LIMIT} outboxes")
        return known

    def _move(
        self, relay: Relay, known: RelayPosition | None, position: RelayPosition, nonce: str = ""
    ) -> None:
        key = (relay.account_id, position.outbox)
        before = self._changed.get(key)
        is_lossy = known is not None and position.lost > known.lost
        lost_after = before.lost_after if before else None
        if known and is_lossy:
            lost_after = known.spoke_until
        progress = RelayProgress(
            relay=relay,
            position=position,
            lost_anew=is_lossy or (before is not None and before.lost_anew),
            lost_after=lost_after,
        )
        if is_lossy:
            log.error("a relay lost messages", extra={"relay": relay.name, "lost": position.lost})
        self._positions[key], self._changed[key] = position, progress
        answered = self._answers.get(key)
        self._answers[key] = relay.topic, nonce or (answered[1] if answered else "")

    def take_progress(self) -> list[RelayProgress]:
        """Return the positions that moved since the last call."""
        taken = [self._changed[key] for key in sorted(self._changed, key=str)]
        self._changed.clear()
        return taken

    def take_answers(self) -> list[tuple[str, str]]:
        """Return topic and payload of the answers to relays that spoke; only after the commit."""
        answers = [
            (
                f"{topic}/committed",
                committed(self._positions[key], now=datetime.now(UTC), nonce=nonce),
            )
            for key, (topic, nonce) in self._answers.items()
        ]
        self._answers.clear()
        return answers

    def downward(self, topic: str, payload: str | bytes) -> list[tuple[str, str]]:
        """Return what asks the relays that carry a topic to publish a message of ours there."""
        text = payload.decode() if isinstance(payload, bytes) else payload
        return [
            (f"{relay.topic}/down", downward(topic, text))
            for relay in self._relays.values()
            if relay.may_carry(topic)
        ]

    def _rejected(self, delivery: BrokerMessage, trouble: NotUnderstood) -> Rejected:
        return delivery.rejected(self._centre.id, None, trouble.reason, trouble.detail)


def _unwrapped(relay: Relay, carried: Carried, said: CarriedMessage) -> BrokerMessage:
    """Return a device's message as if its broker had handed it over when the relay received it."""
    message = BrokerMessage(
        topic=said.topic,
        payload=said.payload,
        qos=1,
        retained=said.retained,
        is_repeated=False,
        packet=carried.number,
        received_at=said.at,
        outbox=uuid5(NAMESPACE_OID, f"{relay.account_id} {carried.outbox}"),
    )
    if said.uncertain <= ARRIVAL_UNCERTAIN:
        return message
    return replace(message, held_since=said.at - said.uncertain)
