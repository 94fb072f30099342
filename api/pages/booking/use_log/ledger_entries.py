"""One entry of the ledger of use, and its reversal."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.booking.services.use_log import entries
from gadong.core.domain.ids import LoggedUseId, MachineId
from gadong.core.domain.problem import GadongError
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)

ORIGINS = {
    "check_in": "check-in",
    "ledger": "on the day",
    "paper": "from paper",
    "table": "from a table",
}

LedgerText = Annotated[str, Form(max_length=500)]
Box = Annotated[bool, Form()]


@router.get("/ledger/{logged_use_id}")
def entry(
    request: Request, logged_use_id: UUID, looking: Looking, pool: Connections
) -> HTMLResponse:
    """One entry: the end of the trail of a line that a ledger gave rise to."""
    return _entry(request, looking, pool, LoggedUseId(logged_use_id))


@router.post("/ledger/{logged_use_id}/reversal")
def reverse(
    request: Request,
    logged_use_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    reason: LedgerText = "",
    is_correction: Box = False,
) -> Response:
    """Take an entry back."""
    use_id = LoggedUseId(logged_use_id)
    try:
        made = entries.reverse(
            pool, looking.who, use_id, reason=reason, is_correction=is_correction
        )
    except GadongError as trouble:
        return _entry(request, looking, pool, use_id, why=reasons(trouble, looking.words))
    return go(f"/ledger/{made.reverses}", said=looking.words.say("The entry is taken back."))


def _entry(
    request: Request,
    looking: Look,
    pool: Connections,
    use_id: LoggedUseId,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    found, reversal = entries.find(pool, looking.who, use_id)
    machine = machines.find_by_id(pool, looking.who, MachineId(found.machine_id))
    return page(
        request,
        looking,
        "booking/use_log/ledger_entry.html",
        status=409 if why else 200,
        reasons=why or [],
        entry=found,
        reversal=reversal,
        machine=machine,
        company=entries.company_name(pool, looking.who, found),
        people=entries.names_of(pool, looking.who, [found]),
        samples=entries.samples_of(pool, looking.who, [found]).get(found.id),
        origins={key: looking.words.say(name) for key, name in ORIGINS.items()},
    )
