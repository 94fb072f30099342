"""The centre's page: its staff, its devices' accounts, and the record of actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections, Told
from api.pages.frame.form_times import instant
from api.pages.frame.layout import PERSON_ADDED, Look, Looking, go, page
from api.pages.frame.listing import ROWS, ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import ROLES
from api.pages.machines.device_wizard import to_account
from api.pages.people.audit_lines import audit_lines
from api.pages.people.setup_steps import setup_steps
from api.v1.paging import before_number
from gadong.core.domain.access import Right, Role
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import Conflict, GadongError, Invalid
from gadong.machines.domain.device_account import Refusal
from gadong.machines.services import device_accounts, device_passwords, relays
from gadong.operations.services import audit_export
from gadong.people.domain.person import Member
from gadong.people.services import members, service_accounts
from gadong.training.services import teachers

router = APIRouter(include_in_schema=False)

#: What a program is for, and the rights that this takes; anything else is made by the API.
PURPOSES: Mapping[str, tuple[str, frozenset[Right]]] = {
    "money": ("reads statements and payments (an ERP)", frozenset({Right.MONEY_SEE})),
    "payments": (
        "reads statements and enters payments",
        frozenset({Right.MONEY_SEE, Right.MONEY_WORK}),
    ),
    "reports": ("reads reports and logs", frozenset({Right.REPORT_SEE})),
    "floor": ("reads what machines do", frozenset({Right.FLOOR_SEE})),
    "desk": ("reads and makes bookings", frozenset({Right.DESK_SEE, Right.DESK_WORK})),
}
SEES = (Right.STAFF_WORK, Right.FLOOR_WORK, Right.AUDIT_SEE)


@router.get("/centre")
def centre(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    before: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Staff, devices and acts: of each what one may see."""
    return _centre(request, looking, pool, asked=asked, before=before_number(before or None))


@router.post("/centre/staff")
def add(
    request: Request,
    looking: Looking,
    pool: Connections,
    name: Annotated[str, Form(max_length=100)],
    email: Annotated[str, Form(max_length=254)],
    password: Annotated[str, Form(max_length=200)],
    role: Annotated[Role, Form()],
    told: Told,
) -> Response:
    """Add a member of the staff."""

    def work() -> None:
        members.create_person(
            pool,
            looking.who,
            email=email,
            name=name,
            password=password,
            centre=looking.need_centre().id,
            roles={role},
            public_url=told.public_url,
        )

    return _done(request, looking, pool, work, PERSON_ADDED)


@router.post("/centre/staff/{person}")
def set_roles(
    request: Request,
    person: UUID,
    looking: Looking,
    pool: Connections,
    role: Annotated[list[Role] | None, Form()] = None,
) -> Response:
    """Set a person's roles here; no ticked role removes them."""

    def work() -> None:
        teachers.set_roles(
            pool,
            looking.who,
            looking.need_centre().id,
            PersonId(person),
            set(role or ()),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "Kept.")


@router.post("/centre/devices")
def issue(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    name: Annotated[str, Form(max_length=100)],
    topics: Annotated[str, Form(max_length=2000)],
) -> Response:
    """Issue an account for a device; its password is shown this once, on the page itself."""
    try:
        account, password = device_accounts.issue(
            pool,
            looking.who,
            looking.need_centre().id,
            name=name,
            topics=topics.split(),
            is_only=True,
            secret=told.secret,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        publishes = [topic.rstrip("/") for topic in topics.split()]
        there = device_passwords.in_force(
            pool, looking.who, looking.need_centre().id, publishes=publishes, name=name
        )
        if isinstance(trouble, Conflict) and there:
            return to_account(looking, there)
        return _centre(request, looking, pool, why=reasons(trouble, looking.words))
    return _centre(request, looking, pool, issued=(account.username, password))


@router.post("/centre/programs")
def add_program(
    request: Request,
    looking: Looking,
    pool: Connections,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    purpose: Annotated[str, Form(max_length=20)],
) -> Response:
    """Make an account for a program; its token is shown once."""
    try:
        if purpose not in PURPOSES:
            raise Invalid("Say what the program is for", field="purpose")
        issued = service_accounts.make(
            pool,
            looking.who,
            looking.need(Right.STAFF_WORK).id,
            name=name,
            rights=PURPOSES[purpose][1],
            lifetime=service_accounts.A_YEAR,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return _centre(request, looking, pool, why=reasons(trouble, looking.words))
    return _centre(request, looking, pool, token=issued.token)


@router.post("/centre/programs/{program_id}")
def change_program(
    request: Request,
    program_id: UUID,
    looking: Looking,
    pool: Connections,
    do: Annotated[str, Form(pattern="^(renew|end)$")],
) -> Response:
    """Renew a program's token, shown once, or end the program."""
    try:
        if do == "renew":
            issued = service_accounts.renew(
                pool, looking.who, PersonId(program_id), now=datetime.now(UTC)
            )
            return _centre(request, looking, pool, token=issued.token)
        service_accounts.end(pool, looking.who, PersonId(program_id))
    except GadongError as trouble:
        return _centre(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/centre", said=looking.words.say("It has ended."))


@router.post("/centre/devices/{account_id}/revoke")
def revoke(
    request: Request,
    account_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: Annotated[str, Form(max_length=200)],
    since: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Cut a device off, and set aside what it sent from a moment on."""

    def work() -> None:
        start = instant(looking, since) if since else None
        device_accounts.revoke(pool, looking.who, account_id, reason=reason, since=start)

    return _done(request, looking, pool, work, "It is cut off within seconds.")


def _centre(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    before: int | None = None,
    why: list[str] | None = None,
    issued: tuple[str, str] | None = None,
    token: str = "",
) -> HTMLResponse:
    found = looking.need(*SEES)
    who = looking.who
    staff = (
        members.staff(pool, who, found.id)
        if looking.may(Right.STAFF_WORK, Right.PEOPLE_SEE)
        else []
    )
    refusals: dict[UUID, list[Refusal]] = defaultdict(list)
    if looking.may(Right.FLOOR_SEE):
        for tried in device_accounts.refusals(pool, who, found.id, now=datetime.now(UTC)):
            refusals[tried.account_id].append(tried)
    names = {m.person.id: m.person.name for m in staff}
    asked = asked or ListSearch()
    programs = (
        service_accounts.of_centre(pool, who, found.id)
        if looking.may(Right.STAFF_WORK, Right.AUDIT_SEE)
        else []
    )
    devices = device_accounts.of_centre(pool, who, found.id) if looking.may(Right.FLOOR_SEE) else []
    acts = (
        audit_export.page(pool, who, found.id, before=before, most=ROWS)
        if looking.may(Right.AUDIT_SEE)
        else []
    )
    return page(
        request,
        looking,
        "people/centre.html",
        status=409 if why else 200,
        reasons=why or [],
        steps=setup_steps(looking, pool),
        issued=issued,
        token=token,
        programs=listing(
            "/centre",
            programs,
            asked.of("programs"),
            text=lambda p: f"{p.name} {sorted(p.rights)}",
            orders={"name": ("Name", lambda p: p.name)},
        ),
        purposes={key: name for key, (name, _) in PURPOSES.items()},
        staff=listing(
            "/centre",
            staff,
            asked.of("staff"),
            text=lambda m: f"{m.person.name} {m.person.email} {_duties(looking, m)}",
            orders={
                "name": ("Name", lambda m: m.person.name),
                "role": ("As what", lambda m: _duties(looking, m)),
            },
        ),
        roles=list(Role),
        devices=listing(
            "/centre",
            devices,
            asked.of("devices"),
            text=lambda d: f"{d.name} {d.username} {' '.join(d.publishes)}",
            orders={"name": ("Name", lambda d: d.name)},
        ),
        refusals=refusals,
        outboxes={
            state.relay.account_id: state.positions[-1]
            for state in relays.of_centre(pool, who, found.id)
            if state.positions
        }
        if looking.may(Right.FLOOR_SEE)
        else {},
        acts=audit_lines(looking, pool, acts, names),
        earlier=str(acts[-1].number) if len(acts) == ROWS else "",
    )


def _duties(looking: Look, member: Member) -> str:
    """Return the names of a person's roles, in the order of the roles."""
    return ", ".join(looking.words.say(ROLES[role]) for role in Role if role in member.roles)


def _done(
    request: Request, looking: Look, pool: Connections, work: Callable[[], None], said: str
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _centre(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/centre", said=looking.words.say(said))
