"""Lots of stored goods (보관): what came in and went out, and the stock at the end of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from gadong.core.domain.ids import CentreId, CompanyId, LotId, LotMoveId, PersonId, UnitId
from gadong.stays.domain.days import Days

# A cold store holds some hundred pallets, and each some hundred boxes.
MOST_UNITS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMove:
    """Units that came in on a day, or (below nothing) went out. A fact.

    `reverses` names the move that this one takes back.
    """

    id: LotMoveId
    moved_on: date
    change: int
    place: str
    note: str
    reverses: LotMoveId | None
    recorded_by: PersonId
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSpan:
    """Consecutive days on whose ends equally many units lay there."""

    units: int
    days: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Goods of one firm in a store, charged by units and days.

    `good` is the code of the tariff's good whose price is of one unit and day. `moves` are in the
    order of their recording, those that were taken back among them.
    """

    id: LotId
    centre_id: CentreId
    unit_id: UnitId
    unit: str
    company_id: CompanyId
    good: str
    name: str
    recorded_by: PersonId
    recorded_at: datetime
    moves: tuple[LotMove, ...] = ()

    @property
    def standing(self) -> Sequence[LotMove]:
        """Return the moves that count, in the order of their days."""
        undone = {move.reverses for move in self.moves}
        counted = [m for m in self.moves if m.reverses is None and m.id not in undone]
        return sorted(counted, key=lambda move: move.moved_on)

    @property
    def place(self) -> str:
        """Return the place that was named last."""
        return next((m.place for m in reversed(self.standing) if m.place), "")

    @property
    def left(self) -> int:
        """Return the units that lie there after every move."""
        return sum(move.change for move in self.standing)

    def stock(self, days: Days) -> list[StockSpan]:
        """Return the stock at the end of each of the days; spans of nothing are left out.

        So the day on which units come counts, and the day on which they go does not.
        """
        moves = self.standing
        edges = sorted({days.first, days.end, *(m.moved_on for m in moves)})
        found: list[StockSpan] = []
        for first, end in pairwise(edges):
            span = Days(first, end).common(days)
            units = sum(m.change for m in moves if m.moved_on <= first)
            if not (span.count and units):
                continue
            if found and found[-1].units == units and found[-1].days.end == span.first:
                span = Days(found.pop().days.first, span.end)
            found.append(StockSpan(units=units, days=span))
        return found


def unit_days(spans: Sequence[StockSpan]) -> int:
    """Return the units times their days."""
    return sum(span.units * span.days.count for span in spans)
