"""Tariffs and statements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import statements_schemas as schemas
from api.v1.billing.statement_answers import blocker_out, statements_out
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import MonthText
from gadong.billing.domain.payment import Payment
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services import (
    payments,
    statement_drafts,
    statement_readings,
    statements,
)
from gadong.billing.services.prices import measurability, tariff_preview, tariffs
from gadong.core.domain.document import plain
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, StatementId, TariffId

router = APIRouter(tags=["money"])


@router.get("/tariffs")
def list_tariffs(
    who: Who, pool: Connections, centre: Annotated[UUID, Query()]
) -> paging.Page[schemas.TariffOut]:
    """Return a centre's price tables, the latest first; members see what is published."""
    return paging.whole([_tariff(t) for t in tariffs.of_centre(pool, who, CentreId(centre))])


@router.post("/tariffs", status_code=201)
def draft_tariff(body: schemas.TariffIn, who: Who, pool: Connections) -> schemas.TariffOut:
    """Keep a price table as a draft; for managers."""
    return _tariff(tariffs.draft(pool, who, centre=CentreId(body.centre), document=body.tariff))


@router.put("/tariffs/{tariff_id}")
def revise_tariff(
    tariff_id: UUID, body: schemas.TariffDocument, who: Who, pool: Connections
) -> schemas.TariffOut:
    """Say a draft anew; for managers."""
    return _tariff(tariffs.revise(pool, who, TariffId(tariff_id), body.tariff))


@router.delete("/tariffs/{tariff_id}", status_code=204)
def discard_tariff(tariff_id: UUID, who: Who, pool: Connections) -> None:
    """Throw a draft away; what is published stays."""
    tariffs.discard(pool, who, TariffId(tariff_id))


@router.post("/tariffs/{tariff_id}/publish")
def publish_tariff(
    tariff_id: UUID,
    who: Who,
    pool: Connections,
    accept: Annotated[  # noqa: FBT002  # a query's own form
        bool, Query(description="Publish although it would change statements or drafts.")
    ] = False,
) -> schemas.TariffOut:
    """Put a price table in force from its day. It can never be changed again.

    The answer names the machines without signals that an item prices by use, and the basis that
    holds of them. It names those that signals are to observe and to which no device is bound. 422
    names every item whose basis no machine of it can show. Until that is accepted, it also names
    every issued statement that a table from a past day would change, and every month of drafts.
    """
    version = tariffs.publish(pool, who, TariffId(tariff_id), is_accepted=accept)
    alone = measurability.unmeasured(pool, who, version.id)
    return _tariff(version).model_copy(
        update={
            "unmeasured": [
                schemas.UnmeasuredOut(
                    machine=u.machine.id, machine_slug=u.machine.slug, item=u.item, basis=u.basis
                )
                for u in alone
            ],
            "without_device": [
                schemas.WithoutDeviceOut(
                    machine=w.machine.id, machine_slug=w.machine.slug, item=w.item
                )
                for w in measurability.without_device(pool, who, version.id)
            ],
        }
    )


@router.get("/tariffs/{tariff_id}/preview")
def preview_tariff(
    tariff_id: UUID,
    who: Who,
    pool: Connections,
    month: Annotated[list[MonthText], Query(min_length=1, max_length=3)],
) -> paging.Page[schemas.EffectOut]:
    """Compute up to three past months under a tariff, company by company, without storing them."""
    return paging.whole(
        [
            schemas.EffectOut(
                company=e.company.id,
                company_name=e.company.name,
                month=e.month,
                was=e.difference.was.total,
                now=e.difference.now.total,
                difference=e.difference.now.total - e.difference.was.total,
                lines_changed=len(e.difference.changes),
            )
            for e in tariff_preview.preview(pool, who, TariffId(tariff_id), month)
        ]
    )


@router.post("/statements", status_code=201)
def draft_statement(body: schemas.StatementIn, who: Who, pool: Connections) -> schemas.StatementOut:
    """Compute a company's month from the facts as they are now; for managers.

    Repeat it as often as you like.
    """
    statement = statement_drafts.draft(
        pool, who, centre=CentreId(body.centre), company=CompanyId(body.company), month=body.month
    )
    return statements_out(pool, who, [statement])[0]


@router.get("/statements/preview")
def preview_statement(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    company: Annotated[UUID, Query()],
    month: Annotated[MonthText, Query()],
) -> schemas.PreviewOut:
    """Compute the month so far without storing it; for the company too."""
    computed = statement_drafts.preview(
        pool, who, centre=CentreId(centre), company=CompanyId(company), month=month
    )
    return schemas.PreviewOut(
        total=computed.document.totals.total,
        blockers=[blocker_out(p) for p in computed.blockers],
        document=plain(computed.document),
        document_digest=computed.digest.hex(),
    )


@router.get("/statements")
def list_statements(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID | None, Query()] = None,
    *,
    company: Annotated[UUID | None, Query()] = None,
    state: Annotated[list[StatementState] | None, Query(description="Any of these states.")] = None,
    month: Annotated[MonthText | None, Query()] = None,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.StatementOut]:
    """List issued statements of your companies, and all of the centres you manage."""
    found = statements.page(
        pool,
        who,
        centre=CentreId(centre) if centre else None,
        month=month,
        company=CompanyId(company) if company else None,
        states=state or (),
        before=paging.before_id(cursor),
        most=limit,
    )
    return paging.Page(items=statements_out(pool, who, found), next=paging.next_id(found, limit))


@router.get("/statements/{statement_id}")
def get_statement(statement_id: UUID, who: Who, pool: Connections) -> schemas.StatementOut:
    """Return a statement with its lines. Each line's trace names the messages it rests on."""
    found = statements_out(pool, who, [statements.find(pool, who, StatementId(statement_id))])[0]
    statement_readings.record(pool, who, StatementId(statement_id), now=datetime.now(UTC))
    return found


@router.get("/statements/{statement_id}/readers")
def statement_readers(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.ReaderOut]:
    """List who of the company was told of an issued statement, and who has opened it; for managers.

    The first reader comes first. Who was told longer than a year ago is not known any more.
    """
    statement = statements.find(pool, who, StatementId(statement_id))
    found = statement_readings.of_statements(pool, who, statement.centre_id, [statement])
    return paging.whole(
        [
            schemas.ReaderOut.model_validate(r, from_attributes=True)
            for r in found.get(statement.id, ())
        ]
    )


@router.post("/statements/{statement_id}/approve")
def approve_statement(
    statement_id: UUID, who: Who, pool: Connections, body: schemas.ApproveIn | None = None
) -> schemas.StatementOut:
    """Lock a draft that nothing blocks; for managers."""
    accept, reason = (body.accept, body.reason) if body else ([], "")
    approved = statements.approve(
        pool, who, StatementId(statement_id), accept=accept, reason=reason
    )
    return statements_out(pool, who, [approved])[0]


@router.post("/statements/{statement_id}/reopen")
def reopen_statement(statement_id: UUID, who: Who, pool: Connections) -> schemas.StatementOut:
    """Take an approval back."""
    return statements_out(pool, who, [statements.reopen(pool, who, StatementId(statement_id))])[0]


@router.post("/statements/{statement_id}/issue")
def issue_statement(
    statement_id: UUID, who: Who, pool: Connections, body: schemas.IssueIn | None = None
) -> schemas.StatementOut:
    """Give an approved statement its number.

    From then on the database itself refuses any change.
    """
    issued = statements.issue(
        pool,
        who,
        StatementId(statement_id),
        close_early=body.close_early if body else False,
        now=datetime.now(UTC),
    )
    return statements_out(pool, who, [issued])[0]


@router.get("/statements/{statement_id}/payments")
def list_payments(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.PaymentOut]:
    """List the payments of an issued statement; for its company and the centre's managers."""
    return paging.whole(
        [_payment(p) for p in payments.of_statement(pool, who, StatementId(statement_id))]
    )


@router.post("/statements/{statement_id}/payments", status_code=201)
def record_payment(
    statement_id: UUID, body: schemas.PaymentIn, who: Who, pool: Connections
) -> schemas.PaymentOut:
    """Enter money that came for an issued statement; for managers."""
    entry = payments.record(
        pool,
        who,
        StatementId(statement_id),
        amount=body.amount,
        paid_on=body.paid_on,
        note=body.note,
        is_written_off=body.is_written_off,
        now=datetime.now(UTC),
    )
    return _payment(entry)


@router.post("/payments/{payment_id}/reverse", status_code=201)
def reverse_payment(
    payment_id: UUID, body: ReverseIn, response: Response, who: Who, pool: Connections
) -> schemas.PaymentOut:
    """Take a wrong entry back by another one; for managers."""
    entry = payments.take_back(pool, who, PaymentId(payment_id), reason=body.reason)
    response.headers["Location"] = f"/api/v1/statements/{entry.statement_id}/payments"
    return _payment(entry)


def _payment(entry: Payment) -> schemas.PaymentOut:
    return schemas.PaymentOut(
        id=entry.id,
        amount=entry.amount,
        paid_on=entry.paid_on,
        note=entry.note,
        reverses=entry.reverses,
        recorded_by=entry.recorded_by,
        recorded_at=entry.recorded_at,
        is_written_off=entry.is_written_off,
    )


def _tariff(version: TariffVersion) -> schemas.TariffOut:
    return schemas.TariffOut(
        id=version.id,
        centre=version.centre_id,
        published_at=version.published_at,
        tariff=tariffs.as_document(version),
    )
