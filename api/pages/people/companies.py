"""The companies of a centre, for managers, and who the centre itself is on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections, Told
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.people.party_form import EMPTY, Name, OnPaper, PartyText, categories
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.problem import GadongError
from gadong.people.domain.bank_account import BankAccount
from gadong.people.domain.legal_party import written
from gadong.people.domain.payer import A_BUSINESS, KINDS, Payer, PayerKind
from gadong.people.services import accounts, consents, legal_parties
from gadong.people.services.payers import payers

router = APIRouter(include_in_schema=False)

# The same words for a number that is known and for a new one.
ENTERED = (
    "Entered. A company that uses Gadong already is asked first, and is listed once it agrees."
)


@router.get("/companies")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the companies that the centre serves, and who the centre itself is on paper."""
    return _list(request, looking, pool, asked=asked)


@router.post("/companies")
def add(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    *,
    name: Name,
    category: Name,
    registration_number: PartyText = "",
    kind: Annotated[PayerKind, Form()] = PayerKind.BUSINESS,
    identification: PartyText = "",
) -> Response:
    """Add a company or another payer; one that another centre serves is asked for its consent."""
    centre = looking.need(Right.PEOPLE_WORK)
    try:
        accounts.create_company(
            pool,
            looking.who,
            centre=centre.id,
            name=name,
            registration_number=registration_number,
            category=category,
            since=datetime.now(UTC).astimezone(centre.zone).date(),
            payer=Payer(kind=kind, identification=identification),
            public_url=told.public_url,
        )
    except GadongError as trouble:
        given = {
            "name": name,
            "kind": kind,
            "registration_number": registration_number,
            "identification": identification,
            "category": category,
        }
        return _list(request, looking, pool, why=reasons(trouble, looking.words), given=given)
    return go("/companies", said=looking.words.say(ENTERED))


@router.post("/companies/centre")
def name_centre(
    request: Request,
    looking: Looking,
    pool: Connections,
    paper: OnPaper,
    registration_number: Name,
) -> Response:
    """Set the legal party of the centre, from the next document on."""
    centre = looking.need(Right.PEOPLE_WORK)
    try:
        legal_parties.set_centre(pool, looking.who, centre.id, paper.party(registration_number))
    except GadongError as trouble:
        return _list(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/companies", said=looking.words.say("Kept. The next document says so."))


@router.post("/companies/centre/account")
def name_account(
    request: Request,
    looking: Looking,
    pool: Connections,
    bank: PartyText = "",
    number: PartyText = "",
    holder: PartyText = "",
) -> Response:
    """Set the account into which companies pay; an empty form withdraws it."""
    centre = looking.need(Right.PEOPLE_WORK)
    try:
        account = BankAccount(bank=bank.strip(), number=number.strip(), holder=holder.strip())
    except ValueError:
        why = looking.words.say(
            "An account has its bank, its number of 8 to 20 digits, and its holder; or all three "
            "are empty"
        )
        given = {"bank": bank, "number": number, "holder": holder}
        return _list(request, looking, pool, why=[why], account=given)
    legal_parties.set_account(pool, looking.who, centre.id, account)
    return go("/companies", said=looking.words.say("Kept. The next document says so."))


def _list(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    why: list[str] | None = None,
    account: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    asked: ListSearch | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.PEOPLE_SEE)
    party = legal_parties.of_centre(pool, looking.who, centre.id)
    others = payers.every(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "people/companies.html",
        categories=categories(looking, pool),
        status=409 if why else 200,
        companies=listing(
            "/companies",
            [
                replace(c, registration_number=written(c.registration_number))
                for c in accounts.companies(pool, looking.who, centre.id)
            ],
            asked or ListSearch(),
            text=lambda c: f"{c.name} {c.registration_number} {_kind(others, c.id)}",
            orders={
                "name": ("Name", lambda c: c.name),
                "number": ("Business registration number", lambda c: c.registration_number),
                "kind": ("Kind of payer", lambda c: _kind(others, c.id)),
            },
        ),
        payers=others,
        kinds=KINDS,
        asked=consents.of_centre(pool, looking.who, centre.id),
        party=replace(party, registration_number=""),
        number=written(party.registration_number),
        account=account or legal_parties.account_of(pool, looking.who, centre.id),
        given=given or EMPTY,
        reasons=why or [],
    )


def _kind(others: Mapping[CompanyId, Payer], company: CompanyId) -> str:
    """Return the name of a payer's kind in Korean, for searches."""
    return KINDS[others.get(company, A_BUSINESS).kind].names[0]
