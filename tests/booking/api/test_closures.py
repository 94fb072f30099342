"""Closures that are shortened, moved and lifted; whom they hit is shown before and told after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import BookingState
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.booking.store import closures as kept
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, Refused
from gadong.machines.domain.machine import Machine
from gadong.notices.services import notice_delivery
from tests.support.api_fixtures import LogIn
from tests.support.booking.closures import HOUR, HOURS, NOON, NOW, booked, close, closing, letters
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def test_whom_a_closure_hits_is_shown_before_and_told_after(world: World, pool: Pool) -> None:
    # The sister's name comes after, its place before all other times.
    machine, sister = world.machine("mill-a"), world.machine("mill-b")
    world.machine("laser", kind="laser")
    member = world.member(world.company())
    hit, beside = (
        booked(world, machine, member),
        booked(world, machine, member, Period(HOURS.end, HOURS.end + HOUR)),
    )
    seen = closures.preview(pool, world.manager, closing(world, machine), now=NOW)
    assert [h.booking.id for h in seen.hits] == [hit.id]
    first, *others = seen.hits[0].instead
    assert (first.machine, first.period) == (sister.slug, HOURS)
    assert others
    assert {c.machine for c in others} == {machine.slug}
    assert all(c.period.overlap(HOURS) is None for c in others)
    assert letters(pool, "booking.displaced") == []
    assert bookings.request(
        pool, member, Request(machine=sister, company=hit.company_id, period=HOURS), now=NOW
    )
    made = close(world, machine)
    # The sister is taken by now.
    assert {c.machine for c in made.hits[0].instead} == {machine.slug}
    told = letters(pool, "booking.displaced")
    assert [(t["booking"], t["person"]) for t in told] == [(str(hit.id), str(member.person_id))]
    assert bookings.find(pool, member, hit.id)[0].state is BookingState.CONFIRMED
    assert beside.id not in {h.booking.id for h in made.hits}


def test_what_would_do_instead_of_a_displaced_group_does_on_all_its_machines(
    world: World, pool: Pool
) -> None:
    # Its second machine is of another kind, so that nothing is a sister of the first.
    machine, beside = world.machine("mill-a"), world.machine("laser-a", kind="laser")
    member, other = world.member(world.company()), world.member(world.company())
    company = next(iter(member.companies))
    request = Request(machine=machine, also=(beside,), company=company, period=HOURS)
    bookings.request(pool, member, request, now=NOW)
    # The nearest times before and after are free on the closed machine alone.
    taken = [Period(NOON - 2 * HOUR, NOON), Period(HOURS.end, HOURS.end + 3 * HOUR)]
    for period in taken:
        booked(world, beside, other, period)
    (hit,) = close(world, machine).hits
    assert hit.instead
    assert {c.machine for c in hit.instead} == {machine.slug}
    assert not any(c.period.overlap(period) for c in hit.instead for period in taken)
    moved = booking_changes.move(
        pool, Hand(who=member, booking=hit.booking.id), hit.instead[0].period, now=NOW
    )
    assert moved.period == hit.instead[0].period


def test_the_letter_names_the_sister_and_the_reason(world: World, pool: Pool) -> None:
    machine, sister = world.machine("mill-a"), world.machine("mill-b")
    booked(world, machine, world.member(world.company()))
    close(world, machine)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        body = next(
            row["body"]
            for row in many(tx, "select body from deliveries where kind = 'booking.displaced'")
        )
    assert f"{sister.name_ko} {HOURS.start.astimezone(world.ZONE):%Y-%m-%d %H:%M}" in body
    assert "스핀들 교체" in body


def test_a_centre_that_closes_hits_every_machine_and_has_no_sister(
    world: World, pool: Pool
) -> None:
    halls = [world.machine("mill-a"), world.machine("mill-b")]
    member = world.member(world.company())
    for machine in halls:
        booked(world, machine, member)
    made = close(world, None)
    assert len(made.hits) == 2
    assert all(c.period.overlap(HOURS) is None for h in made.hits for c in h.instead)


def test_what_a_changed_closure_hits_and_leaves_is_told_once(world: World, pool: Pool) -> None:
    machine, member = world.machine(), world.member(world.company())
    early = booked(world, machine, member, Period(NOON, NOON + HOUR))
    late = booked(world, machine, member, Period(NOON + 3 * HOUR, NOON + 4 * HOUR))
    closure = close(world, machine).closure
    later = Period(NOON + HOUR, NOON + 3 * HOUR + timedelta(minutes=1))
    moved = closures.change(pool, world.manager, closure.id, later, reason="부품이 늦음", now=NOW)
    assert [h.booking.id for h in moved.hits] == [late.id]
    hit = letters(pool, "booking.displaced") + letters(pool, "booking.closed_out")
    assert [t["booking"] for t in hit] == [str(early.id), str(late.id)]
    assert [t["booking"] for t in letters(pool, "booking.reopened")] == [str(early.id)]
    # Just before the late one begins, it hits nobody.
    shorter = Period(NOON + HOUR, NOON + 3 * HOUR)
    assert (
        closures.change(pool, world.manager, closure.id, shorter, reason="끝", now=NOW).hits == []
    )
    assert [t["booking"] for t in letters(pool, "booking.reopened")] == [
        str(early.id),
        str(late.id),
    ]


def test_lifting_frees_the_time_and_offers_it_to_who_waits(world: World, pool: Pool) -> None:
    machine, member = world.machine(), world.member(world.company())
    closure = close(world, machine).closure
    request = WaitingRequest(
        machine=machine, company=next(iter(member.companies)), period=HOURS, length=2 * HOUR
    )
    entry = waiting_list.join(pool, member, request, now=NOW)
    assert entry.booking_id is None
    assert closures.lift(pool, world.manager, closure.id, reason="취소", now=NOW) is None
    with transaction(pool, SYSTEM) as tx:
        assert kept.of_centre(tx, world.centre.id, HOURS) == []
    assert [b["state"] for b in _offers(pool)] == ["offered"]


def _offers(pool: Pool) -> list[dict[str, Any]]:
    with transaction(pool, SYSTEM) as tx:
        return many(tx, "select state from bookings")


@pytest.mark.parametrize(
    ("after", "left"), [(-HOUR, None), (timedelta(0), None), (HOUR, Period(NOON, NOON + HOUR))]
)
def test_what_has_passed_of_a_lifted_closure_stays(
    world: World, pool: Pool, after: timedelta, left: Period | None
) -> None:
    closure = close(world, world.machine()).closure
    lifted = closures.lift(pool, world.manager, closure.id, reason="끝남", now=NOON + after)
    assert (lifted.period if lifted else None) == left


def test_a_closure_changes_only_ahead(world: World, pool: Pool) -> None:
    closure = close(world, world.machine()).closure

    def change(period: Period, now: datetime) -> None:
        closures.change(pool, world.manager, closure.id, period, reason="시험", now=now)

    begun = NOON + timedelta(minutes=30)
    with pytest.raises(Conflict):
        change(Period(NOON + HOUR, HOURS.end), begun)
    with pytest.raises(Invalid):
        change(Period(NOON, begun), begun)
    with pytest.raises(Invalid):
        change(Period(NOW - HOUR, HOURS.end), NOW)
    change(Period(NOON, begun + timedelta(minutes=1)), begun)
    with pytest.raises(Conflict):
        change(HOURS, begun + timedelta(minutes=1))
    with pytest.raises(Conflict):
        closures.lift(
            pool, world.manager, closure.id, reason="늦음", now=begun + timedelta(minutes=1)
        )


def test_the_past_knows_a_closure_as_it_was(world: World, pool: Pool) -> None:
    machine = world.machine()
    closure = close(world, machine).closure
    with transaction(pool, SYSTEM) as tx:
        row = many(tx, "select clock_timestamp() as at")[0]
    closures.lift(pool, world.manager, closure.id, reason="취소", now=NOW)
    with transaction(pool, SYSTEM) as tx:
        was = kept.of_machine(tx, world.centre.id, machine.id, HOURS, recorded_before=row["at"])
        now = kept.of_machine(
            tx, world.centre.id, machine.id, HOURS, recorded_before=datetime(9000, 1, 1, tzinfo=UTC)
        )
    assert (was, now) == ([(HOURS, "maintenance")], [])


def test_whom_a_closure_hits_moves_without_notice_and_cancels_for_free(
    world: World, pool: Pool
) -> None:
    world.tariff(basis="booked", late_cancel=[{"lead_seconds": 360000, "pct": "50"}])
    machine, sister = (world.machine(move_notice=timedelta(days=5)) for _ in range(2))
    member = world.member(world.company())
    hit, free = booked(world, machine, member), booked(world, sister, member)
    close(world, machine)
    assert quotes.cancelling(pool, member, hit, now=NOW) == 0
    later = Period(HOURS.end, HOURS.end + 2 * HOUR)
    moved = booking_changes.move(pool, Hand(who=member, booking=hit.id), later, now=NOW)
    assert moved.period == later
    other = booked(world, machine, member, Period(later.end, later.end + HOUR))
    close(world, machine, other.period)
    assert (
        booking_changes.cancel(pool, Hand(who=member, booking=other.id), now=NOW).cancelled_at
        is None
    )
    assert (
        booking_changes.cancel(pool, Hand(who=member, booking=free.id), now=NOW).cancelled_at == NOW
    )


def test_the_api_shows_before_tells_after_changes_and_lifts(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    machine, sister = world.machine("mill-a"), world.machine("mill-b")
    member = world.member(world.company())
    hit = booked(world, machine, member)
    manager, theirs = bearer(None), bearer(member)
    body = {
        "centre": str(world.centre.id),
        "machine_slug": machine.slug,
        "start": HOURS.start.isoformat(),
        "end": HOURS.end.isoformat(),
        "kind": "maintenance",
        "reason": "점검",
    }
    seen = client.post("/api/v1/closures/preview", json=body, headers=manager).json()["affected"]
    assert [(h["booking"], h["instead"][0]["machine_slug"]) for h in seen] == [
        (str(hit.id), sister.slug)
    ]
    answer = client.post("/api/v1/closures", json=body, headers=manager)
    assert answer.status_code == 201
    made = answer.json()
    assert [h["booking"] for h in made["affected"]] == [str(hit.id)]
    path = f"/api/v1/closures/{made['id']}"
    assert answer.headers["location"] == path
    change = {
        "start": HOURS.end.isoformat(),
        "end": (HOURS.end + HOUR).isoformat(),
        "reason": "늦음",
    }
    assert client.post(f"{path}/preview", json=change, headers=manager).json() == {"affected": []}
    assert len(client.get(path, headers=manager).json()["affected"]) == 1
    assert client.put(path, json=change, headers=manager).json()["affected"] == []
    around = {
        "centre": body["centre"],
        "from": NOW.isoformat(),
        "to": (NOON + 9 * HOUR).isoformat(),
    }
    listed = client.get("/api/v1/closures", params=around, headers=theirs).json()["items"]
    assert [(c["id"], datetime.fromisoformat(c["start"])) for c in listed] == [
        (made["id"], HOURS.end)
    ]
    assert client.put(path, json=change, headers=theirs).status_code == 403
    assert client.get(path, headers=theirs).status_code == 404
    assert client.post(f"{path}/lift", json={"reason": " "}, headers=manager).status_code == 422
    # The second lift is the same lift: nothing is recorded or announced again.
    told = len(letters(world.pool, "booking.reopened"))
    for _ in range(2):
        lifted = client.post(f"{path}/lift", json={"reason": "취소"}, headers=manager)
        assert lifted.status_code == 204, lifted.text
    with transaction(world.pool, SYSTEM) as tx:
        assert len(kept.steps(tx, UUID(made["id"]))) == 2
    assert len(letters(world.pool, "booking.reopened")) == told
    again = client.post(f"{path}/lift", json={"reason": "취소"}, headers=theirs)
    assert again.status_code == 404
    assert client.get("/api/v1/closures", params=around, headers=theirs).json()["items"] == []
    assert client.get(path, headers=manager).status_code == 404


def test_a_begun_closure_is_lifted_twice_alike_and_one_that_ended_by_itself_is_not(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    machine, now, desk = world.machine(), datetime.now(UTC), bearer(None)

    def lifted(start: datetime, end: datetime, times: int) -> list[int]:
        made = close(world, machine, Period(start, end)).closure
        path = f"/api/v1/closures/{made.id}/lift"
        answers = [client.post(path, json={"reason": "끝"}, headers=desk) for _ in range(times)]
        with transaction(world.pool, SYSTEM) as tx:
            assert len(kept.steps(tx, made.id)) == int(end > now)
        return [answer.status_code for answer in answers]

    assert lifted(now - HOUR, now + HOUR, 2) == [204, 204]
    assert lifted(now - 2 * HOUR, now - HOUR, 1) == [409]


def test_closures_are_filtered_ordered_and_paged(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    mill, lathe = world.machine("mill-a"), world.machine("lathe-a")

    def closed(machine: Machine | None, hours: int, kind: str) -> str:
        start = NOON + hours * HOUR
        wanted = Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(start, start + HOUR),
            kind=kind,
            reason="점검",
        )
        return str(closures.close(world.pool, world.manager, wanted, now=NOW).closure.id)

    # Made in another order than they begin; two begin at once.
    late, early = closed(mill, 5, "closed"), closed(lathe, 1, "maintenance")
    whole = closed(None, 3, "closed")
    twin = closed(mill, 3, "maintenance")
    middle = sorted([whole, twin])
    headers = bearer(world.member(world.company()))
    around = {
        "centre": str(world.centre.id),
        "from": NOON.isoformat(),
        "to": (NOON + 9 * HOUR).isoformat(),
    }

    def asked(**query: str | int) -> dict[str, Any]:
        answer = client.get("/api/v1/closures", params={**around, **query}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def found(**query: str | int) -> list[str]:
        return [c["id"] for c in asked(**query)["items"]]

    assert found() == [early, *middle, late]
    assert found(order="latest_start") == [late, *middle[::-1], early]
    assert found(kind="maintenance") == [c for c in [early, *middle] if c != whole]
    assert found(machine_slug="lathe-a") == [early, whole]
    assert found(machine=str(mill.id), kind="closed") == [whole, late]
    for order in ("earliest_start", "latest_start"):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(5):
            page = asked(order=order, limit=1, **cursor)
            seen += [c["id"] for c in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert seen == found(order=order)
    for wrong in ({"kind": "holiday"}, {"order": "latest_made"}, {"state": "closed"}):
        refused = client.get("/api/v1/closures", params={**around, **wrong}, headers=headers)
        assert (refused.status_code, refused.json()["field"]) == (422, next(iter(wrong)))


def test_an_override_of_a_move_approves_no_request_into_a_closure(world: World, pool: Pool) -> None:
    machine, member = world.machine(approval="manual"), world.member(world.company())
    asked = booked(world, machine, member, Period(HOURS.start - HOUR, HOURS.start))
    hand = Hand(who=world.manager, booking=asked.id)
    moved = booking_changes.move(pool, hand, HOURS, override="전화로 약속함", now=NOW)
    assert (moved.state, moved.override) == (BookingState.PENDING, "전화로 약속함")
    close(world, machine)
    with pytest.raises(Refused) as refused:
        approvals.approve(pool, hand, reason="확인", now=NOW)
    assert [(p.code, p.overridable_by) for p in refused.value.problems] == [
        ("booking.closure", "manager")
    ]
    assert bookings.find(pool, member, asked.id)[0] == moved
    approved = approvals.approve(pool, hand, override="점검을 미룸", now=NOW)
    assert (approved.state, approved.override) == (BookingState.CONFIRMED, "점검을 미룸")


def test_a_request_without_anything_in_its_way_keeps_the_override_of_its_move(
    world: World, pool: Pool
) -> None:
    machine, member = world.machine(approval="manual"), world.member(world.company())
    asked = booked(world, machine, member, Period(HOURS.start - HOUR, HOURS.start))
    hand = Hand(who=world.manager, booking=asked.id)
    booking_changes.move(pool, hand, HOURS, override="전화로 약속함", now=NOW)
    approved = approvals.approve(pool, hand, reason="확인", now=NOW)
    assert (approved.state, approved.override) == (BookingState.CONFIRMED, "전화로 약속함")


def test_the_page_of_a_request_approves_into_a_closure_with_a_reason(
    world: World, pool: Pool, visit: Visit
) -> None:
    machine, member = world.machine(approval="manual"), world.member(world.company())
    asked = booked(world, machine, member)
    close(world, machine)
    desk, page = visit(None), f"/bookings/{asked.id}"
    form = {"version": str(asked.version), "reason": "확인"}
    assert 'name="override"' in desk.get(page).text
    refused = desk.post(f"{page}/approve", data=form)
    assert refused.status_code == 409
    assert "휴관 또는 점검 시간입니다" in text_of(refused.text)
    assert bookings.find(pool, member, asked.id)[0].state is BookingState.PENDING
    answer = desk.post(f"{page}/approve", data={**form, "override": "점검을 미룸"})
    assert answer.status_code == 303
    approved = bookings.find(pool, member, asked.id)[0]
    assert (approved.state, approved.override) == (BookingState.CONFIRMED, "점검을 미룸")
