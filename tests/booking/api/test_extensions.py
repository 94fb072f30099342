"""An extension follows the approval's rules and is answered with ends.

An approval asks the rules anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import quotes
from gadong.booking.services import attendance, bookings
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.api_fixtures import LogIn
from tests.support.booking.booking_life import post
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World


def until(hours: float) -> dict[str, str]:
    """An end so many hours after tomorrow's ten o'clock."""
    return {"end": (TOMORROW + timedelta(hours=hours)).isoformat()}


def test_a_refused_extension_is_answered_with_the_longest_that_would_do(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", step=timedelta(minutes=30), teardown=timedelta(minutes=15))
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    mine = post(client, "/bookings", member, wish("mill-1", hours=1), 201)
    post(
        client,
        "/bookings",
        rival,
        wish("mill-1", hours=1, start=TOMORROW + timedelta(hours=3)),
        201,
    )
    refused = post(client, f"/bookings/{mine['id']}/extend", member, until(8), 409)
    (choice,) = refused["alternatives"]
    # Fifteen minutes of turn-round before one o'clock leave half past twelve on the grid.
    assert [datetime.fromisoformat(choice[edge]) for edge in ("start", "end")] == [
        TOMORROW,
        TOMORROW + timedelta(hours=2.5),
    ]
    post(client, f"/bookings/{mine['id']}/extend", member, {"end": choice["end"]})
    again = post(client, f"/bookings/{mine['id']}/extend", member, until(3), 409)
    assert again["alternatives"] == []


def test_an_approved_hour_is_not_extended_without_asking_again(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mc-1", approval="manual")
    member, desk = bearer(world.member(world.company())), bearer(None)
    asked = post(client, "/bookings", member, wish("mc-1", hours=1), 201)
    post(client, f"/bookings/{asked['id']}/approve", desk)
    longer = post(client, f"/bookings/{asked['id']}/extend", member, until(8))
    assert (longer["state"], longer["expires_at"] is not None) == ("pending", True)
    assert post(client, f"/bookings/{asked['id']}/approve", desk)["state"] == "confirmed"
    # A manager's own extension is its approval.
    assert (
        post(client, f"/bookings/{asked['id']}/extend", desk, until(7.5), 422)["code"] == "invalid"
    )


@pytest.mark.parametrize("end", ["declined", "lapsed"])
@pytest.mark.parametrize("change", ["extend", "edit"])
def test_of_an_approved_booking_only_the_change_is_refused(
    client: TestClient, world: World, bearer: LogIn, pool: Pool, change: str, end: str
) -> None:
    rules: dict[str, Any] = {"approval": "manual", "approval_timeout": timedelta(hours=1)}
    world.machine("mc-1", usage_modes=["self", "assisted"], **rules)
    member, desk = bearer(world.member(world.company())), bearer(None)
    asked = post(client, "/bookings", member, wish("mc-1", hours=1), 201)
    path = f"/bookings/{asked['id']}"
    post(client, f"{path}/approve", desk)
    if change == "extend":
        changed = post(client, f"{path}/extend", member, until(8))
    else:
        changed = client.patch(
            f"/api/v1{path}", json={"usage_mode": "assisted"}, headers=member
        ).json()
    assert changed["state"] == "pending"
    if end == "declined":
        answer = post(client, f"{path}/decline", desk, {"reason": "다음 예약이 있습니다"})
        assert answer["state"] == "confirmed"
    else:
        with transaction(pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=datetime.now(UTC) + timedelta(hours=1))
    kept = client.get(f"/api/v1{path}", headers=member).json()
    assert (kept["state"], kept["usage_mode"], kept["expires_at"]) == ("confirmed", "self", None)
    assert datetime.fromisoformat(kept["end"]) == TOMORROW + timedelta(hours=1)
    assert kept["history"][-1]["action"] == "revert"
    with transaction(pool, SYSTEM) as tx:
        kinds = [row["kind"] for row in many(tx, "select kind from outbox")]
    assert kinds.count("booking.change_refused") == 1
    assert not {"booking.declined", "booking.expired"} & set(kinds)
    # The rest is free for others, and a first request is declined as ever.
    later = wish("mc-1", hours=1, start=TOMORROW + timedelta(hours=1))
    other = post(client, "/bookings", bearer(world.member(world.company())), later, 201)
    declined = post(client, f"/bookings/{other['id']}/decline", desk, {"reason": "정비"})
    assert declined["state"] == "declined"


def test_a_change_of_a_later_day_lapses_and_the_machine_is_settled_on(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    rules: dict[str, Any] = {"approval": "manual", "approval_timeout": timedelta(hours=1)}
    world.machine("mc-1", **rules)
    member, desk = bearer(world.member(world.company())), bearer(None)
    start = TOMORROW + timedelta(days=5)
    asked = post(client, "/bookings", member, wish("mc-1", hours=1, start=start), 201)
    path = f"/bookings/{asked['id']}"
    post(client, f"{path}/approve", desk)
    longer = {"end": (start + timedelta(hours=2)).isoformat()}
    assert post(client, f"{path}/extend", member, longer)["state"] == "pending"
    with transaction(pool, SYSTEM) as tx:
        assert attendance.settle_all(tx, now=datetime.now(UTC) + timedelta(hours=1)) == 1
    kept = client.get(f"/api/v1{path}", headers=member).json()
    assert (kept["state"], kept["history"][-1]["action"]) == ("confirmed", "revert")


def test_a_moved_booking_is_declined_for_its_old_time_was_given_up(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mc-1", approval="manual")
    member, desk = bearer(world.member(world.company())), bearer(None)
    asked = post(client, "/bookings", member, wish("mc-1", hours=1), 201)
    path = f"/bookings/{asked['id']}"
    post(client, f"{path}/approve", desk)
    later = {k: (TOMORROW + timedelta(hours=n)).isoformat() for k, n in (("start", 2), ("end", 3))}
    assert post(client, f"{path}/move", member, later)["state"] == "pending"
    assert post(client, f"{path}/decline", desk, {"reason": "정비"})["state"] == "declined"


def test_what_has_begun_cannot_wait_for_an_approval(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine, company = world.machine("mc-1", approval="manual"), world.company()
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=30)
    mine = world.booked(machine, company, start)
    member = bearer(world.member(company))
    post(client, f"/bookings/{mine.id}/check-in", member)
    end = {"end": (start + timedelta(hours=3)).isoformat()}
    refused = post(client, f"/bookings/{mine.id}/extend", member, end, 422)
    assert [p["code"] for p in refused["problems"]] == ["booking.extension"]
    assert post(client, f"/bookings/{mine.id}/extend", bearer(None), end)["state"] == "checked_in"


def test_a_request_is_not_approved_into_a_closure_made_since(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine = world.machine("mc-1", approval="manual")
    asked = post(client, "/bookings", bearer(world.member(world.company())), wish("mc-1"), 201)
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(TOMORROW, TOMORROW + timedelta(hours=1)),
            kind="closed",
            reason="점검",
        ),
        now=datetime.now(UTC),
    )
    refused = post(client, f"/bookings/{asked['id']}/approve", bearer(None), status=422)
    assert [p["code"] for p in refused["problems"]] == ["booking.closure"]
    over = {"reason": "교육 확인", "override": "휴관 중 특별 사용"}
    approved = post(client, f"/bookings/{asked['id']}/approve", bearer(None), over)
    assert (approved["state"], approved["override"]) == ("confirmed", "휴관 중 특별 사용")


@pytest.mark.parametrize("step", ["move", "extend"])
def test_a_change_that_waits_again_is_told_to_the_managers_and_to_its_person(
    client: TestClient, world: World, bearer: LogIn, pool: Pool, step: str
) -> None:
    world.machine("mc-1", approval="manual")
    member, desk = bearer(world.member(world.company())), bearer(None)
    asked = post(client, "/bookings", member, wish("mc-1", hours=1), 201)
    post(client, f"/bookings/{asked['id']}/approve", desk)
    period = {"start": (TOMORROW + timedelta(hours=1)).isoformat(), **until(3)}
    body = period if step == "move" else until(3)
    changed = post(client, f"/bookings/{asked['id']}/{step}", member, body)
    assert changed["state"] == "pending"
    with transaction(pool, SYSTEM) as tx:
        told = many(tx, "select kind, data from outbox order by created_at, id")[3:]
    assert {(row["kind"], row["data"].get("to")) for row in told} == {
        ("booking.change_waits", None),
        ("booking.to_approve", "managers"),
    }
    assert {datetime.fromisoformat(row["data"]["end"]) for row in told} == {
        TOMORROW + timedelta(hours=3)
    }
    # A request that moves before its answer still waits; its managers know of it already.
    if step == "move":
        later = {
            k: (TOMORROW + timedelta(hours=n)).isoformat() for k, n in (("start", 4), ("end", 5))
        }
        post(client, f"/bookings/{asked['id']}/move", member, later)
        with transaction(pool, SYSTEM) as tx:
            kinds = [r["kind"] for r in many(tx, "select kind from outbox")]
        assert kinds.count("booking.change_waits") == 2
        assert kinds.count("booking.to_approve") == 2


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"step_minutes": 120, "shortest_minutes": 30, "longest_minutes": 90}, "step_minutes"),
        ({"step_minutes": 60, "shortest_minutes": 61, "longest_minutes": 119}, "step_minutes"),
        ({"notice_minutes": 1440 * 2, "horizon_days": 2}, "notice_minutes"),
    ],
)
def test_rules_that_contradict_each_other_are_refused_with_the_pair(
    client: TestClient, world: World, bearer: LogIn, values: dict[str, Any], names: str
) -> None:
    world.machine("mill-1")
    body = {"centre": str(world.centre.id), "machine_slug": "mill-1", "values": values}
    answer = client.put("/api/v1/policy", json=body, headers=bearer(None))
    assert answer.status_code == 422, answer.text
    assert names in answer.json()["detail"]


@pytest.mark.parametrize(
    "values", [{"step_minutes": 60, "shortest_minutes": 61, "longest_minutes": 120}]
)
def test_a_single_length_on_the_grid_is_enough(
    client: TestClient, world: World, bearer: LogIn, values: dict[str, Any]
) -> None:
    world.machine("mill-1")
    body = {"centre": str(world.centre.id), "machine_slug": "mill-1", "values": values}
    assert client.put("/api/v1/policy", json=body, headers=bearer(None)).status_code < 300


@pytest.mark.parametrize("change", ["extend", "edit"])
def test_a_change_that_waits_does_not_make_a_late_cancellation_free(
    client: TestClient, world: World, bearer: LogIn, change: str
) -> None:
    world.tariff(basis="booked", late_cancel=[{"lead_seconds": 360000, "pct": "50"}])
    world.machine("mc-1", approval="manual", usage_modes=["self", "assisted"])
    who = world.member(world.company())
    member = bearer(who)
    mine = post(client, "/bookings", member, wish("mc-1"), 201)
    path = f"/bookings/{mine['id']}"
    post(client, f"{path}/approve", bearer(None))
    if change == "extend":
        changed = post(client, f"{path}/extend", member, until(4))
    else:
        edited = client.patch(f"/api/v1{path}", json={"usage_mode": "assisted"}, headers=member)
        changed = edited.json()
    assert changed["state"] == "pending"
    waiting, _ = bookings.find(world.pool, who, changed["id"])
    # Half of the approved two hours, and nothing of the two that nobody approved.
    assert quotes.cancelling(world.pool, who, waiting, now=datetime.now(UTC)) == 30000
    post(client, f"{path}/cancel", member)
    given_up, _ = bookings.find(world.pool, who, changed["id"])
    assert given_up.cancelled_at is not None
    assert given_up.period.end == TOMORROW + timedelta(hours=2)


#: Two hours at 30,000 won an hour; TOMORROW is 23 to 24 hours from now.
@pytest.mark.parametrize(("lead_hours", "fee"), [(22, 0), (25, 30000)])
@pytest.mark.parametrize("again", [False, True])
def test_a_move_that_waits_is_cancelled_as_late_as_it_was_made(
    client: TestClient, world: World, bearer: LogIn, lead_hours: int, fee: int, again: bool
) -> None:
    tiers = [
        {"lead_seconds": lead_hours * 3600, "pct": "0"},
        {"lead_seconds": 0, "pct": "50"},
    ]
    world.tariff(basis="booked", late_cancel=tiers)
    world.machine("mc-1", approval="manual", move_notice=timedelta(0))
    who = world.member(world.company())
    member = bearer(who)
    mine = post(client, "/bookings", member, wish("mc-1"), 201)
    path = f"/bookings/{mine['id']}"
    post(client, f"{path}/approve", bearer(None))
    for hours in (48, 72) if again else (48,):
        start = TOMORROW + timedelta(hours=hours)
        to = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
        moved = post(client, f"{path}/move", member, to)
        assert moved["state"] == "pending"
    waiting, events = bookings.find(world.pool, who, mine["id"])
    move_at = next(e.recorded_at for e in events if e.action == "resubmit")
    # The price that is shown does not rise while the move waits.
    for now in (datetime.now(UTC), TOMORROW + timedelta(hours=1)):
        assert quotes.cancelling(world.pool, who, waiting, now=now) == fee
    post(client, f"{path}/cancel", member)
    given, _ = bookings.find(world.pool, who, mine["id"])
    assert (given.cancelled_at, given.period.start) == (move_at, TOMORROW)


def test_a_declined_move_costs_nothing(client: TestClient, world: World, bearer: LogIn) -> None:
    world.tariff(basis="booked", late_cancel=[{"lead_seconds": 360000, "pct": "50"}])
    world.machine("mc-1", approval="manual", move_notice=timedelta(0))
    who = world.member(world.company())
    mine = post(client, "/bookings", bearer(who), wish("mc-1"), 201)
    path = f"/bookings/{mine['id']}"
    post(client, f"{path}/approve", bearer(None))
    start = TOMORROW + timedelta(hours=48)
    to = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    post(client, f"{path}/move", bearer(who), to)
    post(client, f"{path}/decline", bearer(None), {"reason": "정비"})
    given, _ = bookings.find(world.pool, who, mine["id"])
    assert (given.state, given.cancelled_at) == ("declined", None)


def test_a_mere_request_is_given_up_for_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mc-1", approval="manual")
    who = world.member(world.company())
    mine = post(client, "/bookings", bearer(who), wish("mc-1"), 201)
    post(client, f"/bookings/{mine['id']}/cancel", bearer(who))
    assert bookings.find(world.pool, who, mine["id"])[0].cancelled_at is None
