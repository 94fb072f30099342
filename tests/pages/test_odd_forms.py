"""Values that nobody types, in every field of every form and question: refused, never a 500.

The suite sends some values to each field, others to the next; `GADONG_ODD_FORMS=1` sends them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import BaseModel

from tests.support.api.access import Stage, stage
from tests.support.pages.forms import FORMS, required, value_of
from tests.support.pages.routes import routes

__all__ = ["stage"]  # pytest finds fixtures by their names here
#: As they are sent: percent-encoded, so that there is what no text can hold.
ODD = (
    "a%00b", "%FF", "%ED%A0%80", quote("²"), quote("\u3000"), "9" * 5000, "9" * 19, "1e99999",
    "-1", "NaN", "9999-12-31", "0001-01", "0001-01-01T00:00", "9999-12-31T23:59", "24:00-24:00",
    quote("x" * 20_000), quote("a\r\nb: c"), quote("<b>'\"{}%s"),
)  # fmt: skip
#: Values for each field and run of the suite.
SOME = 1
#: It ends the session that the others need.
LEFT_OUT = {"POST /logout"}
#: What answered 500 once.
FOUND = (
    ("POST /technicians", "shifts", "9999-12-31"),
    ("POST /technicians", "shifts", "-1"),
    ("POST /hours", "week", "9999-12-31"),
    ("POST /hours", "week", "0001-01-01T00:00"),
    ("POST /bookings/{booking_id}/technician", "technician", "%FF"),
    ("POST /ledger", "company", "a%00b"),
    ("POST /ledger", "start", "9999-12-31"),
    ("POST /ledger", "start", "0001-01-01T00:00"),
    ("GET /ledger", "day", "9999-12-31"),
    ("POST /holidays", "day", "9999-12-31"),
    ("POST /statements/{statement_id}/lines", "day", "0001-01-01T00:00"),
    ("POST /bookings/{booking_id}/cost-shares", "parts", "9" * 5000),
    ("POST /tariffs", "items.0.rate_per_hour", "1e99999999"),
)


def send(
    client: TestClient, found: Stage, route: APIRoute, field: str, odd: str, who: str = "manager"
) -> Response:
    """Send a form, or ask a page, with an odd value in one of its fields."""
    (method,) = sorted(route.methods or ())
    ids: dict[str, str] = {
        **found.ids,
        "company_id": found.ids["company"],
        "word": "none",
        "kind": "terms",
        "action": "accept",
        "step": "approve",
        "name": "notice_minutes",
    }
    where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: ids.get(name[1], "none"), route.path)
    headers = {**found.headers(who), "accept": "text/html", "sec-fetch-site": "same-origin"}
    client.cookies.clear()
    if method == "GET":
        return client.get(f"{where}?{field}={odd}", headers=headers, follow_redirects=False)
    form: Mapping[str, Any] = {
        **{name: value_of(name, ids) for name in required(route)},
        **FORMS.get(f"{method} {route.path}", lambda _: {})(ids),
    }
    sent = {name: quote(str(value)) for name, value in form.items()} | {field: odd}
    return client.request(
        method,
        where,
        content="&".join(f"{quote(name)}={value}" for name, value in sent.items()),
        headers={**headers, "content-type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )


def fields_of(route: APIRoute) -> Iterator[str]:
    """Yield the fields of a route's form, or of its query, those of what it depends on too."""
    is_form = "GET" not in (route.methods or ())
    for dependant in _every(route.dependant):
        for field in dependant.body_params if is_form else dependant.query_params:
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from kind.model_fields
            else:
                yield field.alias


def _every(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for other in dependant.dependencies:
        yield from _every(other)


def test_no_field_of_a_page_answers_500(client: TestClient, stage: Stage) -> None:
    failed: list[str] = []
    asked = 0
    every = bool(os.environ.get("GADONG_ODD_FORMS"))
    for route in routes():
        (method,) = sorted(route.methods or ())
        name = f"{method} {route.path}"
        if name in LEFT_OUT:
            continue
        for field in dict.fromkeys(fields_of(route)):
            values = ODD if every else [ODD[(asked + n) % len(ODD)] for n in range(SOME)]
            for who in ("manager", "member") if every else ("manager",):
                for odd in values:
                    answer = send(client, stage, route, field, odd, who)
                    asked += 1
                    if answer.status_code >= 500:
                        failed.append(f"{who} {name} {field}={odd[:20]}: {answer.status_code}")
    assert not failed, "\n".join(failed)
    assert asked > 300


@pytest.mark.parametrize("name", sorted({name for name, _, _ in FOUND}))
def test_what_answered_500_is_refused(client: TestClient, stage: Stage, name: str) -> None:
    known = {
        f"{method} {route.path}": route for route in routes() for method in route.methods or ()
    }
    for field, odd in [(field, odd) for of, field, odd in FOUND if of == name]:
        answer = send(client, stage, known[name], field, odd)
        # A page that can only lead on says what was wrong there.
        is_refused = answer.status_code in {409, 422} or "wrong=" in answer.headers["location"]
        assert is_refused, (field, odd[:20], answer.status_code, answer.headers)
