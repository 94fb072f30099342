"""Grounds of prices beside the tariff: holidays, proofs of companies, and sales by quantity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import errors
from psycopg.rows import DictRow
from psycopg.types.range import DateRange

from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A word on a day: the country's, or (`is_own`) the centre's."""

    day: date
    name: str
    is_holiday: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A company's proof for a centre, from a day on, until (not on) another."""

    name: str
    since: date
    until: date | None
    proof: str

    def holds_on(self, day: date) -> bool:
        """Return whether the proof counts on the day."""
        return self.since <= day and (self.until is None or day < self.until)


def insert_holiday(
    tx: Tx,
    *,
    centre_id: CentreId | None,
    country: str,
    day: date,
    name: str,
    is_holiday: bool,
    by: PersonId | None,
) -> None:
    """Insert a rule for a day, the country's if no centre is named."""
    run(
        tx,
        SQL["insert_holiday"],
        id=new_id(),
        centre_id=centre_id,
        country=country,
        day=day,
        name=name,
        is_holiday=is_holiday,
        set_by=by,
    )


def holidays(
    tx: Tx,
    centre_id: CentreId | None,
    country: str,
    since: date,
    until: date,
    *,
    recorded_before: datetime,
) -> list[Holiday]:
    """Return the rules for the days from `since` until (not on) `until`, reversed ones too."""
    rows = many(
        tx,
        SQL["holidays"],
        centre_id=centre_id,
        country=country,
        since=since,
        until=until,
        recorded_before=recorded_before,
    )
    return [Holiday(**row) for row in rows]


def insert_extra(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    extra: Extra,
    *,
    by: PersonId,
    recorded_at: datetime,
) -> None:
    """Insert a company's proof; one that ends as it begins is withdrawn."""
    run(
        tx,
        SQL["insert_extra"],
        id=new_id(),
        centre_id=centre_id,
        company_id=company_id,
        name=extra.name,
        during=DateRange(extra.since, extra.until, "[)"),
        proof=extra.proof,
        set_by=by,
        recorded_at=recorded_at,
    )


def extras(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, *, recorded_before: datetime
) -> list[Extra]:
    """Return the company's proofs as recorded before the instant, without withdrawn ones."""
    rows = many(
        tx,
        SQL["extras"],
        centre_id=centre_id,
        company_id=company_id,
        recorded_before=recorded_before,
    )
    return [
        Extra(name=r["name"], since=r["during"].lower, until=r["during"].upper, proof=r["proof"])
        for r in rows
        if not r["during"].isempty
    ]


def insert_entry(tx: Tx, entry: SaleEntry) -> None:
    """Keep an entry; Conflict where it reverses one that was reversed."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_entry"],
                id=entry.id,
                centre_id=entry.centre_id,
                company_id=entry.company_id,
                machine_id=entry.machine_id,
                booking_id=entry.booking_id,
                at=entry.at,
                code=entry.code,
                quantity=entry.quantity,
                source=entry.source.value,
                message_id=entry.message_id,
                spoiled=entry.spoiled.value,
                amount=entry.amount,
                tax_type=entry.tax_type.value if entry.tax_type else None,
                note=entry.note,
                reverses=entry.reverses,
                recorded_by=entry.recorded_by,
                recorded_at=entry.recorded_at,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("This entry was reversed before") from trouble


def is_reversed(tx: Tx, entry_id: EntryId) -> bool:
    """Return whether another entry took an entry back."""
    return one(tx, SQL["reversal"], id=entry_id) is not None


def entry(tx: Tx, entry_id: EntryId) -> SaleEntry | None:
    """Return one entry."""
    row = one(tx, SQL["entry"], id=entry_id)
    return _entry(row) if row else None


def is_metered(tx: Tx, centre_id: CentreId, company_id: CompanyId, booking_id: BookingId) -> bool:
    """Return whether a booking's energy is entered, and the entry not reversed."""
    told = {"centre_id": centre_id, "company_id": company_id, "booking_id": booking_id}
    return one(tx, SQL["metered"], **told) is not None


def codes_entered(
    tx: Tx, centre_id: CentreId, codes: Sequence[str], *, since: datetime, until: datetime | None
) -> list[str]:
    """Return those of the goods of which a quantity is entered in the stretch, and not reversed."""
    if not codes:
        return []
    told = {"centre_id": centre_id, "codes": list(codes), "since": since, "until": until}
    return [row["code"] for row in many(tx, SQL["codes_entered"], **told)]


def entries(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, period: Period, *, recorded_before: datetime
) -> Sequence[SaleEntry]:
    """Return the company's sales in the period, in order, as recorded before the instant.

    Reversed entries are left out.
    """
    rows = many(
        tx,
        SQL["entries"],
        centre_id=centre_id,
        company_id=company_id,
        since=period.start,
        until=period.end,
        recorded_before=recorded_before,
    )
    return [_entry(row) for row in rows]


def _entry(row: DictRow) -> SaleEntry:
    tax_type = row.pop("tax_type")
    return SaleEntry(
        **{**row, "source": QuantitySource(row["source"]), "spoiled": Spoiled(row["spoiled"])},
        tax_type=TaxType(tax_type) if tax_type else None,
    )
