"""A month's drafts, company by company: one company's fault is taken back and named, and stops no
other. A stored statement is computed again here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong import ENGINE_VERSION
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.services.statement_document import Computed, Loaded, compute, load
from gadong.billing.store import statements
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import Tx, attempt
from gadong.core.domain.document import plain
from gadong.core.domain.ids import CentreId, StatementId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound, Refused
from gadong.metering.services.metering import Memory
from gadong.people.domain.company import Company

log = logging.getLogger(__name__)

# Faults of one company's own words and numbers. A database that is away stops every company's
# month.
FAULTS = (
    Conflict,
    Invalid,
    NotFound,
    Refused,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The count of a month's drafts, and the companies whose draft could not be computed."""

    count: int = 0
    faults: tuple[str, ...] = ()


def each(tx: Tx, companies: Iterable[Company], draft: Callable[[Company], bool]) -> Drafted:
    """Draft each company's month; `draft` says whether there was anything to show."""
    count = 0
    faults: list[str] = []
    for company in companies:
        try:
            with attempt(tx):
                count += draft(company)
        except FAULTS:
            log.exception("month not drafted", extra={"company": str(company.id)})
            faults.append(company.name)
    return Drafted(count=count, faults=tuple(faults))


def compute_again(
    tx: Tx,
    statement: Statement,
    *,
    recorded_before: datetime,
    ledgers: Sequence[Ledger] | None = None,
    memory: Memory | None = None,
) -> Computed:
    """Compute a stored statement's part of its month from the facts recorded before the instant."""
    return compute(
        tx,
        statement.centre_id,
        statement.company_id,
        statement.month,
        since=statement.since,
        until=statement.until,
        recorded_before=recorded_before,
        ledgers=ledgers,
        memory=memory,
    )


def load_again(
    tx: Tx,
    statement: Statement,
    *,
    recorded_before: datetime,
    ledgers: Sequence[Ledger] | None = None,
    memory: Memory | None = None,
) -> Loaded:
    """Read what a stored statement's part of its month is computed from, and reckon nothing."""
    return load(
        tx,
        statement.centre_id,
        statement.company_id,
        statement.month,
        recorded_before=recorded_before,
        edges=(statement.since, statement.until),
        ledgers=ledgers,
        tariff=None,
        memory=memory,
    )


def has_content(computed: Computed) -> bool:
    """Return whether a month has a line or a blocker; a proof that ran out is neither."""
    is_blocked = any(b.code != "statement.proof_expired" for b in computed.blockers)
    return bool(computed.document.lines) or is_blocked


def keep(
    tx: Tx,
    computed: Computed,
    centre: CentreId,
    month: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statement:
    """Keep what was computed as the company's draft of the month, in place of the one before."""
    found = computed.document
    statement = Statement(
        id=StatementId(new_id()),
        centre_id=centre,
        company_id=found.company_id,
        month=month,
        state=StatementState.DRAFT,
        version=1,
        document=plain(found),
        document_digest=computed.digest,
        blockers=plain(computed.blockers),
        input_digest=computed.input_digest,
        recorded_before=found.recorded_before,
        engine_version=ENGINE_VERSION,
        total=found.totals.total,
        number=None,
        approved_at=None,
        issued_at=None,
        chain_hash=None,
        previous_hash=None,
        computed_at=found.recorded_before,
        since=since,
        until=until,
    )
    kept = statements.statement(tx, statements.upsert_statement(tx, statement))
    if kept is None:
        raise NotFound
    return kept
