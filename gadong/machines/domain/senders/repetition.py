"""Values that a source repeats: kept once, and stated again where they may have been forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from gadong.dialects.domain.formats.reading import FACT_LIMIT, Fact, Understood
from gadong.dialects.domain.signal import Channel

# A value that a device reports every second is kept at least this often, well within what a silence
# may last.
REPORT_EVERY = timedelta(seconds=20)
#: The channels that are unknown after a link or a listener was away, until they are stated again.
FORGOTTEN = frozenset({Channel.ACTIVITY, Channel.ALARM, Channel.POWER, Channel.POWER_WATTS})


@dataclass(slots=True)
class LastValues:
    """The last values of one source, each with its own instant or its last arrival."""

    values: dict[tuple[str, str], tuple[str | float, datetime]] = field(default_factory=dict)
    arrivals: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def stated(
        self, understood: Understood, *, heartbeat_at: datetime | None = None
    ) -> tuple[Fact, ...]:
        """Return the facts of a message, and those that also hold at the message's own instant.

        A document states old values that still hold. Where the link was away since, or nothing was
        heard yet, their own instants lie before the interruption: they hold now as well.

        A gateway's heartbeat repeats a value with the instant of its last change, as OPC UA's
        source timestamp. `heartbeat_at` is the arrival of a message whose source owes a heartbeat:
        what it repeats holds then as well.
        """
        facts = understood.facts
        if self.values and any(
            fact.channel is Channel.LINK and fact.value == "down" for fact in facts
        ):
            self.values.clear()
        if not understood.is_present:
            return facts if heartbeat_at is None else (*facts, *self._repeated(facts, heartbeat_at))
        again = {
            (fact.channel, fact.part): replace(fact, at=None)
            for fact in facts
            if fact.at
            and fact.channel in FORGOTTEN
            and (fact.channel.value, fact.part) not in self.values
        }
        return (*facts, *again.values())

    def _repeated(self, facts: Sequence[Fact], at: datetime) -> list[Fact]:
        """Return the last facts of a message that are known with the same instant, as of now."""
        found: list[Fact] = []
        last = {(f.channel.value, f.part): f for f in facts if f.channel in FORGOTTEN}
        for key, fact in last.items():
            is_known = fact.at is not None and self.values.get(key) == (fact.value, fact.at)
            if not is_known:
                self.arrivals[key] = at
            elif at - self.arrivals.get(key, at - REPORT_EVERY) >= REPORT_EVERY:
                self.arrivals[key] = at
                found.append(replace(fact, at=None))
        return found

    def is_new(self, fact: Fact, at: datetime, *, is_report: bool) -> bool:
        """Return whether a fact of a repeating kind is new; a fact of any other kind always is."""
        if fact.at is None and not is_report:
            return True
        if len(self.values) > 2 * FACT_LIMIT:
            # A source that invents ever new parts forgets the old ones; saying twice does no harm.
            self.values.clear()
            self.arrivals.clear()
        key = (fact.channel.value, fact.part)
        value, when = self.values.get(key, (None, None))
        is_same_time = when == fact.at if fact.at else when is not None and at - when < REPORT_EVERY
        if value == fact.value and is_same_time:
            return False
        self.values[key] = (fact.value, fact.at or at)
        return True
