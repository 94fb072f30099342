"""One company, for managers: who it is on paper, its category and proofs, and its people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.files import as_file
from api.identity import Connections, Told
from api.pages.frame.form_keys import new_form_key
from api.pages.frame.form_times import FormDay, day_in
from api.pages.frame.layout import PERSON_ADDED, Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.people.party_form import Name, OnPaper, PartyText
from api.pages.training.goods import offered
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.billing.services.prices import extras
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import GadongError, NotFound
from gadong.operations.services import privacy, withdrawals
from gadong.people.domain.legal_party import written
from gadong.people.domain.payer import KINDS, PURPOSES, Payer
from gadong.people.domain.phone_number import hyphenated
from gadong.people.services import accounts, legal_parties, members, phone_numbers
from gadong.people.services.payers import payers
from gadong.training.services import courses

router = APIRouter(include_in_schema=False)


@router.get("/companies/{company_id}")
def one(
    request: Request, company_id: UUID, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show a company."""
    return _one(request, looking, pool, CompanyId(company_id), asked=asked)


@router.post("/companies/{company_id}/party")
def name_company(
    request: Request, company_id: UUID, looking: Looking, pool: Connections, paper: OnPaper
) -> Response:
    """Set the legal party of the company."""

    def work() -> None:
        centre = looking.need(Right.PEOPLE_WORK)
        legal_parties.set_company(
            pool, looking.who, centre.id, CompanyId(company_id), paper.party()
        )

    return done(request, looking, pool, company_id, work, "Kept. The next document says so.")


@router.post("/companies/{company_id}/categories")
def categorise(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    category: Name,
    since: FormDay,
    until: Annotated[str, Form(max_length=10)] = "",
    proof: PartyText = "",
) -> Response:
    """Set the company's category, with its proof and end."""

    def work() -> None:
        legal_parties.categorise(
            pool,
            looking.who,
            looking.need(Right.PEOPLE_WORK).id,
            CompanyId(company_id),
            category=category,
            since=since,
            until=day_of(until),
            proof=proof,
        )

    return done(
        request, looking, pool, company_id, work, "Kept. Drafts are priced by it from now on."
    )


@router.post("/companies/{company_id}/extras")
def prove(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    name: Name,
    since: FormDay,
    until: Annotated[str, Form(max_length=10)] = "",
    proof: PartyText = "",
) -> Response:
    """Enter a proof of the company for an extra discount or a programme."""

    def work() -> None:
        extras.prove(
            pool,
            looking.who,
            centre=looking.need(Right.MONEY_WORK).id,
            company=CompanyId(company_id),
            name=name,
            since=since,
            until=day_of(until),
            proof=proof,
        )

    return done(
        request, looking, pool, company_id, work, "Kept. Drafts are priced by it from now on."
    )


@router.post("/companies/{company_id}/people")
def add_person(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    name: Name,
    told: Told,
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    phone: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add a person who books for the company, or for whom the desk books."""

    def work() -> None:
        members.add_person(
            pool,
            looking.who,
            CompanyId(company_id),
            name=name,
            email=email,
            password=password,
            phone=phone,
            public_url=told.public_url,
        )

    said = PERSON_ADDED if email.strip() else "Added. The desk books for them."
    return done(request, looking, pool, company_id, work, said)


@router.post("/companies/{company_id}/people/{person}/phone")
def set_phone(
    request: Request,
    company_id: UUID,
    person: UUID,
    looking: Looking,
    pool: Connections,
    phone: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Set the phone number of a person without a login; an empty one deletes it."""

    def work() -> None:
        looking.need(Right.DESK_WORK)
        phone_numbers.set_contact(pool, looking.who, CompanyId(company_id), PersonId(person), phone)

    return done(request, looking, pool, company_id, work, "Kept.")


@router.get("/companies/{company_id}/people/{person}/data")
def kept_data(company_id: UUID, person: UUID, looking: Looking, pool: Connections) -> Response:
    """Return everything stored about a person without a login, as a file to hand to them."""
    looking.need(Right.PEOPLE_WORK)
    found = privacy.known_of_contact(pool, looking.who, CompanyId(company_id), PersonId(person))
    text = json.dumps(found, ensure_ascii=False, indent=1)
    return as_file(text, "gadong.json", "application/json")


@router.post("/companies/{company_id}/people/{person}/erasure")
def erase(
    request: Request, company_id: UUID, person: UUID, looking: Looking, pool: Connections
) -> Response:
    """Erase a person without a login, who asked for it."""

    def work() -> None:
        looking.need(Right.PEOPLE_WORK)
        privacy.erase_contact(pool, looking.who, CompanyId(company_id), PersonId(person))

    return done(request, looking, pool, company_id, work, "The person is erased.")


def _one(
    request: Request,
    looking: Look,
    pool: Connections,
    company: CompanyId,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
    payer: Payer | None = None,
) -> HTMLResponse:
    asked, path = asked or ListSearch(), f"/companies/{company}"
    centre, now = looking.need(Right.PEOPLE_SEE), datetime.now(UTC)
    found = next(
        (c for c in accounts.companies(pool, looking.who, centre.id) if c.id == company), None
    )
    if found is None:
        raise NotFound("The centre serves no such company")
    people = members.members(pool, looking.who, centre.id, company)
    phones = phone_numbers.of_company(pool, looking.who, company)
    standing = payers.of_company(pool, looking.who, centre.id, company)
    return page(
        request,
        looking,
        "people/company.html",
        status=409 if why else 200,
        company=found,
        number=written(found.registration_number),
        party=legal_parties.of_company(pool, looking.who, centre.id, company),
        payer=standing,
        given=payer or standing,
        kinds=KINDS,
        purposes=PURPOSES,
        categories=legal_parties.categories_of(pool, looking.who, centre.id, company),
        extras=extras.proved(pool, looking.who, centre=centre.id, company=company),
        people=people,
        key=new_form_key(),
        goods=offered(looking, pool, {Measure.PIECE}, first=GoodKind.TRAINING),
        phones=phones,
        phone=hyphenated,
        members=listing(
            path,
            people,
            asked.of("people"),
            text=lambda x: f"{x.name} {x.email} {hyphenated(phones.get(x.id, ''))}",
            orders={"name": ("Name", lambda x: x.name), "mail": ("E-mail", lambda x: x.email)},
        ),
        open=listing(
            path,
            [
                h.course
                for h in courses.shown(pool, looking.who, centre.id, now=now)
                if h.course.period.start > now and h.course.cancelled_at is None
            ],
            asked.of("seats"),
            text=lambda c: f"{c.code} {c.place}",
        ),
        today=now.astimezone(centre.zone).date(),
        standing=withdrawals.standing(pool, looking.who, centre.id, company),
        reasons=why or [],
    )


def done(
    request: Request,
    looking: Look,
    pool: Connections,
    company: UUID,
    work: Callable[[], None],
    said: str,
    *,
    payer: Payer | None = None,
) -> Response:
    """Do the work and show the company, or it with the reasons and the `payer` that was typed."""
    try:
        work()
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _one(request, looking, pool, CompanyId(company), why=why, payer=payer)
    return go(f"/companies/{company}", said=looking.words.say(said))


def day_of(text: str) -> date | None:
    return day_in(text, field="until") if text else None
