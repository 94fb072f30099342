"""Every page and every form by every kind of caller, as tests/access/pages.txt has it."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from gadong.machines.services import machines, photos
from tests.support.api.access import Stage, stage
from tests.support.machines.photos import picture
from tests.support.matrix import (
    Row,
    broken_rules,
    callers,
    compare,
    kept_rows,
    rows_to_keep,
    verdict,
)
from tests.support.pages.forms import FORMS, required, value_of
from tests.support.pages.routes import routes

__all__ = ["stage"]  # pytest finds fixtures by their names here
TABLE = "pages.txt"
OPEN = {
    "GET /": "leads whoever is not logged in to the login",
    "GET /login": "where one logs in",
    "POST /login": "logs in; the table's form has a wrong password",
    "POST /look": "a language, a theme or a centre, kept by the browser",
    "GET /forgot": "asks for a way back in",
    "POST /forgot": "the same answer whether or not there is such an account",
    "GET /recover/{word}": "where a mailed link leads",
    "POST /recover/{word}": "opens by the link alone",
    "GET /satisfaction/{word}": "where a mailed link leads",
    "POST /satisfaction/{word}": "opens by the link alone, once",
    "GET /agreements/{kind}": "terms are read before they are accepted",
    "GET /accessibility": "whoever is kept out learns whom to tell",
    "GET /login/provider": "leads to the provider",
    "GET /login/return": "comes back from it",
    "GET /offline": "kept by the browser before anybody logs in",
    "GET /service-worker.js": "the program that keeps it",
    "GET /join": "who asks to be served has no account yet",
    "POST /join": "likewise",
    "GET /healthz": "a probe",
    "GET /readyz": "a probe; what it tells anybody is tests/api/test_system.py's",
    "GET /calendar/{secret}.ics": "opens by the secret in its address",
}
#: Rows without a thing of somebody's in their address: the caller's own account, or the centre that
#: the caller looks at, which for a "far" one is their own.
OWN = dict.fromkeys(
    (
        "GET /account",
        "GET /account/data.json",
        "GET /account/proof",
        "GET /agreements",
        "GET /at",
        "GET /bookings",
        "GET /cost-shares",
        "GET /invitations",
        "GET /machines",
        "GET /notices",
        "GET /statements",
        "GET /waiting",
        "GET /monthly-applications",
        "POST /account/codes",
        "POST /account/codes/confirm",
        "POST /account/codes/remove",
        "POST /account/end",
        "POST /account/language",
        "POST /account/leave",
        "POST /account/passkeys/remove",
        "POST /account/password",
        "POST /account/proof",
        "POST /account/push",
        "POST /account/push/remove",
        "POST /account/push/use",
        "POST /account/provider/remove",
        "POST /agreements",
        "POST /bookings/feed",
        "POST /logout",
    ),
    "the caller's own",
) | dict.fromkeys(
    (
        "GET /about",
        "GET /agency",
        "GET /calendar",
        "GET /calendar/beside",
        "GET /calendar/events",
        "GET /centre",
        "GET /checklists",
        "GET /checks",
        "GET /closures",
        "GET /companies",
        "GET /approvals/import",
        "GET /bank",
        "GET /bank/import",
        "GET /claims",
        "GET /claims/preview",
        "GET /company-import",
        "GET /courses",
        "GET /counters",
        "GET /guidance",
        "GET /storage",
        "GET /tenancies",
        "GET /commissions",
        "GET /desk",
        "GET /desk/figures",
        "GET /desk/waiting",
        "GET /equipment",
        "GET /floor",
        "GET /holidays",
        "GET /hours",
        "GET /joining",
        "GET /ledger",
        "GET /limits",
        "GET /month",
        "GET /pledges",
        "GET /qr-codes",
        "GET /receivables",
        "GET /devices/new",
        "GET /devices/new/{device_kind}",
        "POST /devices/new/{device_kind}",
        "GET /register",
        "GET /register-columns",
        "GET /reports",
        "GET /reports/satisfaction",
        "GET /reports/survey",
        "GET /rules",
        "GET /rules/{name}",
        "GET /styles",
        "GET /tariffs",
        "GET /tariffs/new",
        "GET /technicians",
        "GET /upkeep",
        "POST /checklists",
        "POST /closures",
        "POST /about",
        "POST /hours",
        "POST /hours/name",
        "POST /hours/zone",
        "POST /centre/devices",
        "POST /centre/programs",
        "POST /centre/staff",
        "POST /centre/staff/{person}",
        "POST /companies",
        "POST /approvals/import",
        "POST /bank/import",
        "POST /claims",
        "POST /company-import",
        "POST /companies/centre",
        "POST /companies/centre/account",
        "POST /courses",
        "POST /courses/trainings",
        "POST /counters",
        "POST /guidance",
        "POST /storage",
        "POST /tenancies",
        "POST /tenancies/terms",
        "POST /tenancies/units",
        "POST /commissions",
        "POST /commissions/terms",
        "POST /guidance/contacts",
        "POST /equipment",
        "POST /equipment/needs",
        "POST /equipment/needs/remove",
        "POST /holidays",
        "POST /ledger",
        "POST /reports/satisfaction",
        "POST /reports/survey",
        "POST /upkeep",
        "POST /limits",
        "POST /ledger/observed",
        "POST /ledger/table",
        "POST /month/close",
        "POST /month/draft",
        "POST /month/lock",
        "POST /month/unlock",
        "POST /month/{step}",
        "POST /pledges",
        "POST /pledges/accept",
        "POST /register",
        "POST /register-columns",
        "POST /rules/{name}",
        "POST /tariffs",
        "POST /technicians",
    ),
    "the centre that is looked at",
)


def rows(client: TestClient, found: Stage) -> list[Row]:
    """Ask every page and every form as everybody."""
    people = callers(found)
    ids: dict[str, str] = {
        **found.ids,
        "company_id": found.ids["company"],
        "word": "none",
        "kind": "terms",
        "action": "accept",
        "step": "approve",
        "name": "notice_minutes",
    }
    machine = machines.find(
        found.world.pool, found.world.manager, ids["slug"], centre=found.world.centre.id
    )
    photos.keep(found.world.pool, found.world.manager, machine, picture())
    made: list[Row] = []
    kept = rows_to_keep(TABLE)
    for route in routes():
        (method,) = sorted(route.methods or ())
        if row := kept.get(f"{method} {route.path}"):
            made.append(row)
            continue
        where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: ids.get(name[1], "none"), route.path)
        form = FORMS.get(f"{method} {route.path}", lambda _: {})(ids)
        sent = {**{name: value_of(name, ids) for name in required(route)}, **form}
        query = {
            p.name: ids.get(p.name, value_of(p.name, ids)) for p in route.dependant.query_params
        }
        query = {n: v for n, v in query.items() if n in {"start", "end", "company"}}
        answers = {}
        for name, headers in people.items():
            client.cookies.clear()
            answers[name] = verdict(
                client.request(
                    method,
                    where,
                    headers={**headers, "accept": "text/html", "sec-fetch-site": "same-origin"},
                    params=query,
                    data=sent or None,
                    follow_redirects=False,
                )
            )
        made.append(Row(f"{method} {route.path}", answers))
    return made


def test_every_page_answers_as_the_table_says(client: TestClient, stage: Stage) -> None:
    compare(TABLE, rows(client, stage))


def test_no_page_lets_an_outsider_in() -> None:
    wrong = broken_rules(kept_rows(TABLE), open_to_all=OPEN, own=OWN)
    assert not wrong, "\n".join(wrong)


def test_a_page_without_a_row_is_missed() -> None:
    there = {f"{method} {route.path}" for route in routes() for method in route.methods or ()}
    assert {row.name for row in kept_rows(TABLE)} == there
