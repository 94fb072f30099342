"""The rule book through the API: levels, dates, contradictions, stops and terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.rules.rulebook import Setting
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.store import rulebook as store
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Invalid
from gadong.machines.services.machines import BEGINNING
from gadong.people.services.accounts import OPERATOR
from gadong.texts.catalogue import refusal
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.booking.rulebook import put
from tests.support.world import World

TWENTY_MINUTES = [{"since": "10:00", "until": "10:20"}]
QUESTION = {"key": "material", "ko": "재료", "en": "Material"}


def test_the_nearest_level_wins_and_is_named(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("printer-1", kind="3d-printer")
    member = bearer(world.member(world.company(category="small-manufacturer")))
    manager, centre = bearer(None), str(world.centre.id)

    def standing() -> tuple[Any, str]:
        found = client.get("/api/v1/machines/printer-1/policy", headers=member).json()["items"]
        (one,) = [p for p in found if p["parameter"] == "horizon_days"]
        return one["value"], one["level"]

    assert standing() == (60, "centre")
    put(client, manager, centre=centre, kind="3d-printer", values={"horizon_days": 50})
    assert standing() == (50, "kind")
    put(client, manager, centre=centre, machine_slug="printer-1", values={"horizon_days": 40})
    assert standing() == (40, "machine")
    put(
        client,
        manager,
        centre=centre,
        tier="small-manufacturer",
        values={"horizon_days": 70},
        reason="지원",
    )
    assert standing() == (70, "tier")
    put(client, manager, centre=centre, tier="general", values={"horizon_days": 1})
    assert standing() == (70, "tier")
    answer = client.put("/api/v1/policy", json={"values": {"horizon_days": 10}}, headers=manager)
    assert answer.status_code == 403


def test_a_rule_set_for_later_is_not_yet_in_force(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    member = bearer(world.member(world.company()))
    later = TOMORROW + timedelta(days=2)
    put(
        client,
        bearer(None),
        centre=str(world.centre.id),
        values={"longest_minutes": 60},
        effective_from=later.isoformat(),
    )
    assert client.post("/api/v1/bookings", json=wish("mill-1"), headers=member).status_code == 201
    refused = client.post("/api/v1/bookings", json=wish("mill-1", start=later), headers=member)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.too_long"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"longest_minutes": 10}, "mill-1: shortest"),
        ({"day_minutes": 100}, "mill-1: day_minutes"),
        ({"horizon_days": -1}, "horizon_days: from 0 to 730"),
        ({"horizon_days": True}, "horizon_days: a whole number"),
        ({"approval": "perhaps"}, "approval: one of auto"),
        ({"opening_hours": [{"since": "9", "until": "18:00"}]}, "opening_hours"),
        (
            {"overnight": {"weekdays": [7], "since": "18:00", "until": "09:00"}},
            "overnight: weekdays",
        ),
        ({"horizon_weeks": 1}, "There is no parameter horizon_weeks"),
        ({"step_minutes": None}, "step_minutes cannot be null"),
        ({"company_month_minutes": 0}, "mill-1: company_month_minutes is below shortest_minutes"),
        ({"company_month_minutes": 29}, "mill-1: company_month_minutes is below shortest_minutes"),
        ({"opening_hours": TWENTY_MINUTES}, "mill-1: opening_hours and shortest_minutes"),
        (
            {"overnight": {"since": "00:00", "until": "00:00"}, "longest_minutes": 480},
            "mill-1: overnight and longest_minutes",
        ),
        ({"linked": ["gibtsnicht"]}, "linked: the centre has no machine gibtsnicht"),
        ({"terms": "2026-7"}, "terms: the centre has no pledge 2026-7"),
        ({"questions": [QUESTION, QUESTION]}, "questions: two of them have one key"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: TestClient, world: World, bearer: LogIn, values: dict[str, Any], named: str
) -> None:
    world.machine("mill-1")
    headers = bearer(None)
    before = client.get("/api/v1/machines/mill-1/policy", headers=headers).json()["items"]
    body = {"centre": str(world.centre.id), "values": values}
    answer = client.put("/api/v1/policy", json=body, headers=headers)
    assert answer.status_code == 422
    english = answer.json()["detail"]
    assert named in english
    if named.startswith(("mill-1: ", "linked", "terms", "questions")):
        assert refusal(english), "a fault between rules is said in Korean too"
    assert client.get("/api/v1/machines/mill-1/policy", headers=headers).json()["items"] == before


def test_a_pledge_is_named_once_it_has_a_text_and_at_its_own_centre(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(None)
    body = {"centre": str(world.centre.id), "values": {"terms": "2026-7"}}
    refused = client.put("/api/v1/policy", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["field"] == "terms"
    assert "publish its text first" in refused.json()["detail"]
    world.pledge("2026-7")
    assert client.put("/api/v1/policy", json=body, headers=headers).status_code == 204
    # A version that no rule names any more needs no text.
    off = {**body, "values": {"terms": None}}
    assert client.put("/api/v1/policy", json=off, headers=headers).status_code == 204


def test_no_pledge_is_required_by_the_whole_installation(world: World) -> None:
    world.pledge("2026-7")
    level, now = Level(), datetime.now(UTC)
    with pytest.raises(Invalid, match="A pledge is a centre's"):
        rulebook.change(
            world.pool, OPERATOR, level, {"terms": "2026-7"}, effective_from=now, now=now
        )


def test_a_stop_holds_until_it_is_lifted(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    who = world.member(world.company())
    member, manager = bearer(who), bearer(None)
    path = f"/api/v1/centres/{world.centre.id}/stops"
    stop = {
        "person": str(who.person_id),
        "until": (TOMORROW + timedelta(days=9)).isoformat(),
        "reason": "미납",
    }
    assert client.post(path, json=stop, headers=manager).status_code == 204
    refused = client.post("/api/v1/bookings", json=wish("mill-1"), headers=member)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.stopped"]
    lifted = {**stop, "until": datetime.now(UTC).isoformat()}
    assert client.post(path, json=lifted, headers=manager).status_code == 204
    assert client.post("/api/v1/bookings", json=wish("mill-1"), headers=member).status_code == 201


def test_terms_and_questions_are_answered_first(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    asked = {"key": "material", "ko": "재료", "en": "Material"}
    world.machine("mill-1", terms=world.pledge("2026-1"))
    member = bearer(world.member(world.company()))
    put(client, bearer(None), centre=str(world.centre.id), values={"questions": [asked]})
    refused = client.post("/api/v1/bookings", json=wish("mill-1"), headers=member)
    assert {p["code"] for p in refused.json()["problems"]} == {
        "booking.terms",
        "booking.unanswered",
    }
    path = f"/api/v1/centres/{world.centre.id}/terms"
    assert client.post(path, json={"version": "2026-1"}, headers=member).status_code == 204
    answered = wish("mill-1", answers={"material": "AL6061"})
    booked = client.post("/api/v1/bookings", json=answered, headers=member)
    assert booked.status_code == 201
    assert booked.json()["answers"] == {"material": "AL6061"}


#: What a machine's openings depend on, and the length that none of them has.
PAIR = {
    "opening_hours",
    "holidays",
    "holiday_hours",
    "may_run_past_close",
    "shortest_minutes",
    "step_minutes",
}
NO_OPENING = "opening_hours and shortest_minutes: no opening lasts as long as the shortest booking"


def contradictions(client: TestClient, headers: dict[str, str], slug: str) -> dict[str, list[str]]:
    """The contradictions of each parameter of a machine, each naming the parameter."""
    answer = client.get(f"/api/v1/machines/{slug}/policy", headers=headers)
    assert answer.status_code == 200, answer.text
    found = {}
    for one in answer.json()["items"]:
        pairs = one["contradictions"]
        assert all(one["parameter"] in pair["parameters"] for pair in pairs)
        found[one["parameter"]] = [pair["text"] for pair in pairs]
    return found


def test_contradictions_that_stand_block_no_change_of_other_rules(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine, other = world.machine("mill-1"), world.machine("mill-2")
    # Set before the pair was refused: no opening lasts as long as the shortest booking.
    standing = Setting(
        parameter="opening_hours",
        value=TWENTY_MINUTES,
        centre_id=world.centre.id,
        machine_id=machine.id,
        effective_from=BEGINNING,
        recorded_at=BEGINNING,
    )
    with transaction(world.pool, SYSTEM) as tx:
        store.insert(tx, standing, by=world.manager.person_id)
    desk, centre = bearer(None), str(world.centre.id)
    put(client, desk, centre=centre, values={"questions": [QUESTION], "notice_minutes": 30})
    put(client, desk, centre=centre, machine_slug=machine.slug, values={"setup_minutes": 5})
    put(client, desk, centre=centre, machine_slug=other.slug, values={"shortest_minutes": 45})

    def refused(**body: Any) -> str:
        answer = client.put("/api/v1/policy", json={"centre": centre, **body}, headers=desk)
        assert answer.status_code == 422, answer.text
        detail: str = answer.json()["detail"]
        return detail

    shown = contradictions(client, desk, "mill-1")
    assert {name for name, texts in shown.items() if texts} == PAIR
    assert {text for texts in shown.values() for text in texts} == {NO_OPENING}
    assert not any(contradictions(client, desk, "mill-2").values())
    pair = "mill-1: opening_hours and shortest_minutes"
    # A change that touches the pair is refused as long as it does not mend it, at whichever level.
    assert pair in refused(values={"shortest_minutes": 25})
    assert pair in refused(machine_slug="mill-1", values={"opening_hours": TWENTY_MINUTES})
    # A contradiction that the change itself makes is refused beside the one that stands.
    assert "company_month_minutes" in refused(values={"company_month_minutes": 20})
    put(client, desk, centre=centre, machine_slug="mill-1", values={"shortest_minutes": 20})
    put(client, desk, centre=centre, values={"shortest_minutes": 25})
    assert not any(contradictions(client, desk, "mill-1").values())
