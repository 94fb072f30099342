"""Budgets of programmes: set by year over centres, and held while a document draws on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Totals
from gadong.billing.domain.subsidy import ProgrammeDraws, YearBudget, need_budget_terms
from gadong.billing.store import programme_draws, statements
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Conflict

#: The rights of which one shows a centre's figures.
FIGURES = (Right.MONEY_SEE, Right.REPORT_SEE, Right.FIGURES_SEE)


@retried
def set_year(
    pool: Pool,
    who: Caller,
    programme: str,
    year: int,
    centres: Collection[CentreId],
    *,
    amount: int | None,
    reason: str,
) -> None:
    """Set a programme's budget of a year for some centres together; None ends it.

    For who decides about money at each of them. Documents that are issued keep what they drew, also
    where a budget is set below it.
    """
    of = tuple(sorted(set(centres)))
    permit = who.need_each(of, Right.MONEY_WORK)
    need_budget_terms(programme, of, amount, reason)
    with transaction(pool, permit) as tx:
        programme_draws.lock_year(tx, programme.strip(), year)
        at = max(recorded_at(tx, centre) for centre in of)
        programme_draws.insert_budget(
            tx,
            programme=programme.strip(),
            year=year,
            centre_ids=of,
            amount=amount,
            reason=reason.strip(),
            by=who.known,
            recorded_at=at,
        )


def of_year(pool: Pool, who: Caller, year: int) -> list[YearBudget]:
    """Return the budgets of a year whose every centre the caller sees the figures of."""
    if who.is_administrator:
        permit = who.reach()
    else:
        centres = [c for c in who.works_at | who.oversees if who.may(c, *FIGURES)]
        permit = who.need_each(centres, *FIGURES)
    with transaction(pool, permit) as tx:
        return visible(tx, who, year)


def visible(tx: Tx, who: Caller, year: int) -> list[YearBudget]:
    """Return the budgets of a year whose every centre the caller sees, inside a transaction.

    A budget of other centres too would tell what those drew.
    """
    return [
        budget
        for budget in programme_draws.year_budgets(tx, year)
        if all(who.may(centre, *FIGURES) for centre in budget.centre_ids)
    ]


def need_budget(
    tx: Tx, statement: Statement, sums: Totals, known: Mapping[str, ProgrammeDraws]
) -> None:
    """Raise Conflict where the draws on a programme are no longer those that were `known`.

    `known` is what `sums` were computed from. An instant would not do: the cutoff of one centre
    waits for no document of another (ADR 6). The budgets stay locked until the transaction ends.
    """
    by, centre = (statement.company_id, statement.month), statement.centre_id
    for programme in _held(tx, statement, {*known, *_named(sums)}):
        left = programme_draws.year_left(tx, centre, programme, by=by, recorded_before=END_OF_TIME)
        now = statements.programme_drawn(
            tx, centre, programme, by=by, since=statement.since, recorded_before=END_OF_TIME
        )
        now = now if left is None else replace(now, year_left=left)
        # Nothing limits a programme that is not among what was read, unless a budget came since.
        if (programme in known or left is not None) and known.get(programme) != now:
            raise Conflict(
                f"Another document of the programme {programme} was issued at the same time; "
                "issue again",
                programme=programme,
            )


def hold_budgets(tx: Tx, statement: Statement, sums: Totals) -> None:
    """Hold the budgets that `sums` draw on until the transaction ends, before they are given back.

    No document of another centre is then computed without what is given back, and issued after it.
    """
    _held(tx, statement, _named(sums))


def _named(sums: Totals) -> set[str]:
    return {share.programme for share in sums.shares}


def _held(tx: Tx, statement: Statement, programmes: Collection[str]) -> list[str]:
    """Lock the programmes' budgets, each document's in one order; return their names."""
    names = sorted(programmes)
    for programme in names:
        programme_draws.lock_programme(tx, statement.centre_id, programme)
        programme_draws.lock_year(tx, programme, int(statement.month[:4]))
    return names
