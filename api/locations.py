"""`Location` on every 201: the thing's own address, else the list in which it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.v1.rights import NEEDS

V1 = "/api/v1"
#: The address of a thing that is shown elsewhere than below the path that made it. Its names are
#: those of the path, the answer and the request.
ELSEWHERE: Mapping[str, str] = {
    "/sessions": "/me",
    "/lines": "/entries/{id}",
    "/prints": "/entries/{id}",
    "/bookings/{booking_id}/energy": "/entries/{id}",
    "/entries/{line_id}/reverse": "/entries/{id}",
    "/me/second-factor": "/me",
    "/machines/{machine}/sources/{source_id}/inbox": "/inbox/{id}",
    "/logged-uses/{logged_use_id}/reversal": "/logged-uses/{id}",
    "/centres/{centre}/past-courses": "/centres/{centre}/courses",
    "/centres/{centre}/company-imports": "/companies?centre={centre}",
    "/machines/{machine}/upkeep": "/centres/{centre}/upkeep?from={start}&to={end}",
    "/courses/{course_id}/waiting": "/centres/{centre}/courses",
    "/centres/{centre}/guidance": "/guidance/{id}",
    "/centres/{centre}/guidance-contacts": "/guidance/{id}",
    "/centres/{centre}/counter-uses": "/counter-uses/{id}",
    "/centres/{centre}/units": "/centres/{centre}/units",
    "/centres/{centre}/storage-lots": "/storage-lots/{id}",
    "/storage-lots/{lot_id}/moves": "/storage-lots/{id}",
    "/storage-moves/{lot_move_id}/reverse": "/storage-lots/{id}",
    "/centres/{centre}/tenancies": "/tenancies/{id}",
    "/tenancies/{tenancy_id}/deposits": "/tenancies/{tenancy}/deposits",
    "/deposits/{deposit_id}/reverse": "/tenancies/{tenancy}/deposits",
    "/tenancies/{tenancy_id}/renewal": "/tenancies/{id}",
    "/centres/{centre}/commissions": "/commissions/{id}",
    "/commissions/{commission_id}/reports": "/commissions/{commission_id}/files/{id}",
    "/centres/{centre}/use-tables": "/logged-uses?centre={centre}",
    "/bookings/{booking_id}/sister": "/bookings/{id}",
    "/machines/{machine}/checklist-answers": "/centres/{centre}/checklist-answers",
    "/bookings/series": "/bookings?group={group}",
    "/centres/{centre}/technicians/{technician_id}/absences": (
        "/centres/{centre}/absences?from={start}&to={end}"
    ),
    "/machines/{machine}/calls": "/centres/{centre}/calls",
    "/inbox/{device_id}/bind": "/machines/{machine}/sources",
    "/payments/{payment_id}/reverse": "/statements/{statement}/payments",
    "/machines/{machine}/decisions": "/machines/{machine}/decisions?from={start}&to={end}",
    "/decisions/{decision_id}/reverse": "/machines/{machine}/decisions?from={start}&to={end}",
    "/tariffs": "/tariffs?centre={centre}",
    "/webhooks": "/webhooks?centre={centre}",
    "/companies": "/companies?centre={centre}",
    "/reports/survey/snapshots": "/reports/survey/snapshots?centre={centre}",
    "/centres/{centre}/companies/{company}/bill-now": "/statements/{id}",
    "/centres/{centre}/companies/{company}/transfers": (
        "/centres/{centre}/companies/{company}/account"
    ),
    "/centres/{centre}/companies/{company}/credit-orders": (
        "/centres/{centre}/companies/{company}/account"
    ),
    "/statements/{statement_id}/naming-corrections": "/statements/{statement_id}/corrections",
    "/centres/{centre}/approval-imports": "/statements?centre={centre}",
    "/centres/{centre}/bank-imports": "/centres/{centre}/bank-entries",
    "/bank-entries/{bank_entry_id}/transfer": "/centres/{centre}/companies/{company}/account",
    "/programme-claim-payments/{claim_payment_id}/reverse": "/programme-claims/{claim}/payments",
    "/transfers/{transfer_id}/reverse": "/centres/{centre}/companies/{company}/account",
}
#: Operations that name the Location themselves: their path and answer do not name the list in which
#: the thing stands, which is a company's or a centre's.
SELF_NAMED = frozenset(
    {
        "/people",
        "/invitations",
        "/join-requests/{request_id}/approve",
        "/programs/{program_id}/token",
    }
)


def address_of(path: str) -> str | None:
    """Return the template of the address of what a POST to the path makes.

    None where the operation names it.
    """
    if path in SELF_NAMED:
        return None
    if path in ELSEWHERE:
        return ELSEWHERE[path]
    own = re.compile(re.escape(path) + r"/\{\w+\}")
    is_shown = any(method == "get" and own.fullmatch(shown) for method, shown in NEEDS)
    return f"{path}/{{id}}" if is_shown else path


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(V1 + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


ADDRESSES = [
    (_pattern(path), address)
    for method, path in NEEDS
    if method == "post" and (address := address_of(path))
]


class Locations:
    """Middleware that adds the Location to a 201 whose operation named none."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        named = None
        if scope["type"] == "http" and scope["method"] == "POST":
            named = next(
                ((found, to) for p, to in ADDRESSES if (found := p.fullmatch(scope["path"]))), None
            )
        if named is None:
            await self._app(scope, receive, send)
            return
        path, address = named
        start: Message | None = None
        parts: list[bytes] = []
        sent: list[bytes] = []

        async def received() -> Message:
            message = await receive()
            if "?" in address:
                sent.append(message.get("body", b""))
            return message

        async def located(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if message["status"] == 201 and "location" not in Headers(raw=message["headers"]):
                    start = message
                    return
            elif start is not None:
                parts.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = b"".join(parts)
                asked = json.loads(b"".join(sent) or b"{}")
                known = {**asked, **json.loads(body), **path.groupdict()}
                MutableHeaders(scope=start)["Location"] = V1 + address.format(**known)
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        await self._app(scope, received, located)
