"""A centre's hours: on holidays, past midnight, changed from a day on; its name; and its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.billing.services.prices import backdated_rules
from gadong.core.database import Pool
from gadong.machines.domain.machine import Machine
from tests.support.world import World

# Far enough for any notice, near enough for the horizon of 60 days.
DAY = datetime.now(World.ZONE).date() + timedelta(days=20)
OFFICE = [{"weekday": d, "opens": "09:00:00", "closes": "18:00:00"} for d in range(7)]


def today() -> date:
    """The day on the centre's clock, which may end while the tests run."""
    return datetime.now(World.ZONE).date()


def at(clock: str, day: date = DAY) -> datetime:
    """An instant on the centre's clock."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=World.ZONE)


def codes(
    client: TestClient, world: World, machine: Machine, since: datetime, until: datetime
) -> list[str]:
    """The problems of a request, which is not made."""
    answer = client.post(
        "/api/v1/bookings/quote",
        json={
            "machine_slug": machine.slug,
            "company": str(world.companies[0].id),
            "start": since.isoformat(),
            "end": until.isoformat(),
        },
    )
    assert answer.status_code == 200, answer.text
    return [p["code"] for p in answer.json()["problems"]]


def put(client: TestClient, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """The status and the answer of a change."""
    answer = client.put(f"/api/v1{path}", json=body)
    return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def hall(world: World) -> Machine:
    """A machine, and a company that may book it."""
    world.company()
    return world.machine()


def rule(client: TestClient, world: World, **values: Any) -> tuple[int, Any]:
    """Set rules for the whole centre."""
    return put(client, "/policy", {"centre": str(world.centre.id), "values": values})


def test_holidays_close_a_centre_unless_its_rules_say_otherwise(
    manager: TestClient, world: World, hall: Machine
) -> None:
    client, morning = manager, (at("10:00"), at("11:00"))
    backdated_rules.set_holiday(
        world.pool, world.manager, world.centre.id, DAY, name="개관기념일", is_holiday=True
    )
    # A centre that is made now is closed on holidays.
    assert codes(client, world, hall, *morning) == ["booking.closed"]
    assert (
        codes(
            client,
            world,
            hall,
            at("00:00", DAY + timedelta(days=1)),
            at("01:00", DAY + timedelta(days=1)),
        )
        == []
    )
    assert rule(client, world, holidays="open")[0] == 204
    assert codes(client, world, hall, *morning) == []
    own = [{"since": "10:00", "until": "11:00"}]
    refused = rule(client, world, holidays="own")
    assert (refused[0], refused[1]["code"]) == (422, "invalid")
    assert "holiday_hours" in refused[1]["detail"]
    assert rule(client, world, holidays="own", holiday_hours=own)[0] == 204
    assert codes(client, world, hall, *morning) == []
    assert codes(client, world, hall, at("10:01"), at("11:01")) == ["booking.closed"]
    assert rule(client, world, holidays="closed")[0] == 204
    # The centre's own word makes a holiday a working day.
    backdated_rules.set_holiday(
        world.pool, world.manager, world.centre.id, DAY, name="", is_holiday=False
    )
    assert codes(client, world, hall, *morning) == []


def test_the_calendar_shows_a_holiday_as_closed(
    manager: TestClient, world: World, hall: Machine
) -> None:
    backdated_rules.set_holiday(
        world.pool, world.manager, world.centre.id, DAY, name="휴무", is_holiday=True
    )
    answer = manager.get(
        "/api/v1/calendar",
        params={
            "centre": str(world.centre.id),
            "from": at("00:00").isoformat(),
            "to": at("00:00", DAY + timedelta(days=1)).isoformat(),
        },
    )
    assert answer.status_code == 200, answer.text
    assert [row["opened"] for row in answer.json()["items"]] == [[]]


def test_hours_past_midnight_are_open_past_midnight(
    manager: TestClient, world: World, hall: Machine
) -> None:
    night = [{"weekday": d, "opens": "18:00:00", "closes": "02:00:00"} for d in range(7)]
    path = f"/centres/{world.centre.id}/hours"
    assert put(manager, path, {"since": today().isoformat(), "hours": night})[0] == 204
    after = DAY + timedelta(days=1)
    assert codes(manager, world, hall, at("23:00"), at("02:00", after)) == []
    assert codes(manager, world, hall, at("23:00"), at("02:01", after)) == ["booking.closed"]
    assert codes(manager, world, hall, at("17:59"), at("19:00")) == ["booking.closed"]


def test_overlapping_hours_are_refused_wherever_they_are_said(
    manager: TestClient, world: World, hall: Machine
) -> None:
    twice = [OFFICE[0], {"weekday": 0, "opens": "17:59:00", "closes": "20:00:00"}]
    status, answer = put(
        manager, f"/centres/{world.centre.id}/hours", {"since": today().isoformat(), "hours": twice}
    )
    assert (status, answer["code"]) == (422, "invalid")
    assert "Mon 09:00-18:00 and Mon 17:59-20:00" in answer["detail"]
    windows: list[dict[str, Any]] = [
        {"since": "09:00", "until": "18:00"},
        {"weekdays": [2], "since": "17:00", "until": "19:00"},
    ]
    status, answer = rule(manager, world, opening_hours=windows)
    assert (status, answer["code"]) == (422, "invalid")
    # Those that touch may stand side by side.
    windows[1]["since"] = "18:00"
    assert rule(manager, world, opening_hours=windows)[0] == 204


def test_hours_hold_from_their_day_on(manager: TestClient, world: World, hall: Machine) -> None:
    path = f"/centres/{world.centre.id}/hours"
    assert put(manager, path, {"since": DAY.isoformat(), "hours": OFFICE})[0] == 204
    eve = DAY - timedelta(days=1)
    assert codes(manager, world, hall, at("20:00", eve), at("21:00", eve)) == []
    assert codes(manager, world, hall, at("20:00"), at("21:00")) == ["booking.closed"]
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert put(manager, path, {"since": yesterday, "hours": OFFICE})[0] == 422
    found = manager.get(f"/api/v1/centres/{world.centre.id}").json()
    assert [week["since"] for week in found["weeks"]] == [None, DAY.isoformat()]
    # Of two words on one day the later counts.
    assert put(manager, path, {"since": DAY.isoformat(), "hours": []})[0] == 204
    assert codes(manager, world, hall, at("10:00"), at("11:00")) == ["booking.closed"]


def test_a_name_holds_from_its_day_on(manager: TestClient, world: World) -> None:
    path = f"/centres/{world.centre.id}"
    later = (today() + timedelta(days=1)).isoformat()
    assert put(manager, f"{path}/name", {"since": later, "name": "내일 센터"})[0] == 204
    assert manager.get(f"/api/v1{path}").json()["name"] == world.centre.name
    assert (
        put(manager, f"{path}/name", {"since": today().isoformat(), "name": "오늘 센터"})[0] == 204
    )
    found = manager.get(f"/api/v1{path}").json()
    assert (found["name"], [n["name"] for n in found["names"]]) == (
        "오늘 센터",
        ["오늘 센터", "내일 센터"],
    )


def test_the_zone_stays_once_a_statement_was_issued(
    manager: TestClient, world: World, pool: Pool, hall: Machine
) -> None:
    path = f"/centres/{world.centre.id}/zone"
    assert put(manager, path, {"zone": "Mars/Olympus"})[0] == 422
    assert put(manager, path, {"zone": "Asia/Tokyo"})[0] == 204
    assert put(manager, path, {"zone": "Asia/Seoul"})[0] == 204
    world.tariff(basis="booked")
    world.booked(hall, world.companies[0], datetime(2026, 10, 5, 1, tzinfo=UTC))
    drafted = statement_drafts.draft(
        pool, world.manager, centre=world.centre.id, company=world.companies[0].id, month="2026-10"
    )
    assert put(manager, path, {"zone": "Asia/Tokyo"})[0] == 204
    assert put(manager, path, {"zone": "Asia/Seoul"})[0] == 204
    statements.approve(
        pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    statements.issue(pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC))
    status, answer = put(manager, path, {"zone": "Asia/Tokyo"})
    assert (status, answer["code"]) == (409, "conflict")
    # The same zone again is no change.
    assert put(manager, path, {"zone": "Asia/Seoul"})[0] == 204
