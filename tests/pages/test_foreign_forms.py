"""Another site's page sends every form and every operation with a person's cookie: refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi.testclient import TestClient

from api.v1.rights import NEEDS
from tests.support.api.access import V1, Stage, stage
from tests.support.pages.forms import FORMS, required, value_of
from tests.support.pages.routes import routes
from tests.support.world import PASSWORD

__all__ = ["stage"]  # pytest finds fixtures by their names here
#: The headers with which browsers say that another site's page sends the form.
FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "https://testserver"},
    {"origin": "https://evil.example"},
    {"origin": "https://testserver.evil.example"},
    {"origin": "null"},
)
#: They need no cookie and make no session, so that a foreign page gains nothing by them.
WITHOUT_COOKIE = {
    "POST /api/v1/password-recovery": "anybody may send it from anywhere; limited, answered alike",
    "POST /api/v1/password-recovery/new": "opens by the mailed word alone",
    "POST /api/v1/passkeys/options": "a challenge, which tells of nobody",
    "POST /api/v1/centres/{centre}/join-requests": "whoever asks to be served has no account yet",
}

#: Bodies of the operations that look at these before they ask who sends them.
BODIES = {
    "POST /api/v1/sessions": {"email": "manager@matrix.example", "password": PASSWORD},
    "POST /api/v1/sessions/passkey": {"answer": {}},
}


def unsafe() -> Iterator[str]:
    """Yield every form and every operation that may change something."""
    for route in routes():
        yield from (f"{method} {route.path}" for method in route.methods or () if method != "GET")
    for method, path in NEEDS:
        if method != "get":
            yield f"{method.upper()} {V1}{path}"


def test_no_form_of_another_site_is_taken(client: TestClient, stage: Stage) -> None:
    ids = {**stage.ids, "company_id": stage.ids["company"], "action": "accept", "step": "approve"}
    forms = {
        f"POST {route.path}": {name: value_of(name, ids) for name in required(route)}
        | FORMS.get(f"POST {route.path}", lambda _: {})(ids)
        for route in routes()
        if "POST" in (route.methods or ())
    }
    wrong: list[str] = []
    for name in sorted(set(unsafe()) - set(WITHOUT_COOKIE)):
        method, path = name.split()
        where = re.sub(r"\{(\w+)(:\w+)?\}", lambda part: ids.get(part[1], "none"), path)
        for foreign in FOREIGN:
            client.cookies.clear()
            answer = client.request(
                method,
                where,
                headers={**stage.headers("manager"), **foreign},
                data=forms.get(name),
                json=BODIES.get(name),
                follow_redirects=False,
            )
            if answer.status_code != 403:
                wrong.append(f"{name} {foreign}: {answer.status_code} {answer.text[:100]}")
    assert not wrong, "\n".join(wrong)


def test_each_exception_is_an_operation() -> None:
    assert set(WITHOUT_COOKIE) <= set(unsafe())
