"""Rows of the maintenance log: what was closed, what machines reported, and what people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.period import Period
from gadong.machines.domain.upkeep import UpkeepKind


class UpkeepSource(StrEnum):
    """The origin of a row."""

    CLOSURE = "closure"
    SIGNAL = "signal"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """One maintenance, one fault that a machine reported, or one entry that somebody wrote.

    `machine` is its name, `slug` its name in addresses (empty: all of the centre). `cost` is whole
    won, None where nobody said it.
    """

    machine: str
    slug: str
    registration: str
    manager: str
    period: Period
    kind: UpkeepKind
    source: UpkeepSource
    reason: str
    writer: str = ""
    repairer: str = ""
    action: str = ""
    cost: int | None = None


def together(written: Sequence[Upkeep], others: Iterable[Upkeep]) -> list[Upkeep]:
    """Return the rows of the log in order: an entry stands for what began while its work lasted.

    A fault or a closure of the same machine is then no row of its own: nothing counts twice.
    """
    rest = [
        row
        for row in others
        if not any(
            entry.slug == row.slug and entry.period.contains(row.period.start) for entry in written
        )
    ]
    return sorted([*written, *rest], key=lambda row: (row.period.start, row.machine, row.source))
