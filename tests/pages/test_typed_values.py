"""No form forgets what was typed because one of its fields is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.conftest import PUBLIC_URL
from tests.support.api.access import NOW, Stage, stage
from tests.support.pages.read_forms import FormField, PageForm, forms_of
from tests.support.pages.routes import routes

__all__ = ["stage"]  # pytest finds fixtures by their names here

LATER = NOW + timedelta(days=60)
TYPED = {
    "date": f"{LATER:%Y-%m-%d}",
    "datetime-local": f"{LATER:%Y-%m-%dT%H:%M}",
    "email": "typed@x.example",
    "month": f"{LATER:%Y-%m}",
    "number": "7",
    "time": "07:30",
    "tel": "02-930-2266",
    "textarea": 'Typed "A"\n& <B>',
    "text": 'Typed "A" & <B>',
}
WRONG = {"number": "many", "date": "that day", "datetime-local": "then", "time": "noon"}
TOO_LONG = "x" * 20_000
#: Forms of selections alone, of a box to tick, and of a password alone.
NEVER_REFUSED = {"/centre/staff/{person}", "/commissions/terms", "/recover/{word}"}


def test_a_refused_form_stands_again_as_it_was_typed(client: TestClient, stage: Stage) -> None:
    refused: dict[str, str] = {}
    accepted: set[str] = set()
    lost: list[str] = []
    for role in ("manager", "owner", "nobody"):
        for path, form in shown(client, stage, role):
            name = route_of(form.action)
            if name in refused:
                continue
            answer, broken, typed = refusal_of(client, stage, role, path, form)
            if answer is None:
                accepted.add(name)
                continue
            refused[name] = broken
            accepted.discard(name)
            again = [f for f in forms_of(answer.text, path) if f.action == form.action]
            missing = [missing_of(f, typed, broken) for f in again if f.method == "post"]
            if not missing or min(missing):
                lost.append(f"{name}: {broken} was wrong, {answer.status_code}: {missing[:1]}")
    assert lost == []
    assert accepted - set(refused) == NEVER_REFUSED
    # Statements that are open and forms behind a choice have tests of their own beside their pages.
    assert len(refused) >= 68


def shown(client: TestClient, found: Stage, role: str) -> Iterator[tuple[str, PageForm]]:
    """Yield every form that somebody is shown, with its page, and one for each address."""
    ids = {
        **found.ids,
        "company_id": found.ids["company"],
        "word": "none",
        "kind": "terms",
        "name": "notice_minutes",
        "moment": "before",
    }
    known: set[str] = set()
    for route in routes():
        if "GET" not in (route.methods or ()) or route.path in {"/", "/login/provider"}:
            continue
        where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: ids.get(name[1], "none"), route.path)
        answer = asked(client, found, role, "GET", where)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        for form in forms_of(answer.text, where):
            key = route_of(form.action)
            is_new = form.method == "post" and key and key not in known
            if is_new and any(f.is_typed for f in form.fields):
                known.add(key)
                yield where, form


def route_of(action: str) -> str:
    """Return the path of the route to which a form is sent."""
    return next(
        (r.path for r in routes() if "POST" in (r.methods or ()) and r.path_regex.match(action)), ""
    )


def refusal_of(
    client: TestClient, found: Stage, role: str, path: str, form: PageForm
) -> tuple[Response | None, str, list[FormField]]:
    """Break one field after the other, until the form is refused."""
    typed = [replace(f, value=value_of(f)) for f in form.fields]
    for broken in [f for f in typed if f.is_typed and f.kind not in {"checkbox", "radio"}]:
        for value in (WRONG.get(broken.kind, TOO_LONG), ""):
            tried = [replace(f, value=value) if f is broken else f for f in typed]
            sent = [(f.name, f.value) for f in tried if f.is_sent and f.name]
            for button in buttons(form):
                answer = asked(client, found, role, "POST", form.action, [*sent, *button], path)
                if answer.status_code in {404, 409, 422}:
                    return answer, broken.name, tried
    return None, "", typed


def buttons(form: PageForm) -> list[list[tuple[str, str]]]:
    """Return what each button of a form sends."""
    named = [[(f.name, f.value)] for f in form.fields if f.kind == "submit" and f.name]
    return named or [[]]


def value_of(one: FormField) -> str:
    """Return what is typed into a field."""
    if one.kind == "select":
        return next((o for o in reversed(one.options) if o), one.value)
    return TYPED.get(one.kind, one.value) if one.is_typed else one.value


def missing_of(form: PageForm, typed: list[FormField], broken: str) -> list[tuple[str, str]]:
    """Return what was typed beside the broken field and does not stand in a form."""
    held = {(f.name, f.value) for f in form.fields if f.is_sent}
    return [
        (f.name, f.value)
        for f in typed
        if f.is_typed and f.is_sent and f.name != broken and (f.name, f.value) not in held
    ]


def asked(
    client: TestClient,
    found: Stage,
    role: str,
    method: str,
    path: str,
    sent: list[tuple[str, str]] | None = None,
    page: str = "/",
) -> Response:
    """Ask as a browser does whose form stands on a page."""
    client.cookies.clear()
    fields: dict[str, list[str]] = {}
    for name, value in sent or []:
        fields.setdefault(name, []).append(value)
    headers = {
        "accept": "text/html",
        "sec-fetch-site": "same-origin",
        "referer": f"{PUBLIC_URL}{page}",
    }
    return client.request(
        method,
        path,
        data=fields or None,
        headers={**headers, **found.headers(role)},
        follow_redirects=False,
    )
