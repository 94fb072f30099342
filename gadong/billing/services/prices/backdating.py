"""Backdating: which issued statements a tariff from a past day would change, named before it is
published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.proof import evidence
from gadong.billing.services.statement_document import compute, reckon
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import corrections, month_locks, statements
from gadong.billing.store import evidence as kept_evidence
from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import StatementId, TariffId
from gadong.core.domain.problem import NotFound, Problem
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """An issued statement that a tariff would change, with both totals of its month."""

    statement_id: StatementId
    number: str
    company_name: str
    month: str
    was: int
    now: int
    is_locked: bool

    @property
    def problem(self) -> Problem:
        """Return the problems that a manager accepts by name before the tariff is published."""
        return Problem(
            code="tariff.changes_issued",
            actual=self.number,
            details={
                "company": self.company_name,
                "month": self.month,
                "was": self.was,
                "now": self.now,
            },
        )


def of_tariff(pool: Pool, who: Caller, tariff_id: TariffId) -> list[Touched]:
    """Name every issued statement that a draft would change if it were published; for managers."""
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not who.may(version.centre_id, Right.RULES_SEE):
            raise NotFound
        return touched(tx, version)


def touched(tx: Tx, version: TariffVersion) -> list[Touched]:
    """Name every issued statement that the tariff would change.

    None where it is published, or is of a day to come.

    Each month is reckoned twice by today's engine from the same inputs, so that only the tariff
    makes a difference. Both times it has every tariff that is published by now.
    """
    if version.published_at is not None:
        return []
    centre = people.centre(tx, version.centre_id)
    if centre is None:
        raise NotFound
    now = clock(tx)
    first = Month.of(
        datetime.combine(version.tariff.effective_from, datetime.min.time(), tzinfo=centre.zone),
        centre.zone,
    )
    # A session over the month's edge may begin in the month before the tariff's day and end after
    # it.
    issued = [
        s
        for s in statements.issued(tx, centre_id=centre.id)
        if s.state is StatementState.ISSUED and s.month >= str(first)
    ]
    locked = month_locks.locked(tx, centre.id, {s.month for s in issued})
    # Some may have been published since the issue: they go before or after this one as others do.
    in_force = tuple(statements.published(tx, centre.id))
    tried = _in_order([*in_force, replace(version, published_at=now)])
    found = (_compared(tx, s, in_force, tried, is_locked=s.month in locked) for s in issued)
    return [one for one in found if one]


def _compared(
    tx: Tx,
    statement: Statement,
    in_force: tuple[TariffVersion, ...],
    tried: tuple[TariffVersion, ...],
    *,
    is_locked: bool,
) -> Touched | None:
    inputs = _inputs(tx, statement)
    was = reckon(replace(inputs, tariffs=in_force)).document
    then = reckon(replace(inputs, tariffs=tried)).document
    if [(x.charge.key, x.charge.amount) for x in was.lines] == [
        (x.charge.key, x.charge.amount) for x in then.lines
    ] and was.totals == then.totals:
        return None
    return Touched(
        statement_id=statement.id,
        number=statement.number or "",
        company_name=was.company_name,
        month=statement.month,
        was=was.totals.total,
        now=then.totals.total,
        is_locked=is_locked,
    )


def _inputs(tx: Tx, statement: Statement) -> Inputs:
    """Return the inputs of the statement, or of its last correction."""
    made = corrections.of_statement(tx, statement.id)
    last = made[-1] if made else None
    kept = kept_evidence.find(tx, statement.id, last.id if last else None)
    if kept:
        return evidence.read(evidence.opened(kept)).inputs
    return compute(
        tx,
        statement.centre_id,
        statement.company_id,
        statement.month,
        recorded_before=last.recorded_before if last else statement.recorded_before,
    ).inputs


def _in_order(versions: Iterable[TariffVersion]) -> tuple[TariffVersion, ...]:
    """Return the tariffs with the latest day first, as published ones are read."""
    return tuple(sorted(versions, key=lambda v: v.tariff.effective_from, reverse=True))
