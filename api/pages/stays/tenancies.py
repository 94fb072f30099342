"""Pages of tenancies: the centre's units with their tenants, and one contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.choices import chosen_company
from api.pages.frame.form_keys import FormKey, new_form_key
from api.pages.frame.form_times import FormDay, day_in
from api.pages.frame.labels.field_labels import VALUES
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from api.pages.stays.company_names import company_names
from api.pages.stays.tenancy_notices import ending_parts
from gadong.billing.services.prices.backdated_stays import asked
from gadong.billing.services.prices.backdating import is_refusal
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import DepositId, TenancyId, UnitId
from gadong.core.domain.natural_order import matches
from gadong.core.domain.problem import GadongError, Invalid
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.days import ONE_DAY
from gadong.stays.domain.deposit import DepositKind, held
from gadong.stays.domain.tenancy import MOST_WON, RentalUnit, Tenancy
from gadong.stays.services import deposits, tenancies
from gadong.stays.services.deposits import MOST_WON as MOST_DEPOSIT
from gadong.stays.services.tenancies import RentTerms, day_after

router = APIRouter(include_in_schema=False)

DEPOSIT_KINDS = {
    DepositKind.RECEIVED: "received",
    DepositKind.RETURNED: "given back",
    DepositKind.DEDUCTED: "kept for what is owed",
}
TAX_TYPES = {tax: VALUES[tax] for tax in TaxType}


class RentForm(BaseModel):
    """The terms of a contract, as its form holds them."""

    last_day: Annotated[str, Field(max_length=10)] = ""
    rent: Annotated[int, Field(ge=0, le=MOST_WON)]
    maintenance: Annotated[int, Field(ge=0, le=MOST_WON)] = 0
    tax_type: TaxType = TaxType.TAXABLE_10
    note: Annotated[str, Field(max_length=500)] = ""
    accept: bool = False

    def terms(self) -> RentTerms:
        """Return the terms as the service takes them."""
        last = day_in(self.last_day, field="last_day") if self.last_day else None
        return RentTerms(
            until=day_after(last) if last else None,
            rent=self.rent,
            maintenance=self.maintenance,
            tax_type=self.tax_type,
            note=self.note,
        )


class TenancyForm(RentForm):
    """A new tenancy, as its form holds it."""

    unit: UUID
    company: Annotated[str, Field(max_length=36)]
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit with its tenancy of today, and those to come."""

    unit: RentalUnit
    now: Tenancy | None
    later: Sequence[Tenancy]


@router.get("/tenancies")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the units and their tenants to managers, and a company its own contracts."""
    return _every(request, looking, pool, asked=asked)


@router.post("/tenancies/units")
def add_unit(
    request: Request,
    looking: Looking,
    pool: Connections,
    name: Annotated[str, Form(max_length=60)],
) -> Response:
    """Enter a unit."""
    centre = looking.need(Right.MONEY_WORK)
    try:
        tenancies.add_unit(pool, looking.who, centre.id, name)
    except GadongError as trouble:
        return _every(request, looking, pool, trouble=trouble)
    return go("/tenancies", said=looking.words.say("Entered."))


@router.post("/tenancies")
def let(
    request: Request, looking: Looking, pool: Connections, form: Annotated[TenancyForm, Form()]
) -> Response:
    """Let a unit to a company."""
    centre = looking.need(Right.MONEY_WORK)
    try:
        company = chosen_company(form.company)
        if company is None:
            raise Invalid("Choose the company from the list", field="company")
        made = tenancies.let(
            pool,
            looking.who,
            centre=centre.id,
            unit=UnitId(form.unit),
            company=company,
            since=form.since,
            terms=form.terms(),
            check=asked(is_accepted=form.accept),
        )
    except GadongError as trouble:
        return _every(request, looking, pool, trouble=trouble)
    return go(f"/tenancies/{made.id}", said=looking.words.say("Entered."))


@router.get("/tenancies/{tenancy_id}")
def one(request: Request, tenancy_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show one contract."""
    return _one(request, looking, pool, tenancy_id)


@router.post("/tenancies/{tenancy_id}/end")
def end(
    request: Request,
    tenancy_id: UUID,
    looking: Looking,
    pool: Connections,
    last_day: FormDay,
    reason: Annotated[str, Form(max_length=500)],
    notice_on: Annotated[str, Form(max_length=10)] = "",
    accept: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own form
) -> Response:
    """Decide on the last day."""

    def work() -> Tenancy:
        return tenancies.end(
            pool,
            looking.who,
            TenancyId(tenancy_id),
            until=day_after(last_day),
            notice_on=day_in(notice_on, field="notice_on") if notice_on else None,
            reason=reason,
            check=asked(is_accepted=accept),
        )

    return _done(request, looking, pool, tenancy_id, work)


@router.post("/tenancies/{tenancy_id}/take-back")
def take_back(
    request: Request,
    tenancy_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: Annotated[str, Form(max_length=500)],
    accept: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own form
) -> Response:
    """Take back a tenancy that was entered wrongly, as if it had never been in force."""

    def work() -> Tenancy:
        wrong = tenancies.find(pool, looking.who, TenancyId(tenancy_id))
        return tenancies.end(
            pool,
            looking.who,
            wrong.id,
            until=wrong.since,
            notice_on=None,
            reason=reason,
            check=asked(is_accepted=accept),
        )

    return _done(request, looking, pool, tenancy_id, work)


@router.post("/tenancies/{tenancy_id}/renewal")
def renew(
    request: Request,
    tenancy_id: UUID,
    looking: Looking,
    pool: Connections,
    form: Annotated[RentForm, Form()],
) -> Response:
    """Let the unit on to the company."""

    def work() -> Tenancy:
        check = asked(is_accepted=form.accept)
        return tenancies.renew(pool, looking.who, TenancyId(tenancy_id), form.terms(), check)

    return _done(request, looking, pool, tenancy_id, work)


@router.post("/tenancies/{tenancy_id}/deposits")
def enter_deposit(
    request: Request,
    tenancy_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    kind: Annotated[DepositKind, Form()],
    amount: Annotated[int, Form(ge=1, le=MOST_DEPOSIT)],
    paid_on: FormDay,
    note: Annotated[str, Form(max_length=200)] = "",
    key: FormKey = None,
) -> Response:
    """Enter money of the deposit."""

    def work() -> None:
        deposits.enter(
            pool,
            looking.who,
            TenancyId(tenancy_id),
            kind=kind,
            amount=amount,
            paid_on=paid_on,
            note=note,
            now=datetime.now(UTC),
            key=key,
        )

    return _done(request, looking, pool, tenancy_id, work)


@router.post("/tenancies/{tenancy_id}/deposits/take-back")
def take_deposit_back(
    request: Request,
    tenancy_id: UUID,
    looking: Looking,
    pool: Connections,
    deposit: Annotated[UUID, Form()],
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take a wrong entry of the deposit back."""

    def work() -> None:
        deposits.take_back(pool, looking.who, DepositId(deposit), reason=reason)

    return _done(request, looking, pool, tenancy_id, work)


def _done(
    request: Request,
    looking: Look,
    pool: Pool,
    tenancy_id: UUID,
    work: Callable[[], Tenancy | None],
) -> Response:
    try:
        done = work()
    except GadongError as trouble:
        return _one(request, looking, pool, tenancy_id, trouble=trouble)
    to = done.id if done else tenancy_id
    return go(f"/tenancies/{to}", said=looking.words.say("Entered."))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    trouble: GadongError | None = None,
) -> HTMLResponse:
    centre = looking.need_centre()
    today = datetime.now(UTC).astimezone(centre.zone).date()
    found = tenancies.shown(pool, looking.who, centre.id)
    companies, asked = company_names(looking, pool), asked or ListSearch()
    shown = [t for t in found if matches(f"{t.unit} {companies.get(t.company_id, '')}", asked.text)]
    units = tenancies.units(pool, looking.who, centre.id) if looking.may(Right.MONEY_SEE) else []
    return page(
        request,
        looking,
        "stays/tenancies.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=is_refusal(trouble),
        listed=page_of("/tenancies", shown, asked, total=len(found)),
        rows=[_row(unit, found, today) for unit in units],
        companies=companies,
        tax_types=TAX_TYPES,
        most_won=MOST_WON,
        deposits_held=deposits.held_of_centre(pool, looking.who, centre.id) if units else None,
        today=today,
        **ending_parts(looking, pool),
    )


def _row(unit: RentalUnit, every: Sequence[Tenancy], today: date) -> UnitRow:
    own = [t for t in every if t.unit_id == unit.id and not t.is_void]
    return UnitRow(
        unit=unit,
        now=next((t for t in own if t.since <= today < t.days.end), None),
        later=[t for t in own if t.since > today],
    )


def _one(
    request: Request,
    looking: Look,
    pool: Pool,
    tenancy_id: UUID,
    *,
    trouble: GadongError | None = None,
) -> HTMLResponse:
    found = tenancies.find(pool, looking.who, TenancyId(tenancy_id))
    companies = company_names(looking, pool)
    entries = deposits.shown(pool, looking.who, found.id)
    return page(
        request,
        looking,
        "stays/tenancy.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=is_refusal(trouble),
        t=found,
        most_won=MOST_WON,
        one_day=ONE_DAY,
        company=companies.get(found.company_id, ""),
        deposits=entries,
        taken_back={entry.reverses for entry in entries},
        held=held(entries),
        deposit_kinds=DEPOSIT_KINDS,
        most_deposit=MOST_DEPOSIT,
        key=new_form_key(),
        today=datetime.now(UTC).astimezone(looking.words.zone).date(),
        tax_types=TAX_TYPES,
    )
