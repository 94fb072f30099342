"""Hours that ask for more, through every way to a booking: each asks the same of the same hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.booking.month_quotas import DAY, HOUR, far
from tests.support.booking.rulebook import put
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

EVENING = {"since": "18:00", "until": "22:00"}
TRAINED = {**EVENING, "qualification": ["evening", "talk"]}
ASKED = {**EVENING, "approval": "manual"}
Headers = dict[str, str]


def rule(client: TestClient, world: World, bearer: LogIn, *rules: dict[str, Any]) -> None:
    values = {"hour_rules": list(rules), "horizon_days": 200, "approval": "auto"}
    put(client, bearer(None), centre=str(world.centre.id), values=values)


def asked(
    client: TestClient, headers: Headers, start: datetime, hours: float = 1, path: str = ""
) -> Any:
    body = wish("mill-1", hours=hours, start=start)
    return client.post(f"/api/v1/bookings{path}", json=body, headers=headers)


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


def test_evenings_are_booked_after_a_training_and_a_talk(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    member = world.member(world.company())
    headers = bearer(member)
    rule(client, world, bearer, TRAINED)
    evening = far(world, hour=18)
    assert asked(client, headers, evening - 2 * HOUR, 2).status_code == 201
    refused = asked(client, headers, evening + HOUR)
    assert (refused.status_code, codes(refused)) == (422, ["booking.hours_unqualified"])
    (problem,) = refused.json()["problems"]
    assert problem["limit"] == "evening, talk"
    assert datetime.fromisoformat(problem["details"]["from"]) == evening
    assert datetime.fromisoformat(problem["details"]["until"]) == evening + 4 * HOUR
    offered = refused.json()["alternatives"]
    assert offered
    for one in offered:
        begin = datetime.fromisoformat(one["start"]).astimezone(world.ZONE)
        end = datetime.fromisoformat(one["end"]).astimezone(world.ZONE)
        dusk, night = begin.replace(hour=18, minute=0), begin.replace(hour=22, minute=0)
        assert end <= dusk or begin >= night
    quote = asked(client, headers, evening, path="/quote").json()
    assert [p["code"] for p in quote["problems"]] == ["booking.hours_unqualified"]
    for code in ("evening", "talk"):
        body = {"centre": str(world.centre.id), "person": str(member.person_id), "code": code}
        given = client.post("/api/v1/qualifications", json=body, headers=bearer(None))
        assert given.status_code == 204, given.text
        expected = 201 if code == "talk" else 422
        assert asked(client, headers, evening + HOUR).status_code == expected


def test_a_manager_is_asked_in_these_hours_alone(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    rule(client, world, bearer, ASKED)
    evening = far(world, hour=18)
    by_day = asked(client, headers, evening - 2 * HOUR, 2).json()
    assert by_day["state"] == "confirmed"
    assert asked(client, headers, evening, path="/quote").json()["needs_approval"] is True
    pending = asked(client, headers, evening + HOUR).json()
    assert pending["state"] == "pending"
    approved = client.post(
        f"/api/v1/bookings/{pending['id']}/approve", json={}, headers=bearer(None)
    )
    assert (approved.status_code, approved.json()["state"]) == (200, "confirmed")
    # Moved into the evening it asks anew.
    into = {
        "start": (evening + 2 * HOUR).isoformat(),
        "end": (evening + 4 * HOUR).isoformat(),
    }
    moved = client.post(f"/api/v1/bookings/{by_day['id']}/move", json=into, headers=headers)
    assert (moved.status_code, moved.json()["state"]) == (200, "pending")


@pytest.mark.parametrize(("given", "state"), [(TRAINED, None), (ASKED, "pending")])
def test_a_series_and_a_group_ask_the_same(
    client: TestClient,
    world: World,
    bearer: LogIn,
    given: dict[str, Any],
    state: str | None,
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    headers = bearer(world.member(world.company()))
    evening = far(world, hour=18)
    other_day = (evening + DAY).weekday()
    rule(client, world, bearer, {**given, "weekdays": [other_day]})
    body = {**wish("mill-1", hours=1, start=evening), "also_slugs": ["mill-2"]}
    series = client.post(
        "/api/v1/bookings/series", json={**body, "every_days": 1, "count": 3}, headers=headers
    )
    states = [date["booking"] and date["booking"]["state"] for date in series.json()["items"]]
    assert states == ["confirmed", state, "confirmed"]
    later = evening + 8 * DAY
    group = client.post(
        "/api/v1/bookings",
        json={**body, **{k: v for k, v in wish("mill-1", 1, later).items() if k != "machine_slug"}},
        headers=headers,
    )
    if state:
        assert [part["state"] for part in group.json()["parts"]] == [state, state]
    else:
        assert set(codes(group)) == {"booking.hours_unqualified"}


def test_the_search_for_time_and_the_waiting_list_pass_the_hours_over(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    rule(client, world, bearer, TRAINED)
    evening = far(world, hour=18)
    body = {
        "machine_slug": "mill-1",
        "minutes": 60,
        "not_before": (evening + HOUR / 2).isoformat(),
    }
    (slot,) = client.post("/api/v1/slots", json=body, headers=headers).json()["items"]
    assert datetime.fromisoformat(slot["start"]) == evening + 4 * HOUR
    wait = {
        "machine_slug": "mill-1",
        "start": evening.isoformat(),
        "end": (evening + 4.5 * HOUR).isoformat(),
        "minutes": 60,
    }
    assert client.post("/api/v1/waiting", json=wait, headers=headers).status_code == 201
    url = "/api/v1/bookings?state=offered"
    assert client.get(url, headers=headers).json()["items"] == []
    longer = {**wait, "end": (evening + 6 * HOUR).isoformat()}
    assert client.post("/api/v1/waiting", json=longer, headers=headers).status_code == 201
    (offer,) = client.get(url, headers=headers).json()["items"]
    assert datetime.fromisoformat(offer["start"]) == evening + 4 * HOUR


def test_an_accepted_offer_waits_for_a_manager_in_these_hours(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    rule(client, world, bearer, ASKED)
    evening = far(world, hour=18)
    wait = {
        "machine_slug": "mill-1",
        "start": evening.isoformat(),
        "end": (evening + 2 * HOUR).isoformat(),
        "minutes": 60,
    }
    assert client.post("/api/v1/waiting", json=wait, headers=headers).status_code == 201
    (offer,) = client.get("/api/v1/bookings?state=offered", headers=headers).json()["items"]
    taken = client.post(f"/api/v1/bookings/{offer['id']}/accept", json={}, headers=headers)
    assert (taken.status_code, taken.json()["state"]) == (200, "pending")


def test_an_extension_into_the_hours_is_offered_their_beginning(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    rule(client, world, bearer, TRAINED)
    evening = far(world, hour=18)
    made = asked(client, headers, evening - 2 * HOUR).json()
    end = {"end": (evening + HOUR).isoformat()}
    refused = client.post(f"/api/v1/bookings/{made['id']}/extend", json=end, headers=headers)
    assert codes(refused) == ["booking.hours_unqualified"]
    (longest,) = refused.json()["alternatives"]
    assert datetime.fromisoformat(longest["end"]) == evening


def test_hours_that_ask_for_nothing_are_refused(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    body = {"centre": str(world.centre.id), "values": {"hour_rules": [EVENING]}}
    answer = client.put("/api/v1/policy", json=body, headers=bearer(None))
    assert (answer.status_code, answer.json()["field"]) == (422, "hour_rules")


def test_the_form_says_which_hours_ask_for_more(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    desk = visit(None)
    form = {
        "level": "machine:mill-1",
        "value": "월,화 18:00-22:00 | evening, talk | manual\n22:00-06:00 | night | qualified",
        "reason": "야간 안전",
    }
    assert desk.post("/rules/hour_rules", data=form).status_code == 303
    member = visit(world.member(world.company()))
    seen = text_of(member.get("/machines/mill-1/book").text)
    assert (
        "추가 조건이 있는 시간: 월,화 18:00–22:00: evening 교육, talk 교육, 담당자 승인"
        " · 22:00–06:00: night 교육, 또는 담당자 승인" in seen
    )
    wrong = {**form, "value": "18:00-22:00 | a | b | c"}
    assert desk.post("/rules/hour_rules", data=wrong).status_code != 303
