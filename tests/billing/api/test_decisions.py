"""Managers' decisions: inputs to the next computation, with their reasons on the document, taken
back by another.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import Decision, DecisionKind, filled
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId, DecisionId, PersonId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import total_seconds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.domain.run import Run
from tests.support.golden import CENTRE, MACHINE, at, between
from tests.support.metering.metering import message
from tests.support.world import World


@pytest.fixture
def used(world: World) -> Booking:
    """Two hours of last month, in which the machine ran for one, was silent for a quarter, and
    rested.
    """
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    machine = world.machine("mill-1")
    source = world.source(machine)
    booking = world.booked(machine, world.company(), noon, hours=2)
    said = [(-30, "idle"), (0, "running"), (60, "unknown"), (75, "idle"), (130, "idle")]
    ingestion.commit(
        world.pool,
        world.centre.id,
        [message(source, noon + timedelta(minutes=n), Channel.ACTIVITY, w) for n, w in said],
        [],
    )
    return booking


def preview(world: World, client: TestClient, used: Booking) -> dict[str, Any]:
    """The month as it would be computed now."""
    month = str(Month.of(used.period.start, world.centre.zone))
    params = {"centre": str(world.centre.id), "company": str(used.company_id), "month": month}
    found: dict[str, Any] = client.get("/api/v1/statements/preview", params=params).json()
    return found


def supply(document: dict[str, Any]) -> int:
    """Return the total of the lines."""
    lines: int = document["document"]["totals"]["lines"]
    return lines


def decided(client: TestClient, used: Booking, **word: Any) -> Any:
    """A manager's word on the session."""
    body = {
        "start": used.period.start.isoformat(),
        "end": used.period.end.isoformat(),
        "company": str(used.company_id),
        "booking": str(used.id),
        "reason": "현장 확인",
        **word,
    }
    return client.post("/api/v1/machines/mill-1/decisions", json=body)


def test_unknown_time_is_filled_by_a_decision_and_given_back_by_another(
    world: World, manager: TestClient, used: Booking
) -> None:
    before = preview(world, manager, used)
    assert supply(before) == 30_000
    assert [(b["code"], b["actual"]) for b in before["blockers"]] == [("statement.unknown", 15)]
    made = decided(manager, used, kind="fill", state="running", company=None, booking=None)
    assert made.status_code == 201, made.text
    document = preview(world, manager, used)
    assert supply(document) == 37_500
    assert document["blockers"] == []
    listed = manager.get(
        "/api/v1/machines/mill-1/decisions",
        params={"from": used.period.start.isoformat(), "to": used.period.end.isoformat()},
    ).json()["items"]
    assert [(d["kind"], d["state"], d["reason"]) for d in listed] == [
        ("fill", "running", "현장 확인")
    ]
    undone = manager.post(
        f"/api/v1/decisions/{made.json()['id']}/reverse", json={"reason": "잘못 봄"}
    )
    assert undone.status_code == 201
    shown = manager.get(undone.headers["location"]).json()["items"]
    assert {d["id"] for d in shown} == {undone.json()["id"], made.json()["id"]}
    assert supply(preview(world, manager, used)) == 30_000
    again = manager.post(f"/api/v1/decisions/{made.json()['id']}/reverse", json={"reason": "다시"})
    assert again.status_code == 409


def test_a_quantity_is_decided_and_a_charge_waived_with_their_reasons_on_the_line(
    world: World, manager: TestClient, used: Booking
) -> None:
    assert decided(manager, used, kind="set_seconds", seconds=1800).status_code == 201
    (line,) = preview(world, manager, used)["document"]["lines"]
    assert line["charge"]["amount"] == 15_000
    assert "(수량 결정: 현장 확인)" in line["sentence_ko"]
    assert "(quantity decided: 현장 확인)" in line["sentence_en"]
    assert decided(manager, used, kind="waive", reason="장비 고장").status_code == 201
    document = preview(world, manager, used)
    (line,) = document["document"]["lines"]
    assert (line["charge"]["amount"], line["charge"]["trace"]["gross"]) == (0, "15000")
    assert "(면제: 장비 고장)" in line["sentence_ko"]


def test_one_component_is_waived_and_the_others_stay(
    world: World, manager: TestClient, used: Booking
) -> None:
    assert decided(manager, used, kind="waive", component="surcharge").status_code == 201
    assert supply(preview(world, manager, used)) == 30_000
    assert decided(manager, used, kind="waive", component="time").status_code == 201
    assert supply(preview(world, manager, used)) == 0


def test_an_issued_statement_does_not_see_what_is_decided_later(
    world: World, manager: TestClient, used: Booking
) -> None:
    month = str(Month.of(used.period.start, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=used.company_id, month=month
    )
    statements.approve(world.pool, world.manager, drafted.id, accept=["statement.unknown"])
    issued = statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    assert decided(manager, used, kind="waive").status_code == 201
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]
    assert statements.find(world.pool, world.manager, issued.id).total == 33_000
    assert supply(preview(world, manager, used)) == 0


def test_what_went_on_in_time_that_was_given_up_is_not_its_companys_to_explain(
    world: World, manager: TestClient, used: Booking
) -> None:
    assert preview(world, manager, used)["blockers"]
    hand = Hand(who=world.manager, booking=used.id)
    booking_changes.cancel(world.pool, hand, now=used.period.start - timedelta(hours=1))
    document = preview(world, manager, used)
    assert (document["blockers"], supply(document)) == ([], 0)


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ({"kind": "fill", "state": None}, "state"),
        ({"kind": "fill", "state": "fault"}, "state"),
        ({"kind": "fill", "state": "running", "end": "2999-01-01T00:00:00Z"}, "end"),
        ({"kind": "set_seconds"}, "seconds"),
        ({"kind": "set_seconds", "seconds": -1}, "seconds"),
        ({"kind": "waive", "company": None}, "company"),
        ({"kind": "waive", "component": "luck"}, "component"),
        ({"kind": "reverse"}, "kind"),
        ({"kind": "waive", "reason": " "}, "reason"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    word: dict[str, Any], field: str, manager: TestClient, used: Booking
) -> None:
    refused = decided(manager, used, **word)
    assert refused.status_code == 422, refused.text
    assert field in refused.text


def minutes(used: Booking, start: float, end: float) -> dict[str, str]:
    """Return a period by minutes from the booking's start."""
    begin = used.period.start
    edges = (begin + timedelta(minutes=start), begin + timedelta(minutes=end))
    return {"start": edges[0].isoformat(), "end": edges[1].isoformat()}


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (59, 60, 422),  # the silence begins as the period ends
        (59, 60 + 1 / 60, 201),
        (60, 75, 201),
        (75 - 1 / 60, 76, 201),
        (75, 76, 422),  # the machine speaks from then on
        (-20, 59, 422),
    ],
)
def test_a_gap_is_filled_only_where_something_is_unknown(
    world: World, manager: TestClient, used: Booking, start: float, end: float, status: int
) -> None:
    word = {"kind": "fill", "state": "running", "company": None, "booking": None}
    answer = decided(manager, used, **word, **minutes(used, start, end))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["code"] == "invalid"
        assert "Nothing is unknown in this period" in answer.text
        assert listed(manager, used) == []
    else:
        assert supply(preview(world, manager, used)) > 30_000


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (-10, 0, 422),  # the activity begins as the period ends
        (-10, 1 / 60, 201),
        (0, 1, 201),
        (1 / 60, 60, 422),  # it began before
        (61, 74, 422),
    ],
)
def test_a_reassignment_needs_an_activity_that_begins_in_its_period(
    world: World, manager: TestClient, used: Booking, start: float, end: float, status: int
) -> None:
    word = {"kind": "reassign", "company": None, "booking": None}
    answer = decided(manager, used, **word, **minutes(used, start, end))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["code"] == "invalid"
        assert "No activity begins in this period" in answer.text
        assert listed(manager, used) == []
    # Decided to be the centre's own, it is not billed.
    assert supply(preview(world, manager, used)) == (30_000 if status == 422 else 0)


def test_of_two_words_on_unknown_time_the_latest_holds(
    world: World, manager: TestClient, used: Booking
) -> None:
    word = {"kind": "fill", "company": None, "booking": None, **minutes(used, 60, 75)}
    assert decided(manager, used, **word, state="running").status_code == 201
    assert (
        decided(manager, used, **{**word, **minutes(used, 60, 70)}, state="idle").status_code == 201
    )
    # Five of the quarter's minutes are left to the earlier word.
    assert supply(preview(world, manager, used)) == 32_500


def test_a_machine_that_fell_silent_for_good_can_be_decided_of(
    world: World, manager: TestClient, used: Booking
) -> None:
    machine = world.machine("mill-2")
    source = world.source(machine)
    words = [(0, "running"), (30, "unknown")]
    said = [
        message(source, used.period.start + timedelta(minutes=n), Channel.ACTIVITY, w)
        for n, w in words
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])
    body = {"kind": "fill", "state": "idle", "reason": "현장 확인", **minutes(used, 30, 120)}
    answer = manager.post("/api/v1/machines/mill-2/decisions", json=body)
    assert answer.status_code == 201, answer.text


def listed(client: TestClient, used: Booking) -> list[dict[str, Any]]:
    """The decisions in force around the booking."""
    found: list[dict[str, Any]] = client.get(
        "/api/v1/machines/mill-1/decisions",
        params=dict(zip(("from", "to"), minutes(used, -60, 180).values(), strict=True)),
    ).json()["items"]
    return found


def test_a_filled_gap_keeps_every_second_and_touches_nothing_known() -> None:
    states = [
        (State.IDLE, "10:00", "11:00"),
        (State.UNKNOWN, "11:00", "12:00"),
        (State.RUNNING, "12:00", "13:00"),
    ]
    runs = [Run(start=at(a), end=at(b), state=s, grade=Grade.SIGNAL) for s, a, b in states]
    word = Decision(
        id=DecisionId(new_id()),
        centre_id=CENTRE,
        machine_id=MACHINE,
        kind=DecisionKind.FILL,
        period=between("10:30", "11:20"),
        company_id=CompanyId(new_id()),
        booking_id=None,
        reverses=None,
        reason="확인",
        decided_by=PersonId(new_id()),
        recorded_at=at("14:00"),
        state=State.RUNNING,
    )
    found = filled(runs, [word])
    assert [(r.state, r.grade) for r in found] == [
        (State.IDLE, Grade.SIGNAL),
        (State.RUNNING, Grade.DECISION),
        (State.UNKNOWN, Grade.SIGNAL),
        (State.RUNNING, Grade.SIGNAL),
    ]
    parts = [part for r in found if (part := r.clipped(between("10:00", "13:00")))]
    assert total_seconds(parts) == 3 * 3600
    assert found[1].start == at("11:00")
