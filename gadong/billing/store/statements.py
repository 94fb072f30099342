"""Tariffs, decisions and statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from msgspec import UNSET
from psycopg import errors
from psycopg.rows import DictRow

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.subsidy import ProgrammeDraws
from gadong.billing.domain.tariff import Tariff
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, StatementId, TariffId
from gadong.core.domain.problem import Changed, Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)

# The chain's beginning: no statement hashes to it.
FIRST_HASH = bytes(32)


def insert_tariff(tx: Tx, version: TariffVersion, *, by: PersonId) -> None:
    """Keep a draft price table."""
    run(
        tx,
        SQL["insert_tariff"],
        id=version.id,
        centre_id=version.centre_id,
        effective_from=version.tariff.effective_from,
        document=to_document(version.tariff),
        created_by=by,
    )


def revise_tariff(tx: Tx, version: TariffVersion) -> None:
    """Replace a draft's content."""
    run(
        tx,
        SQL["revise_tariff"],
        id=version.id,
        effective_from=version.tariff.effective_from,
        document=to_document(version.tariff),
    )


def delete_tariff(tx: Tx, tariff_id: TariffId) -> None:
    """Throw a draft away."""
    run(tx, SQL["delete_tariff"], id=tariff_id)


def publish_tariff(tx: Tx, tariff_id: TariffId, *, by: PersonId) -> None:
    """Put the price table in force from its day.

    Conflict where that day has one, Changed where it is published.
    """
    try:
        with tx.transaction():
            if not run(tx, SQL["publish_tariff"], id=tariff_id, published_by=by):
                raise Changed
    except errors.UniqueViolation as trouble:
        raise Conflict("Another tariff is published for the same day") from trouble


def tariff(tx: Tx, tariff_id: TariffId) -> TariffVersion | None:
    """Return one price table."""
    row = one(tx, SQL["tariff"], id=tariff_id)
    return _tariff(row) if row else None


def tariffs(tx: Tx, centre_id: CentreId) -> list[TariffVersion]:
    """Return a centre's price tables, the latest first."""
    return [_tariff(row) for row in many(tx, SQL["tariffs"], centre_id=centre_id)]


def published(tx: Tx, centre_id: CentreId) -> list[TariffVersion]:
    """Return a centre's published price tables, the latest first.

    A draft that nobody can read any more prices nothing.
    """
    return published_at_centres(tx, [centre_id])[centre_id]


def published_at_centres(
    tx: Tx, centre_ids: Collection[CentreId]
) -> dict[CentreId, list[TariffVersion]]:
    """Return each centre's published price tables, the latest first."""
    found: dict[CentreId, list[TariffVersion]] = {centre_id: [] for centre_id in centre_ids}
    for row in many(tx, SQL["published"], centre_ids=list(centre_ids)):
        found[row["centre_id"]].append(_tariff(row))
    return found


def locked_statement(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, month: str
) -> Statement | None:
    """Return the statement that a company's month is computed as; None where there is none.

    A draft is held until the transaction ends. An approved one, or the issued one of what is left
    of the month, stays as it is and is not held.
    """
    whose = {"centre_id": centre_id, "company_id": company_id, "month": month}
    # Read one after the other: a draft that was waited for may be approved by then.
    row = one(tx, SQL["lock_statement"], **whose) or one(tx, SQL["settled_statement"], **whose)
    return _statement(row) if row else None


def locked_one(tx: Tx, statement_id: StatementId) -> Statement | None:
    """Return a statement as it is now, held until the transaction ends."""
    row = one(tx, SQL["lock_one"], id=statement_id)
    return _statement(row) if row else None


def upsert_statement(tx: Tx, statement: Statement) -> StatementId:
    """Keep the draft as computed; Changed where the document is no draft any more."""
    row = one(
        tx,
        SQL["upsert_statement"],
        id=statement.id,
        centre_id=statement.centre_id,
        company_id=statement.company_id,
        month=statement.month,
        document=to_document(statement.document),
        document_digest=statement.document_digest,
        blockers=to_document(statement.blockers),
        input_digest=statement.input_digest,
        recorded_before=statement.recorded_before,
        engine_version=statement.engine_version,
        total=statement.total,
        since=statement.since,
        until=statement.until,
    )
    if row is None:
        raise Changed
    kept: StatementId = row["id"]
    return kept


def set_statement_state(
    tx: Tx,
    statement: Statement,
    state: StatementState,
    *,
    approved_at: datetime | None = None,
    approved_by: PersonId | None = None,
    check_until: datetime | None = None,
) -> None:
    """Move an unissued statement on; Changed where somebody else was faster.

    `check_until` is kept where none is given.
    """
    moved = run(
        tx,
        SQL["set_statement_state"],
        id=statement.id,
        version=statement.version,
        state=state.value,
        approved_at=approved_at,
        approved_by=approved_by,
        check_until=check_until,
    )
    if not moved:
        raise Changed


def number(slug: str, month: str, sequence: int) -> str:
    """Return the number of a statement: its centre, month and place in the series."""
    return f"{slug}-{month.replace('-', '')}-{sequence:04d}"


def next_in_series(tx: Tx, centre_id: CentreId, month: str) -> tuple[int, bytes]:
    """Return the next number and the hash before it; an abandoned one uses no number."""
    run(tx, SQL["open_series"], centre_id=centre_id, month=month, first_hash=FIRST_HASH)
    row = one(tx, SQL["lock_series"], centre_id=centre_id, month=month)
    if row is None:
        raise Changed
    return row["last_number"] + 1, row["last_hash"]


def issue(
    tx: Tx,
    statement: Statement,
    *,
    number: str,
    sequence: int,
    at: datetime,
    by: PersonId,
    chain_hash: bytes,
    previous_hash: bytes,
    due_on: date,
    evidence_digest: bytes,
) -> None:
    """Issue an approved statement under the number that next_in_series gave."""
    issued = run(
        tx,
        SQL["issue_statement"],
        id=statement.id,
        version=statement.version,
        number=number,
        sequence=sequence,
        issued_at=at,
        issued_by=by,
        chain_hash=chain_hash,
        previous_hash=previous_hash,
        due_on=due_on,
        evidence_digest=evidence_digest,
    )
    if not issued:
        raise Changed
    run(
        tx,
        SQL["advance_series"],
        centre_id=statement.centre_id,
        month=statement.month,
        last_number=sequence,
        last_hash=chain_hash,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenSeries:
    """A centre's month whose last issued statement is missing or changed."""

    centre_id: CentreId
    slug: str
    month: str
    last_number: int


def broken_series(tx: Tx, month: str | None = None) -> list[BrokenSeries]:
    """Return the series whose last number belongs to no statement with the kept link.

    Without a month, those of every month.
    """
    return [BrokenSeries(**row) for row in many(tx, SQL["broken_series"], month=month)]


def statement(tx: Tx, statement_id: StatementId) -> Statement | None:
    """Return one statement."""
    row = one(tx, SQL["statement"], id=statement_id)
    return _statement(row) if row else None


def statement_page(
    tx: Tx,
    *,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    centre: CentreId | None,
    company: CompanyId | None,
    states: Iterable[str],
    month: str | None,
    before: UUID | None,
    most: int,
) -> list[Statement]:
    """Return a page of statements, the latest made first; companies see only what is issued."""
    rows = many(
        tx,
        SQL["statements"],
        centre_ids=list(centre_ids),
        company_ids=list(company_ids),
        centre_id=centre,
        company_id=company,
        states=list(states) or None,
        month=month,
        before=before,
        most=most,
    )
    return [_statement(row) for row in rows]


def programme_drawn(
    tx: Tx,
    centre_id: CentreId,
    programme: str,
    *,
    by: tuple[CompanyId, str],
    since: datetime | None = None,
    recorded_before: datetime,
) -> ProgrammeDraws:
    """Return what the centre's documents drew on a programme that were issued before the instant,
    and voided by it not.

    `by` names the company and month, `since` the stretch (None: the month's first) of the statement
    whose own documents are told apart.
    """
    row = one(
        tx,
        SQL["programme_drawn"],
        centre_id=centre_id,
        programme=programme,
        company_id=by[0],
        month=by[1],
        since=since,
        recorded_before=recorded_before,
    )
    if row is None:
        return ProgrammeDraws()
    # Unset where there is none, so that documents of a whole month have the digest that they had.
    return ProgrammeDraws(**{**row, "beside": row["beside"] or UNSET})


def issued(
    tx: Tx,
    number: str | None = None,
    *,
    centre_id: CentreId | None = None,
    month: str | None = None,
) -> list[Statement]:
    """Return issued and void statements in series, of a number, centre or month if named."""
    rows = many(tx, SQL["issued"], number=number, centre_id=centre_id, month=month)
    return [_statement(row) for row in rows]


def issued_in(tx: Tx, centre_ids: Collection[CentreId], months: Collection[str]) -> list[Statement]:
    """Return the issued statements of some centres' months in series, without void ones."""
    rows = many(tx, SQL["issued_in"], centre_ids=list(centre_ids), months=list(months))
    return [_statement(row) for row in rows]


def _tariff(row: DictRow) -> TariffVersion:
    document = row.pop("document")
    return TariffVersion(**row, tariff=from_document(Tariff, document))


def _statement(row: DictRow) -> Statement:
    return Statement(**{**row, "state": StatementState(row["state"])})
