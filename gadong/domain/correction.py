"""Corrections: what a later fact changes of an issued statement, line by line, and by how much.

An issued document never changes. A correction states what was, what is, and the difference; the next one builds on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gadong.domain.statement import Line, Totals

# Below this nobody writes a document (billing §4.8); it is shown, and grows or goes away.
MATERIAL = 100


class Direction(StrEnum):
    """Whom a correction favours."""

    CREDIT = "credit"  # the company
    DEBIT = "debit"  # the centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line that differs: nothing where it was not, or is no more. `line` is how it reads now, else how it read."""

    key: str
    was: int | None
    now: int | None
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a statement would say today, beside what it and its corrections say."""

    changes: tuple[Change, ...]
    was: Totals
    now: Totals

    @property
    def amount(self) -> int:
        """What the company owes more, or (below nothing) less."""
        return self.now.payable - self.was.payable

    @property
    def is_material(self) -> bool:
        """Whether it is worth a document."""
        return bool(self.changes) and abs(self.amount) >= MATERIAL

    @property
    def direction(self) -> Direction:
        """Whom it favours."""
        return Direction.CREDIT if self.amount < 0 else Direction.DEBIT


def difference(
    was: Sequence[Line], was_totals: Totals, now: Sequence[Line], now_totals: Totals
) -> Difference:
    """What changed between two readings of a month, in the order of the lines as they are now, then as they were."""
    before = {line.charge.key: line for line in was}
    after = {line.charge.key: line for line in now}
    changes = []
    for key in [*after, *(k for k in before if k not in after)]:
        old, new = before.get(key), after.get(key)
        line = new or old
        if line is None or (old and new and old.charge.amount == new.charge.amount):
            continue
        changes.append(
            Change(
                key=key,
                was=old.charge.amount if old else None,
                now=new.charge.amount if new else None,
                line=line,
            )
        )
    return Difference(changes=tuple(changes), was=was_totals, now=now_totals)
