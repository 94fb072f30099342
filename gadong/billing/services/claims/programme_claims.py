"""Claims on programmes' payers: read before they are made, made final, and read again."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.billing.domain.claims.payer_lines import ProgrammePayer, payer_lines
from gadong.billing.domain.claims.programme_claim import (
    BudgetRest,
    ClaimedDocument,
    FinalClaim,
    PayerReading,
    ProgrammeClaim,
    need_claimable,
    need_range,
    unclaimed,
)
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line
from gadong.billing.services import corrections as correcting
from gadong.billing.services import payments
from gadong.billing.services.invoices.naming_corrections import latest_document
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections, programme_claims, programme_draws
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.document import canonical, from_document, plain
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.problem import NotFound
from gadong.people.domain.centre import Centre
from gadong.people.domain.legal_party import Party
from gadong.people.store import bank_accounts, legal_parties, people

#: No company's id, so that no document is left out of what was drawn.
NOBODY = CompanyId(UUID(int=0))


def payers(pool: Pool, who: Caller, centre: CentreId) -> list[ProgrammePayer]:
    """Return the programmes that pay a part of a centre's issued documents."""
    with transaction(pool, who.need(centre, Right.MONEY_SEE)) as tx:
        return programme_claims.payers(tx, centre)


def preview(
    pool: Pool, who: Caller, centre: CentreId, of: ProgrammePayer, *, since: str, until: str
) -> ProgrammeClaim:
    """Return the claim as it would be made final now, for whoever sees the centre's money."""
    permit = who.need(centre, Right.MONEY_SEE)
    need_range(since, until)
    with transaction(pool, permit) as tx:
        return _content(tx, _centre(tx, centre), of, since, until)


def make(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    of: ProgrammePayer,
    *,
    since: str,
    until: str,
    amount: int,
) -> FinalClaim:
    """Make a claim final: it gets its number, its digest and its due day, and never changes.

    Conflict where it is not of the amount that was read, or of nothing.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    need_range(since, until)
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, centre)
        where = _centre(tx, centre)
        year = at.astimezone(where.zone).year
        sequence = programme_claims.next_sequence(tx, centre, year)
        content = _content(tx, where, of, since, until)
        need_claimable(content, amount)
        due_on = payments.due_on(tx, centre, issued_at=at)
        number = f"{content.centre}-{year}-P{sequence:04d}"
        content = replace(content, number=number, due_on=due_on)
        claim = FinalClaim(
            id=new_id(),
            centre_id=centre,
            year=year,
            sequence=sequence,
            number=number,
            programme=of.programme,
            payer=of.payer,
            since=since,
            until=until,
            amount=amount,
            document=plain(content),
            document_digest=sha256(canonical(content)).digest(),
            due_on=due_on,
            made_by=who.person_id,
            made_at=at,
        )
        programme_claims.insert(tx, claim, content)
    return claim


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[FinalClaim]:
    """Return the final claims of a centre, the latest first."""
    with transaction(pool, who.need(centre, Right.MONEY_SEE)) as tx:
        return programme_claims.of_centre(tx, centre)


def find(pool: Pool, who: Caller, claim_id: UUID) -> FinalClaim:
    """Return a final claim to whoever sees its centre's money; NotFound to others."""
    with transaction(pool, who.reach()) as tx:
        found = programme_claims.claim(tx, claim_id)
    if found is None or not who.may(found.centre_id, Right.MONEY_SEE):
        raise NotFound
    return found


def read(claim: FinalClaim) -> ProgrammeClaim:
    """Return a final claim's content with its types."""
    return from_document(ProgrammeClaim, claim.document)


def is_intact(claim: FinalClaim) -> bool:
    """Return whether a claim is as it was made, by its digest, its sum and its number."""
    content = read(claim)
    return (sha256(canonical(content)).digest(), content.amount, content.number) == (
        claim.document_digest,
        claim.amount,
        claim.number,
    )


def _content(tx: Tx, centre: Centre, of: ProgrammePayer, since: str, until: str) -> ProgrammeClaim:
    centre_id = centre.id
    found = programme_claims.covered(tx, centre_id, of, since=since, until=until)
    ids = [statement.id for statement, _ in found]
    claimed = programme_claims.claimed(tx, ids, of)
    corrected = corrections.of_statements(tx, ids)
    documents: list[ClaimedDocument] = []
    limit: int | None = None
    for statement, voided_at in found:
        own = corrected.get(statement.id, [])
        readings = _readings(statement, own, of)
        limit = _own_budget(statement, own, of, limit)
        zone = ZoneInfo(document(statement).zone)
        # A firm's names may have been corrected since.
        named = latest_document(tx, statement).customer
        voided_on = voided_at.astimezone(zone).date() if voided_at else None
        documents += [
            ClaimedDocument(
                statement_id=statement.id,
                part=reading.part,
                number=reading.number,
                company_name=named.name or statement.company_name,
                registration_number=named.registration_number
                or document(statement).registration_number,
                month=statement.month,
                issued_on=reading.issued_on,
                lines=lines,
            )
            for reading, lines in unclaimed(
                readings, claimed.get(statement.id, ()), voided_on=voided_on
            )
        ]
    claim = ProgrammeClaim(
        centre=centre.slug,
        centre_name=centre.name,
        zone=centre.zone_name,
        of=of,
        since=since,
        until=until,
        documents=tuple(documents),
        supplier=legal_parties.latest(tx, centre_id, None, recorded_before=END_OF_TIME)
        or Party(name=centre.name),
        account=bank_accounts.latest(tx, centre_id, recorded_before=END_OF_TIME),
    )
    return replace(
        claim,
        budget=_budget(tx, centre_id, claim, limit),
        year_budget=_year_budget(tx, centre_id, claim),
    )


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre


def _readings(
    statement: Statement, of: list[Correction], payer: ProgrammePayer
) -> list[PayerReading]:
    """Return a statement and its corrections as the payer reads them, in order."""
    first = document(statement)
    zone = ZoneInfo(first.zone)
    if statement.issued_at is None:
        return []
    readings = [
        PayerReading(
            part="",
            number=statement.number or "",
            issued_on=statement.issued_at.astimezone(zone).date(),
            lines=payer_lines(first.lines, first.totals, payer, zone),
        )
    ]
    for correction in of:
        said = correcting.read(correction)
        readings.append(
            PayerReading(
                part=f"C{correction.sequence:02d}",
                number=correction.number,
                issued_on=correction.issued_at.astimezone(zone).date(),
                lines=payer_lines(said.lines, said.now, payer, zone),
            )
        )
    return readings


def _own_budget(
    statement: Statement, of: list[Correction], payer: ProgrammePayer, before: int | None
) -> int | None:
    """Return the budget that the tariff gave the programme, as the latest line names it."""
    lines: list[Line] = [*document(statement).lines]
    for correction in of:
        lines += correcting.read(correction).lines
    for line in reversed(lines):
        programme = line.charge.programme
        if programme and (programme.name, programme.payer) == (payer.programme, payer.payer):
            return programme.budget
    return before


def _budget(
    tx: Tx, centre_id: CentreId, claim: ProgrammeClaim, limit: int | None
) -> BudgetRest | None:
    if limit is None:
        return None
    key = (centre_id, claim.of.programme)
    drawn = programme_draws.drawn(tx, [key], recorded_before=END_OF_TIME)
    after = limit - drawn.get(key, 0)
    return BudgetRest(before=after + claim.amount, after=after)


def _year_budget(tx: Tx, centre_id: CentreId, claim: ProgrammeClaim) -> BudgetRest | None:
    year = claim.until[:4]
    after = programme_draws.year_left(
        tx, centre_id, claim.of.programme, by=(NOBODY, claim.until), recorded_before=END_OF_TIME
    )
    if after is None:
        return None
    own = sum(one.amount for one in claim.documents if one.month.startswith(year))
    return BudgetRest(before=after + own, after=after)
