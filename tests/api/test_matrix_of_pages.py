"""Every page and every form by every kind of caller, as tests/access/pages.txt has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

from gadong.machines.services import machines, photos
from tests.support.api.access import PLAIN, TARIFF, TOMORROW, Stage, stage
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
from tests.support.pages.routes import routes
from tests.support.world import PASSWORD

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
        "POST /account/leave",
        "POST /account/passkeys/remove",
        "POST /account/password",
        "POST /account/proof",
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
        "GET /company-import",
        "GET /courses",
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
        "GET /register",
        "GET /register-columns",
        "GET /reports",
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
        "POST /company-import",
        "POST /companies/centre",
        "POST /companies/centre/account",
        "POST /courses",
        "POST /courses/trainings",
        "POST /equipment",
        "POST /equipment/needs",
        "POST /equipment/needs/remove",
        "POST /holidays",
        "POST /ledger",
        "POST /reports/survey",
        "POST /upkeep",
        "POST /limits",
        "POST /ledger/observed",
        "POST /ledger/table",
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


def required(route: APIRoute) -> Iterator[str]:
    """Yield the names of a form's fields, those of a form's model too."""
    for dependant in (route.dependant, *route.dependant.dependencies):
        for field in dependant.body_params:
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from (n for n, f in kind.model_fields.items() if f.is_required())
            elif field.field_info.is_required():
                yield field.name


def value_of(name: str, ids: Mapping[str, str]) -> Any:
    """Return a value for a field that has the name, of the thing that is asked for where it has
    one.
    """
    if name == "machine":
        # A page names a machine by its slug, the API by its id.
        return ids["slug"]
    return PLAIN_FORM.get(name) or ids.get(name) or PLAIN.get(name, "x")


PLAIN_FORM: Mapping[str, Any] = {
    "email": "new@x.example",
    "password": PASSWORD,
    "old": PASSWORD,
    "new": "seven quiet lathes hum",
    "version": "1",
    "asked": "1",
    "booker_parts": "1",
    "seats": "2",
    "parts": "1",
    "minutes": "60",
    "quantity": "1",
    "amount": "1000",
    "day": "2027-03-03",
    "code": "cnc-basic",
    "category": "general",
    "kind": "maintenance",
    "start": (TOMORROW + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
    "end": (TOMORROW + timedelta(days=2, hours=1)).strftime("%Y-%m-%dT%H:%M"),
}
TARIFF_FORM = {
    "effective_from": TARIFF["effective_from"],
    "items.0.kind": "mill",
    "items.0.rate_per_hour": "1",
    "items.0.basis": "booked",
}
#: What is sent to the forms that want more than their required fields, or other values.
FORMS: Mapping[str, Any] = {
    "POST /centre/staff": lambda _: {"role": "technician"},
    "POST /centre/programs": lambda _: {"purpose": "money"},
    "POST /centre/programs/{program_id}": lambda _: {"do": "renew"},
    "POST /companies": lambda _: {"registration_number": "1208147521"},
    "POST /consents/{consent_id}": lambda _: {"do": "give"},
    "POST /invitations/{offer_id}": lambda _: {"do": "accept"},
    "POST /accounts/{person}": lambda ids: {
        "do": "factors",
        "reason": "시험",
        "person": ids["person"],
    },
    "POST /account/end": lambda ids: {"credential": ids["credential_id"]},
    "POST /account/passkeys/remove": lambda _: {"passkey": "00"},
    "POST /limits": lambda _: {
        "name": "온도",
        "channel": "temperature",
        "side": "above",
        "bound": "-18",
    },
    "POST /limit-alarms/{alarm_id}/acknowledge": lambda _: {"words": "시험"},
    "POST /checklists": lambda _: {"moment": "after", "questions": "소독?"},
    "POST /machines/{slug}/checklists/{moment}": lambda ids: {
        "booking": ids["booking_id"],
        "answer-0": "good",
    },
    "POST /machines/{slug}/book": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    # Nobody is named, so that whoever may ask is refused for the values alone.
    "POST /bookings/{booking_id}/cost-shares": lambda _: {"number": " "},
    "POST /technicians": lambda ids: {"person": ids["technician_id"]},
    "POST /machines/{slug}/apply": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    "POST /machines/{slug}/wait": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    "POST /statements/{statement_id}/objections": lambda ids: {
        "line": ids["line"],
        "category": "time",
    },
    "POST /objections/{objection_id}": lambda _: {"accept": "true"},
    "POST /statements/{statement_id}/decisions": lambda ids: {"line": ids["line"], "kind": "waive"},
    "POST /statements/{statement_id}/prints": lambda ids: {"code": "pla", "message": ids["print"]},
    "POST /month/one": lambda ids: {"statement": ids["statement_id"], "do": "approve"},
    "POST /tariffs": lambda _: TARIFF_FORM,
    "POST /tariffs/{tariff_id}": lambda _: TARIFF_FORM,
    "POST /rules/{name}": lambda _: {"level": "centre", "value": "5"},
    "POST /holidays": lambda _: {"is_holiday": "true"},
    "POST /register": lambda _: {"slug": "lathe-9", "kind": "lathe", "name_ko": "선반"},
    "POST /register-columns": lambda _: {"heading": "장비명", "field": "name_ko"},
    "POST /companies/{company_id}/payer": lambda _: {"kind": "business"},
    "POST /reports/survey": lambda _: {"year": "2026"},
    "POST /companies/{company_id}/profile": lambda _: {
        "since": "2026-01-01",
        "workers": "3",
        "consent": "paper",
    },
    "POST /statements/{statement_id}/cash-receipts": lambda _: {
        "approval": "A12345678",
        "amount": "1000",
        "issued_on": "2026-01-01",
    },
    "POST /upkeep": lambda ids: {
        "machine": ids["slug"],
        "kind": "repair",
        "start": "2026-01-05T10:00",
        "end": "2026-01-05T11:00",
        "description": "소음",
        "action": "베어링 교체",
        "repairer": "한국정비",
    },
    "POST /upkeep/{upkeep_id}/take-back": lambda _: {"reason": "시험"},
    "POST /ledger/observed": lambda _: {"observed": "neither", "since": "2026-02-01"},
    "POST /ledger/table": lambda _: {"text": "장비,시작,종료,사유\nbench,,,", "do": "preview"},
    "POST /equipment": lambda _: {"slug": "probe", "units": "3"},
    "POST /equipment/needs": lambda ids: {"machine": ids["slug"], "any_of": "probe"},
    "POST /equipment/needs/remove": lambda ids: {"need": ids["company"]},
    "POST /company-import": lambda _: {"text": "사업자번호\n1", "since": "2026-01-01"},
    "POST /courses": lambda _: {"seats": "5"},
    "POST /course-waiting/{course_entry_id}": lambda _: {"do": "leave"},
    "POST /courses/{course_id}/places/{person}": lambda _: {"do": "came"},
    "POST /machines/{slug}/sources/{source_id}/power": lambda _: {
        "run_above": "60",
        "idle_below": "20",
    },
    "POST /inbox/{device_id}": lambda ids: {
        "dialect": "octoprint",
        "base": "nobody/knows",
        "machine": ids["slug"],
    },
    "POST /inbox/{device_id}/try": lambda _: {"dialect": "octoprint", "base": "nobody/knows"},
    "POST /inbox/{device_id}/understood": lambda _: {
        "dialect": "octoprint",
        "base": "nobody/knows",
    },
    "POST /joining/{request_id}": lambda _: {"do": "decline", "reason": "시험"},
    "POST /bookings/{booking_id}/extend": lambda _: {
        "end": (TOMORROW + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    },
}


def test_every_page_answers_as_the_table_says(client: TestClient, stage: Stage) -> None:
    compare(TABLE, rows(client, stage))


def test_no_page_lets_an_outsider_in() -> None:
    wrong = broken_rules(kept_rows(TABLE), open_to_all=OPEN, own=OWN)
    assert not wrong, "\n".join(wrong)


def test_a_page_without_a_row_is_missed() -> None:
    there = {f"{method} {route.path}" for route in routes() for method in route.methods or ()}
    assert {row.name for row in kept_rows(TABLE)} == there
