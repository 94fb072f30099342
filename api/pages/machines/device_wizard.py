"""Adding a device in steps: what it is, its account with the lines to type in, and its first
signal. The third step, binding it, is the inbox's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.identity import Connections, Told
from api.pages.frame.layout import Look, Looking, go, page, render
from api.pages.frame.problem_page import reasons
from api.pages.machines.device_kinds import GROUPS, KINDS
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import Conflict, GadongError, Invalid, NotFound
from gadong.dialects.domain.setup import GUIDES
from gadong.dialects.domain.setup.guide import DeviceLogin, SetupGuide
from gadong.machines.domain.device_account import DeviceAccount, base_of, topics_of_guide
from gadong.machines.services import device_accounts, device_passwords
from gadong.metering.services import device_arrival, onboarding
from gadong.settings import Settings

router = APIRouter(include_in_schema=False)

#: Stands in the lines for a password that is no longer shown.
NO_PASSWORD = "PASSWORD"  # noqa: S105  # a placeholder
#: What any kind of device takes as a part of a topic.
SHORT_NAME = r"[a-z0-9][a-z0-9\-]{0,30}"
KindAsked = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """The form of the second step."""

    name: str = ""
    base: str = ""


@router.get("/devices/new")
def choose_kind(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the kinds of devices, and those that were heard already."""
    centre = looking.need(Right.FLOOR_WORK)
    return page(
        request,
        looking,
        "machines/device_kinds.html",
        device_groups=GROUPS,
        unknown=onboarding.unknown(pool, looking.who, centre.id),
    )


@router.get("/devices/new/{device_kind}")
def ask_name(request: Request, looking: Looking, device_kind: str) -> HTMLResponse:
    """Ask how the device is called."""
    looking.need(Right.FLOOR_WORK)
    return _form(request, looking, _guide(device_kind), NewDevice())


@router.post("/devices/new/{device_kind}")
def issue(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    device_kind: str,
    name: Annotated[str, Form(max_length=100)],
    base: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Issue the device's account; its password is shown this once, on the page itself."""
    centre, guide = looking.need(Right.FLOOR_WORK), _guide(device_kind)
    given = NewDevice(name=name.strip().lower(), base=base.strip())
    try:
        account, password = device_accounts.issue_by_guide(
            pool,
            looking.who,
            centre.id,
            guide=guide,
            name=given.name,
            base=given.base or guide.base(centre.slug, _short(given.name)),
            secret=told.secret,
            now=datetime.now(UTC),
        )
    except Conflict as trouble:
        base = given.base or guide.base(centre.slug, given.name)
        publishes, _ = topics_of_guide(guide, base.rstrip("/"))
        if there := device_passwords.in_force(pool, looking.who, centre.id, publishes=publishes):
            return to_account(looking, there, guide.name)
        return _form(request, looking, guide, given, why=reasons(trouble, looking.words))
    except GadongError as trouble:
        return _form(request, looking, guide, given, why=reasons(trouble, looking.words))
    return _account(request, looking, pool, told, account, guide, password=password)


@router.get("/devices/{account_id}")
def show_account(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    account_id: UUID,
    kind: KindAsked = "",
) -> HTMLResponse:
    """Show how far a device has come, with its lines again, but without the password."""
    found = device_accounts.find(pool, looking.who, account_id)
    return _account(request, looking, pool, told, found, GUIDES.get(kind))


@router.post("/devices/{account_id}/password")
def issue_password(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    account_id: UUID,
    kind: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Issue a new password with a new user, and show the lines with it. Sent twice, it is one."""
    try:
        account, password = device_passwords.reissue(
            pool,
            looking.who,
            account_id,
            reason=looking.words.say("A new password was issued."),
            secret=told.secret,
            now=datetime.now(UTC),
        )
    except Conflict:
        earlier = device_accounts.find(pool, looking.who, account_id)
        there = device_passwords.successor(pool, looking.who, earlier)
        if there is None:
            raise
        return to_account(looking, there, kind)
    return _account(request, looking, pool, told, account, GUIDES.get(kind), password=password)


def to_account(looking: Look, account: DeviceAccount, kind: str = "") -> Response:
    """Redirect to the page of an account whose password was shown already."""
    said = looking.words.say("This device has an account already.")
    return go(f"/devices/{account.id}{f'?kind={quote(kind)}' if kind else ''}", said=said)


@router.get("/devices/{account_id}/arrival")
def show_arrival(looking: Looking, pool: Connections, account_id: UUID) -> HTMLResponse:
    """Show only how far it has come, for the page to replace while one waits."""
    found = device_arrival.look(pool, looking.who, account_id, now=datetime.now(UTC))
    return HTMLResponse(
        render("machines/device_arrival.html", looking.words, arrival=found, look=looking)
    )


def _guide(kind: str) -> SetupGuide:
    if kind not in KINDS:
        raise NotFound("There is no such kind of device")
    return GUIDES[kind]


def _short(name: str) -> str:
    if not all(c.isascii() and (c.isalnum() or c == "-") for c in name) or name[:1] in {"", "-"}:
        raise Invalid(
            "A short name is of small letters, digits and dashes, such as plug-7", field="name"
        )
    return name


def _form(
    request: Request,
    looking: Look,
    guide: SetupGuide,
    given: NewDevice,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    return page(
        request,
        looking,
        "machines/device_new.html",
        status=409 if why else 200,
        guide=guide,
        kind=KINDS[guide.name],
        given=given,
        example=guide.base(looking.need_centre().slug, "plug-7"),
        pattern=SHORT_NAME,
        reasons=why or [],
    )


def _account(
    request: Request,
    looking: Look,
    pool: Pool,
    told: Settings,
    account: DeviceAccount,
    guide: SetupGuide | None,
    *,
    password: str = "",
) -> HTMLResponse:
    broker = told.device_broker
    base = base_of(guide, account.publishes) if guide else None
    to = DeviceLogin(
        host=broker.host,
        port=broker.port,
        is_encrypted=broker.is_encrypted,
        username=account.username,
        password=password or NO_PASSWORD,
        base=base or account.publishes[0],
    )
    return page(
        request,
        looking,
        "machines/device_account.html",
        account=account,
        guide=guide,
        kind=KINDS[guide.name] if guide else None,
        to=to,
        base=base,
        password=password,
        fitting={}
        if guide
        else {one: KINDS[one] for one in GUIDES if base_of(GUIDES[one], account.publishes)},
        successor=device_passwords.successor(pool, looking.who, account),
        lines=guide.lines(to) if guide and base else "",
        code=_code(to) if password else None,
        arrival=device_arrival.of_account(pool, looking.who, account, now=datetime.now(UTC)),
    )


def _code(to: DeviceLogin) -> Markup:
    """Return the four values as a QR code, a line each, for a telephone at the device."""
    text = f"{to.host}\n{to.port}\n{to.username}\n{to.password}"
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=2, omitsize=True)
    return Markup(drawn)  # noqa: S704  # segno's own drawing
