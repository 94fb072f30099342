"""Values sent by mistake or to do harm, list by list: refused with a reason, or read as meant.

Other tests send the values that a list lacks:

- one slot wanted by many: tests/stories/test_from_message_to_statement.py
- ids of other centres: test_access.py
- sessions and their ends: test_identity.py and test_second_factor.py
- amounts that no price table can hold: test_whole_tariff.py
- forged names in papers and mail: test_papers.py and test_telling.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.bounds import BODY_LIMIT
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import PASSWORD, World, registration_number


@pytest.fixture
def member(client: TestClient, world: World, session: LogIn) -> Iterator[TestClient]:
    """A client that speaks as a member, in a centre with a mill."""
    world.machine("mill-1")
    client.headers.update(session(world.member(world.company())))
    yield client
    # After any input the calendar holds nothing twice and the service still answers.
    assert client.get("/healthz").status_code == 200
    times = [(b["start"], b["end"]) for b in held(client)]
    assert all(before[1] <= after[0] for before, after in pairwise(sorted(times)))


def held(client: TestClient) -> list[dict[str, Any]]:
    """Return the bookings in force."""
    found = client.get("/api/v1/bookings").json()["items"]
    return [b for b in found if b["state"] not in {"cancelled", "declined", "expired"}]


def refused(answer: Response, status: int = 422) -> None:
    """It is refused as a problem document with a sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


START, END = TOMORROW.isoformat(), (TOMORROW + timedelta(hours=1)).isoformat()


NO_TIMES: list[tuple[object, object]] = [
    (START, START),
    (END, START),
    (START, (TOMORROW + timedelta(microseconds=1)).isoformat()),
    ((TOMORROW + timedelta(microseconds=1)).isoformat(), END),
    (START, TOMORROW.replace(year=TOMORROW.year + 100).isoformat()),
    (START, "infinity"),
    ("-infinity", END),
    ("empty", "empty"),
    (START.removesuffix("+00:00"), END),
    ("2026-12-31T23:59:60Z", "2027-01-01T01:00:00Z"),
    ("9999-12-31T23:00:00Z", "9999-12-31T23:59:59Z"),
    ("-001-01-01T00:00:00Z", END),
    ("2027-02-29T10:00:00Z", "2027-02-29T11:00:00Z"),
    (START, None),
    ("", ""),
    (float("1e300"), END),
    (True, END),
    ([START], END),
]


def test_a_time_that_is_none_books_nothing(member: TestClient) -> None:
    for start, end in NO_TIMES:
        body = {"machine_slug": "mill-1", "start": start, "end": end}
        refused(member.post("/api/v1/bookings", json=body))
        quoted = member.post("/api/v1/bookings/quote", json=body)
        assert quoted.status_code == 422 or not quoted.json()["is_possible"], body
    assert held(member) == []


def test_an_offset_is_what_it_says(member: TestClient) -> None:
    far = TOMORROW.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+14:00").tzinfo)
    body = {
        "machine_slug": "mill-1",
        "start": far.isoformat(),
        "end": (far + timedelta(hours=1)).isoformat(),
    }
    made = member.post("/api/v1/bookings", json=body)
    assert made.status_code == 201, made.text
    assert datetime.fromisoformat(made.json()["start"]) == TOMORROW
    # A night in which New York's clocks skip an hour is 2026-03-08; with an offset nothing is
    # skipped.
    gap = {
        "machine_slug": "mill-1",
        "start": "2026-03-08T02:30:00-05:00",
        "end": "2026-03-08T03:30:00-05:00",
    }
    answer = member.post("/api/v1/bookings", json=gap)
    assert {p["code"] for p in answer.json()["problems"]} == {"booking.in_the_past"}


def test_periods_that_touch_do_not_overlap(member: TestClient) -> None:
    for hour in (0, 1, 2):
        answer = member.post(
            "/api/v1/bookings", json=wish("mill-1", 1, TOMORROW + timedelta(hours=hour))
        )
        assert answer.status_code == 201, answer.text


def test_a_series_has_an_end(member: TestClient) -> None:
    for count in (0, -1, 500, 10**9, 1.5, "many", "2", True):
        body = {**wish("mill-1"), "every_days": 1, "count": count}
        refused(member.post("/api/v1/bookings/series", json=body))
    assert held(member) == []


def test_of_approving_cancelling_and_moving_at_once_one_comes_first(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mc-1", approval="manual")
    asking, deciding = bearer(world.member(world.company())), bearer(None)
    for day in range(6):
        start = TOMORROW + timedelta(days=day)
        asked = client.post(
            "/api/v1/bookings", json=wish("mc-1", start=start), headers=asking
        ).json()
        later = {
            k: v
            for k, v in wish("mc-1", start=start + timedelta(hours=3)).items()
            if k != "machine_slug"
        }
        seen = {"If-Match": f'"{asked["version"]}"'}
        acts = [
            ("approve", {}, {**deciding, **seen}),
            ("cancel", {}, {**asking, **seen}),
            ("move", later, {**asking, **seen}),
        ]
        with ThreadPoolExecutor(3) as hands:
            answers = list(
                hands.map(
                    lambda act, at=asked["id"]: (
                        client.post(
                            f"/api/v1/bookings/{at}/{act[0]}", json=act[1], headers=act[2]
                        ).status_code
                    ),
                    acts,
                )
            )
        # Each had read the same version, so one was done and the others were told that it had
        # changed.
        assert sorted(answers) == [200, 412, 412], answers


#: More digits than Python's int reads.
ENDLESS = "9" * 5000
TAGS = {
    "*": 200,
    '"1"': 200,
    'W/"1"': 200,
    '"0"': 412,
    '"99"': 412,
    "new": 422,
    "": 422,
    f'"{ENDLESS}"': 422,
}


def test_a_version_is_one_of_ours(member: TestClient) -> None:
    for day, (tag, status) in enumerate(TAGS.items()):
        start = TOMORROW + timedelta(days=day)
        made = member.post("/api/v1/bookings", json=wish("mill-1", start=start)).json()
        answer = member.post(f"/api/v1/bookings/{made['id']}/cancel", headers={"If-Match": tag})
        assert answer.status_code == status, (tag, answer.text)
        assert (made["id"] in {b["id"] for b in held(member)}) is (status != 200)


def test_a_key_that_is_none_is_refused(member: TestClient) -> None:
    for key in ("", "short", "k" * 201, "k" * 5000):
        refused(
            member.post("/api/v1/bookings", json=wish("mill-1"), headers={"Idempotency-Key": key})
        )
    assert held(member) == []


def test_a_key_is_its_persons_own_and_counts_once_however_many_ask(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    company = world.company()
    key = {"Idempotency-Key": "the-same-key"}
    own, other = ({**bearer(world.member(company)), **key} for _ in range(2))
    with ThreadPoolExecutor(8) as hands:
        answers = list(
            hands.map(
                lambda _: client.post("/api/v1/bookings", json=wish("mill-1"), headers=own),
                range(8),
            )
        )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    refused(client.post("/api/v1/bookings", json=wish("mill-1"), headers=other), 409)


QUERIES = [
    "limit=-1",
    "limit=0",
    "limit=1000000000",
    "limit=1e3",
    "limit=%00",
    "cursor=%00",
    "cursor=%FF%FE",
    "cursor=1%27%20or%201=1--",
    "machine_slug=%00",
    "machine_slug=%C0%AF..%C0%AF",
    "machine_slug=mill-1%27--",
    "machine_slug=%E2%80%AEmill-1",
    "machine_slug=mill%E2%80%8B-1",
    "centre=1",
    "machine=mill-1",
    "order=cheapest",
    "state=lost",
    "limits=1",
    f"from={START[:19]}Z",
    "from=empty&to=empty",
]


def test_a_question_that_cannot_be_answered_is_refused(member: TestClient) -> None:
    for query in QUERIES:
        refused(member.get(f"/api/v1/bookings?{query}"))


def test_a_numbered_cursor_is_one_of_ours(client: TestClient, world: World, session: LogIn) -> None:
    where, headers = f"/api/v1/centres/{world.centre.id}/audit", session(None)
    for cursor in ("0", "-1", str(2**63), "\u0661", ENDLESS):
        refused(client.get(where, params={"cursor": cursor}, headers=headers))
    for cursor in ("1", str(2**63 - 1)):
        answer = client.get(where, params={"cursor": cursor}, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("text", ["é", "a", "a===", "\x00", "\U0001f600", "////", "=" * 9])
def test_a_photo_in_json_is_base64_and_a_photo(
    client: TestClient, world: World, session: LogIn, text: str
) -> None:
    world.machine("mill-1")
    questions = [{"ko": "사진", "en": "photo", "needs_photo": True}]
    where, headers = "/api/v1/machines/mill-1", session(None)
    body = {"moment": "before", "questions": questions}
    assert client.post(f"{where}/checklists", json=body, headers=headers).status_code == 201
    answers = {"moment": "before", "answers": [{"is_good": True, "photo": text}]}
    refused(client.post(f"{where}/checklist-answers", json=answers, headers=headers))


def test_of_a_parameter_said_twice_one_counts_and_rights_do_not_change(
    member: TestClient, world: World
) -> None:
    other = World.made(world.pool)
    machine = other.machine("mill-9")
    stranger = accounts.create_company(
        world.pool,
        OPERATOR,
        centre=other.centre.id,
        name="남의 회사",
        registration_number=registration_number(7),
        category="general",
        since=date(2026, 1, 1),
    )
    theirs = other.booked(machine, stranger, TOMORROW)
    for query in (
        f"centre={world.centre.id}&centre={other.centre.id}",
        f"centre={other.centre.id}&centre={world.centre.id}",
        "limit=200&limit=1",
    ):
        answer = member.get(f"/api/v1/bookings?{query}")
        assert answer.status_code in {200, 403, 404}, answer.text
        assert str(theirs.id) not in answer.text
        assert str(stranger.id) not in answer.text


#: JSON can name half of a character, which no text can hold.
HALF_A_CHARACTER = "\ud800"
NAMES = {
    "right to left": "\u202egnihtemos",
    "zero width": "a\u200b\u2060b",
    "a line more": "a\r\nSet-Cookie: x=1",
    "a formula": '=HYPERLINK("http://evil.example","x")',
    "markup": "<script>alert(1)</script>",
    "astral": "🛠️" * 50,
    "composed otherwise": "가동",
}


def test_a_text_is_a_text_whatever_it_looks_like(member: TestClient) -> None:
    for day, purpose in enumerate(NAMES.values()):
        body = wish("mill-1", start=TOMORROW + timedelta(days=day), purpose=purpose)
        made = member.post("/api/v1/bookings", json=body)
        assert (made.status_code, made.json().get("purpose")) == (201, purpose), made.text
    assert {b["purpose"] for b in held(member)} == set(NAMES.values())


def test_what_is_no_text_is_refused(member: TestClient) -> None:
    kind = {"Content-Type": "application/json"}
    for purpose in ("a\u0000b", "x" * 501, "\ud800", 7, None, ["a"], {"a": "b"}):
        raw = json.dumps(wish("mill-1", purpose=purpose))
        refused(member.post("/api/v1/bookings", content=raw, headers=kind))
    assert held(member) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", "/centres/{centre}/text-account", {"api_key": "KEY", "secret": HALF_A_CHARACTER}),
        ("post", "/machines/mill-1/sources", {"dialect": HALF_A_CHARACTER, "base": "a/b"}),
        ("post", "/tokens", {"name": "x", HALF_A_CHARACTER: 1}),
        ("post", "/bookings", {"answers": {"why": [HALF_A_CHARACTER]}}),
        ("post", "/sessions", {"email": HALF_A_CHARACTER, "password": "x"}),
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(
    client: TestClient,
    world: World,
    session: LogIn,
    method: str,
    path: str,
    body: dict[str, Any],
) -> None:
    world.machine("mill-1")
    where = f"/api/v1{path}".replace("{centre}", str(world.centre.id))
    headers = {**session(None), "content-type": "application/json"}
    answer = client.request(method, where, content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text


def test_a_field_that_is_not_asked_for_is_refused(member: TestClient) -> None:
    for field in ("id", "state", "price", "centre_id", "role", "version", "checked_in_at"):
        refused(member.post("/api/v1/bookings", json={**wish("mill-1"), field: "confirmed"}))
    assert held(member) == []


def test_a_body_is_bounded_and_what_it_says_it_is(member: TestClient) -> None:
    kind = {"Content-Type": "application/json"}
    refused(member.post("/api/v1/bookings", content=b" " * (BODY_LIMIT + 1), headers=kind), 413)
    refused(member.post("/api/v1/bookings", content=iter([b"{}"]), headers=kind), 411)
    both = {**kind, "Content-Length": "2", "Transfer-Encoding": "chunked"}
    refused(member.post("/api/v1/bookings", content=b"{}", headers=both), 411)
    for length in ("9" * 5000, "-1", "2e1"):
        said = {**kind, "Content-Length": length}
        answer = member.post("/api/v1/bookings", content=b"{}", headers=said)
        refused(answer, 413)
        assert answer.headers["x-content-type-options"] == "nosniff"
    for body in (
        b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"machine_slug": NaN}', b"[" * 100_000,
            b'{"a":' * 40_000,
    ):  # fmt: skip
        refused(member.post("/api/v1/bookings", content=body, headers=kind))
    text = json.dumps(wish("mill-1"))
    for wrong in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        refused(member.post("/api/v1/bookings", content=text, headers={"Content-Type": wrong}))
    assert held(member) == []


def test_a_body_in_another_unicode_means_the_same(member: TestClient) -> None:
    text = json.dumps(wish("mill-1", purpose="금형")).encode("utf-16")
    made = member.post(
        "/api/v1/bookings", content=text, headers={"Content-Type": "application/json"}
    )
    assert (made.status_code, made.json()["purpose"]) == (201, "금형")


def test_a_field_said_twice_means_its_last(member: TestClient) -> None:
    text = json.dumps(wish("mill-1"))[:-1] + ', "purpose": "first", "purpose": "last"}'
    made = member.post(
        "/api/v1/bookings", content=text, headers={"Content-Type": "application/json"}
    )
    assert (made.status_code, made.json()["purpose"]) == (201, "last")


def test_a_header_changes_neither_method_nor_who_asks(
    member: TestClient, world: World, pool: Pool
) -> None:
    made = member.post("/api/v1/bookings", json=wish("mill-1")).json()
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        member.get(f"/api/v1/bookings/{made['id']}", headers={header: "DELETE"})
        member.post(f"/api/v1/bookings/{made['id']}", headers={header: "DELETE"})
    assert len(held(member)) == 1
    for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT"):
        refused(member.request(method, f"/api/v1/bookings/{made['id']}"), 405)
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
    }
    reported = member.post("/api/v1/tokens", json={"name": "forged"}, headers=forged)
    assert reported.status_code == 201
    with transaction(pool, SYSTEM) as tx:
        origins = [row["origin"] for row in many(tx, "select origin from audit_entries")]
    assert origins
    assert not [origin for origin in origins if "203.0.113.9" in origin]


def test_money_is_whole_positive_won(client: TestClient, world: World, bearer: LogIn) -> None:
    path, headers = f"/api/v1/statements/{new_id()}/payments", bearer(None)
    refused(client.post(path, json={"amount": 1, "paid_on": "2026-11-20"}, headers=headers), 404)
    for amount in (0, -1, 10**18, 2**63, 0.3, 1.0, "1", None, True, 1e300, [1], "NaN"):
        refused(
            client.post(path, json={"amount": amount, "paid_on": "2026-11-20"}, headers=headers)
        )


def test_a_session_is_not_fixed_and_ends_with_its_end(client: TestClient, world: World) -> None:
    chosen = {"Cookie": "__Host-gadong_session=gd_chosen-by-another"}
    login = {"email": world.manager_email, "password": PASSWORD}
    answer = client.post("/api/v1/sessions", json=login, headers=chosen)
    given = client.cookies["__Host-gadong_session"]
    assert (answer.status_code, given) != (201, "gd_chosen-by-another")
    assert client.get("/api/v1/me").status_code == 200
    assert client.delete("/api/v1/sessions/current").status_code == 204
    for cookie in (f"__Host-gadong_session={given}", *chosen.values()):
        client.cookies.clear()
        refused(client.get("/api/v1/me", headers={"Cookie": cookie}), 401)


@pytest.mark.parametrize(
    ("passkey", "wrong"),
    [
        ("", "passkey"),
        ("d", "passkey"),
        ("d2", "password"),
        ("d23", "passkey"),
        ("d2" * 1024, "password"),
        ("d2" * 1024 + "d", "passkey"),
        ("d2" * 1025, "passkey"),
    ],
)
def test_a_passkeys_id_is_whole_bytes(
    client: TestClient, session: LogIn, passkey: str, wrong: str
) -> None:
    body = {"passkey": passkey, "password": "wrong wrong wrong"}
    answer = client.post("/api/v1/me/passkeys/removal", json=body, headers=session(None))
    refused(answer)
    assert wrong in answer.text
    assert ({"passkey", "password"} - {wrong}).isdisjoint(answer.text.split('"'))
    form = client.post(
        "/account/passkeys/remove",
        data=body,
        headers={**session(None), "sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    assert form.status_code < 500
