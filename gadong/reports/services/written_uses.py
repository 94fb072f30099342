"""Entries of a machine's ledger, as the rows of the operation log rest on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import AttributionRule
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import Tx
from gadong.core.domain.ids import LoggedUseId
from gadong.metering.domain.logged_use import LoggedUse
from gadong.metering.store import logged_samples


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenUses:
    """Each entry by the start of its first usage, and the samples of those that count them.

    Signals may divide an entry into several usages; it is an entry of the first one alone.
    """

    by_start: Mapping[datetime, LoggedUse]
    samples: Mapping[LoggedUseId, int]

    def of(self, session: Session) -> Sequence[LoggedUse]:
        """Return the entries that a session rests on, in order of time."""
        starts = [usage.period.start for usage in session.usages]
        return [self.by_start[start] for start in starts if start in self.by_start]

    def samples_of(self, session: Session) -> int | None:
        """Return the samples of a session's entries; None where nobody counted any."""
        counts = [self.samples[e.id] for e in self.of(session) if e.id in self.samples]
        return sum(counts) if counts else None

    def purpose_of(self, session: Session) -> str:
        """Return the booking's purpose, else the entries' reasons."""
        if session.booking and session.booking.purpose:
            return session.booking.purpose
        return "; ".join(dict.fromkeys(entry.reason for entry in self.of(session)))


def written_uses(tx: Tx, ledger: Ledger) -> WrittenUses:
    """Return the entries of a machine's ledger with their samples."""
    by_start: dict[datetime, LoggedUse] = {}
    starts = sorted(u.period.start for u in ledger.usages if u.rule is AttributionRule.LEDGER)
    for entry in ledger.witnesses.logged:
        first = next((start for start in starts if entry.period.contains(start)), None)
        if first is not None:
            by_start[first] = entry
    ids = [entry.id for entry in by_start.values()]
    return WrittenUses(by_start=by_start, samples=logged_samples.of_uses(tx, ids))
