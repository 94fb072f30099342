"""Backdating: which statements a rule from a past day would change, named before it is kept.

A rule is a tariff, a holiday, or a limit of the rule book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services import drafting
from gadong.billing.services.proof.dossier import opened, read
from gadong.billing.services.statement_document import month_ledgers, reckon
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import corrections, month_locks, statements
from gadong.billing.store import evidence as kept_evidence
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, StatementId, TariffId
from gadong.core.domain.problem import GadongError, NotFound, Problem, Refused
from gadong.people.store import people

UNISSUED = (StatementState.DRAFT, StatementState.CHECKING, StatementState.APPROVED)
# The drafts of two years of a centre of two hundred companies.
MAX_DRAFTS = 5000
#: The ends of the codes of what may be accepted when a rule is kept.
ACCEPTABLE = (".changes_issued", ".changes_drafts", ".fee_before_free", ".fee_always")
#: Give the inputs of a statement other rules.
WithRules = Callable[[Inputs], Inputs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A statement that a rule would change, with both totals of its month.

    A draft has no number yet. It says so once it is computed anew.
    """

    statement_id: StatementId
    number: str
    company_name: str
    month: str
    was: int
    now: int
    is_locked: bool


def of_tariff(pool: Pool, who: Caller, tariff_id: TariffId) -> list[Touched]:
    """Name every statement that a draft would change if it were published; for managers."""
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not who.may(version.centre_id, Right.RULES_SEE):
            raise NotFound
        return touched(tx, version)


def touched(tx: Tx, version: TariffVersion) -> list[Touched]:
    """Name every statement that the tariff would change, those that are drafts last.

    None where it is published, or is of a day to come.

    Each month is reckoned twice by today's engine from the same inputs, so that only the tariff
    makes a difference. Both times it has every tariff that is published by now.
    """
    if version.published_at is not None:
        return []
    centre = people.centre(tx, version.centre_id)
    if centre is None:
        raise NotFound
    first = Month.of(
        datetime.combine(version.tariff.effective_from, datetime.min.time(), tzinfo=centre.zone),
        centre.zone,
    )
    # Some may have been published since the issue: they go before or after this one as others do.
    in_force = _in_order(statements.published(tx, centre.id))
    tried = _in_order([*in_force, replace(version, published_at=clock(tx))])
    # A session is priced by the tariff of its first day, so that no month before is touched.
    return changed(
        tx,
        [s for s in standing(tx, centre.id) if s.month >= str(first)],
        lambda inputs: replace(inputs, tariffs=in_force),
        lambda inputs: replace(inputs, tariffs=tried),
    )


def standing(tx: Tx, centre_id: CentreId) -> list[Statement]:
    """Return a centre's statements that are not void: the issued ones, then those that are not."""
    issued = [
        s for s in statements.issued(tx, centre_id=centre_id) if s.state is StatementState.ISSUED
    ]
    drafts = statements.statement_page(
        tx,
        centre_ids=[centre_id],
        company_ids=[],
        centre=None,
        company=None,
        states=UNISSUED,
        month=None,
        before=None,
        most=MAX_DRAFTS,
    )
    return issued + sorted(drafts, key=lambda s: (s.month, s.id))


def changed(
    tx: Tx, found: Sequence[Statement], known: WithRules, tried: WithRules
) -> list[Touched]:
    """Return the statements that come to something else by the tried rules than by the known."""
    locked = {
        (centre_id, month)
        for centre_id in {s.centre_id for s in found}
        for month in month_locks.locked(tx, centre_id, {s.month for s in found})
    }
    months: dict[tuple[str, datetime], Sequence[Ledger]] = {}
    compared = (
        _compared(
            s, _inputs(tx, s, months), known, tried, is_locked=(s.centre_id, s.month) in locked
        )
        for s in found
    )
    return [one for one in compared if one]


def problems(found: Iterable[Touched], rule: str) -> list[Problem]:
    """Return the problems that a manager accepts by name before the rule is kept.

    There is one for each issued statement, and one for the drafts of each month. `rule` is tariff,
    holiday or policy.
    """
    every = list(found)
    named = [
        Problem(
            code=f"{rule}.changes_issued",
            actual=one.number,
            details={
                "company": one.company_name,
                "month": one.month,
                "was": one.was,
                "now": one.now,
            },
        )
        for one in every
        if one.number
    ]
    drafts = [one for one in every if not one.number]
    return named + [
        Problem(
            code=f"{rule}.changes_drafts",
            actual=month,
            details={
                "drafts": len(own := [one for one in drafts if one.month == month]),
                "was": sum(one.was for one in own),
                "now": sum(one.now for one in own),
            },
        )
        for month in sorted({one.month for one in drafts})
    ]


def is_refusal(trouble: GadongError | None) -> bool:
    """Return whether something was refused for what it would change, and may be accepted."""
    return isinstance(trouble, Refused) and all(
        problem.code.endswith(ACCEPTABLE) for problem in trouble.problems
    )


def _compared(
    statement: Statement, inputs: Inputs, known: WithRules, tried: WithRules, *, is_locked: bool
) -> Touched | None:
    was, then = (reckon(rules(inputs)).document for rules in (known, tried))
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


def _inputs(
    tx: Tx, statement: Statement, months: dict[tuple[str, datetime], Sequence[Ledger]]
) -> Inputs:
    """Return the inputs of the statement, or of its last correction.

    `months` keeps the ledgers of months whose drafts were computed together.
    """
    made = corrections.of_statement(tx, statement.id)
    last = made[-1] if made else None
    kept = kept_evidence.find(tx, statement.id, last.id if last else None)
    if kept:
        return read(opened(kept)).inputs
    before = last.recorded_before if last else statement.recorded_before
    ledgers: Sequence[Ledger] | None = None
    if statement.state is not StatementState.ISSUED:
        key = (statement.month, before)
        if key not in months:
            months[key] = month_ledgers(
                tx, statement.centre_id, statement.month, recorded_before=before
            )
        ledgers = months[key]
    return drafting.load_again(tx, statement, recorded_before=before, ledgers=ledgers).inputs


def _in_order(versions: Iterable[TariffVersion]) -> tuple[TariffVersion, ...]:
    """Return the tariffs with the latest day first, as published ones are read."""
    return tuple(sorted(versions, key=lambda v: v.tariff.effective_from, reverse=True))
