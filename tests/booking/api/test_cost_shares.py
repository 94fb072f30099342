"""Shares of a booking's cost through the API and the pages: asked for, answered, and fixed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api_fixtures import LogIn
from tests.support.billing.shared_bookings import answered, asked
from tests.support.booking.cost_shares import API, Shared, code, shared, states
from tests.support.page_fixtures import Visit

__all__ = ["shared"]  # pytest finds a fixture by its name here


def test_a_request_costs_nobody_anything_until_each_consents(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second, third = (bearer(who) for who in (shared.booker, *shared.members))
    assert client.get(shared.address, headers=second).status_code == 404
    made = client.post(shared.address, headers=booker, json=shared.wanted)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["request"], told["is_fixed"], told["pays"]) == (1, False, [])
    assert [s["amount"] for s in told["shares"]] == [20_000, 20_000]
    assert told["booker_amount"] == 20_000
    waiting = client.get(f"{API}/cost-shares", headers=third).json()["items"]
    assert [one["booking"] for one in waiting] == [str(shared.booking.id)]
    assert client.get(f"{API}/cost-shares", headers=booker).json()["items"] == []
    answer = {"request": 1}
    given = client.post(f"{shared.address}/consent", headers=second, json=answer)
    assert states(given) == ["consented", "asked"]
    assert [p["parts"] for p in given.json()["pays"]] == [2, 1]
    given = client.post(f"{shared.address}/refuse", headers=third, json=answer)
    assert states(given) == ["consented", "refused"]
    assert [s["amount"] for s in given.json()["shares"]] == [20_000, None]
    assert given.json()["booker_amount"] == 40_000
    given = client.post(f"{shared.address}/withdraw", headers=second, json=answer)
    assert states(given) == ["withdrawn", "refused"]
    assert given.json()["pays"] == []
    given = client.post(f"{shared.address}/consent", headers=third, json=answer)
    assert [p["parts"] for p in given.json()["pays"]] == [2, 1]


def test_an_answer_is_to_what_was_looked_at_and_fits_the_state(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    again = client.post(shared.address, headers=booker, json={**shared.wanted, "booker_parts": 3})
    assert again.json()["request"] == 2
    outdated = client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    assert code(outdated) == (412, "changed")
    early = client.post(f"{shared.address}/withdraw", headers=second, json={"request": 2})
    assert early.json()["problems"][0]["code"] == "booking.share_state"
    assert states(
        client.post(f"{shared.address}/consent", headers=second, json={"request": 2})
    ) == ["consented", "asked"]
    twice = client.post(f"{shared.address}/consent", headers=second, json={"request": 2})
    assert twice.json()["problems"][0]["code"] == "booking.share_state"


def test_nobody_acts_in_anothers_place(client: TestClient, shared: Shared, bearer: LogIn) -> None:
    booker, second, manager = bearer(shared.booker), bearer(shared.members[0]), bearer(None)
    stranger = bearer(shared.world.member(shared.world.company()))
    assert client.post(shared.address, headers=manager, json=shared.wanted).status_code == 403
    client.post(shared.address, headers=booker, json=shared.wanted)
    assert client.get(shared.address, headers=manager).status_code == 200
    assert client.get(shared.address, headers=stranger).status_code == 404
    answer = {"request": 1}
    for headers, status in ((booker, 422), (manager, 403), (stranger, 404)):
        given = client.post(f"{shared.address}/consent", headers=headers, json=answer)
        assert given.status_code == status, given.text
    theirs = {**answer, "company": str(shared.third.id)}
    given = client.post(f"{shared.address}/consent", headers=second, json=theirs)
    assert given.json()["problems"][0]["code"] == "booking.share_of_others"
    for headers, status in ((second, 403), (stranger, 404)):
        assert client.post(f"{shared.address}/take-back", headers=headers).status_code == status
        asked = client.post(shared.address, headers=headers, json=shared.wanted)
        assert asked.status_code == status
    taken = client.post(f"{shared.address}/take-back", headers=booker)
    assert states(taken) == ["taken_back", "taken_back"]
    late = client.post(f"{shared.address}/consent", headers=second, json=answer)
    assert late.json()["problems"][0]["code"] == "booking.share_state"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"booker_parts": 0}, 422),
        ({"booker_parts": 1001}, 422),
        ({"shares": []}, 422),
        ({"shares": [{"parts": 1, "registration_number": "0000000000"}]}, 404),
    ],
)
def test_a_request_names_companies_of_the_centre_and_whole_parts(
    client: TestClient, shared: Shared, bearer: LogIn, change: dict[str, Any], status: int
) -> None:
    wanted = {**shared.wanted, **change}
    made = client.post(shared.address, headers=bearer(shared.booker), json=wanted)
    assert made.status_code == status, made.text


def test_a_company_is_named_once_and_is_not_the_booker(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker = bearer(shared.booker)
    second = {"company": str(shared.second.id), "parts": 1}
    own = {"company": str(shared.booking.company_id), "parts": 1}
    for shares, wrong in (
        ([second, second], "booking.shares_companies"),
        ([second, own], "booking.shares_own"),
    ):
        wanted = {"booker_parts": 1, "shares": shares}
        made = client.post(shared.address, headers=booker, json=wanted)
        assert made.json()["problems"][0]["code"] == wrong


def test_a_booking_that_is_changed_asks_every_company_again(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    end = (shared.booking.period.end + timedelta(hours=1)).isoformat()
    longer = client.post(
        f"{API}/bookings/{shared.booking.id}/extend",
        headers=bearer(None),
        json={"end": end, "override": "시험"},
    )
    assert longer.status_code == 200, longer.text
    found = client.get(shared.address, headers=booker)
    assert states(found) == ["outdated", "outdated"]
    assert found.json()["pays"] == []
    late = client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    assert late.json()["problems"][0]["code"] == "booking.share_state"


def test_a_cancelled_booking_is_fixed(client: TestClient, shared: Shared, bearer: LogIn) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{API}/bookings/{shared.booking.id}/cancel", headers=booker)
    for answer in (
        client.post(f"{shared.address}/consent", headers=second, json={"request": 1}),
        client.post(shared.address, headers=booker, json=shared.wanted),
        client.post(f"{shared.address}/take-back", headers=booker),
    ):
        assert answer.json()["problems"][0]["code"] == "booking.shares_fixed"
    assert client.get(shared.address, headers=second).json()["is_fixed"]


def test_a_shared_booking_that_has_begun_is_not_extended(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    world, booker = shared.world, bearer(shared.booker)
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    company = next(c for c in world.companies if c.id == shared.booking.company_id)
    begun = world.booked(world.machine("mill-2"), company, start, hours=4)
    request = asked(world, begun, (shared.second, 1))
    answered(world, begun, request, shared.second.id)
    address = f"{API}/bookings/{begun.id}/extend"
    body = {"end": (begun.period.end + timedelta(hours=1)).isoformat()}
    refused = client.post(address, headers=booker, json=body)
    assert refused.json()["problems"][0]["code"] == "booking.shares_extended"
    shares = f"{API}/bookings/{begun.id}/cost-shares"
    assert len(client.get(shares, headers=booker).json()["pays"]) == 2
    # A manager may, with a reason; the company that booked pays it all then.
    longer = client.post(address, headers=bearer(None), json={**body, "override": "시험"})
    assert longer.status_code == 200, longer.text
    assert client.get(shares, headers=booker).json()["pays"] == []


def test_those_who_are_asked_are_told(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    client.post(f"{shared.address}/take-back", headers=booker)
    with transaction(pool, SYSTEM) as tx:
        rows = tx.execute("select kind, data from outbox order by id").fetchall()
    told = [(r["kind"].split(".")[1], r["data"]["company"]) for r in rows if "share" in r["kind"]]
    ids = {str(c): n for n, c in enumerate((shared.second.id, shared.third.id))}
    ids[str(shared.booking.company_id)] = 9
    assert [(kind, ids[company]) for kind, company in told] == [
        ("share_asked", 0),
        ("share_asked", 1),
        ("share_answered", 9),
        ("share_taken_back", 0),
        ("share_taken_back", 1),
    ]


def test_companies_share_a_cost_on_the_page(shared: Shared, visit: Visit) -> None:
    booker, second = visit(shared.booker), visit(shared.members[0])
    page = f"/bookings/{shared.booking.id}/cost-shares"
    assert "다른 기업과 비용 나누기" in booker.get(f"/bookings/{shared.booking.id}").text
    form = {
        "version": shared.booking.version,
        "booker_parts": 2,
        "number": [shared.second.registration_number, ""],
        "parts": ["1", "1"],
    }
    asked = booker.post(page, data=form)
    assert (asked.status_code, asked.headers["location"].split("?")[0]) == (303, page)
    assert f'href="{page}"' in second.get("/cost-shares").text
    shown = second.get(page).text
    assert "동의를 기다림" in shown
    assert "20,000원" in shown
    assert "40,000원" in shown
    given = second.post(f"{page}/consent", data={"asked": 1, "company": str(shared.second.id)})
    assert given.status_code == 303
    assert "동의함" in booker.get(page).text
    again = second.post(f"{page}/consent", data={"asked": 1, "company": str(shared.second.id)})
    assert again.status_code == 409
    wrong = booker.post(page, data={**form, "number": ["0000000000", ""]})
    assert wrong.status_code == 409
    back = booker.post(f"{page}/take-back", data={"version": shared.booking.version})
    assert back.status_code == 303
    assert "요청 취소됨" in second.get(page).text
