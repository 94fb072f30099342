"""The ledger of use: entered, taken back, pasted, from check-ins; and what the database refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import month_locks, statement_drafts, statements
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.lines_by_their_own_day import API, at, month_of
from tests.support.booking.ledger_of_use import logged
from tests.support.world import World, nobody_may

ITEM: dict[str, Any] = {
    "kind": "cmm",
    "rate_per_hour": "40000",
    "basis": "actual_run",
    "ledger_basis": "actual_run",
}


@pytest.fixture
def cmm(world: World) -> Machine:
    """A coordinate measuring machine that nobody's signals observe, and two companies."""
    world.company()
    world.company()
    machine = world.machine("cmm-1", kind="cmm")
    observations.declare(world.pool, world.manager, machine.id, Observed.LEDGER, since=BEGINNING)
    return machine


def code(answer: Any) -> str:
    """The code of the one broken rule."""
    (problem,) = answer.json()["problems"]
    assert problem["ko"] != problem["code"] != problem["en"]
    return str(problem["code"])


def test_a_use_is_written_down_and_shown(world: World, manager: TestClient, cmm: Machine) -> None:
    company = str(world.companies[0].id)
    made = logged(manager, cmm, at(world, 12), company=company)
    assert made.status_code == 201, made.text
    entry = made.json()
    assert (entry["machine"], entry["machine_slug"], entry["grade"]) == (str(cmm.id), "cmm-1", "L")
    assert (entry["company"], entry["origin"], entry["seconds"]) == (company, "paper", 3600)
    assert (entry["recorded_by"], entry["is_correction"]) == (str(world.manager.person_id), False)
    where = made.headers["location"]
    assert manager.get(where).json() == entry
    listed = manager.get(
        f"{API}/logged-uses",
        params={"centre": str(world.centre.id), "from": at(world, 12).isoformat()},
    ).json()
    assert listed == {"items": [entry], "next": None}


def test_entries_of_a_machine_never_overlap(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    ten = at(world, 12)
    second = timedelta(seconds=1)
    assert logged(manager, cmm, ten).status_code == 201
    assert code(logged(manager, cmm, ten + timedelta(hours=1) - second)) == "logged.overlap"
    assert logged(manager, cmm, ten + timedelta(hours=1)).status_code == 201
    assert code(logged(manager, cmm, ten - timedelta(hours=1) + second)) == "logged.overlap"
    assert logged(manager, cmm, ten - timedelta(hours=1)).status_code == 201
    other = world.machine(kind="cmm")
    observations.declare(world.pool, world.manager, other.id, Observed.NEITHER, since=BEGINNING)
    assert logged(manager, other, ten).status_code == 201


def test_an_entry_is_taken_back_and_its_time_is_free_again(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    first = logged(manager, cmm, at(world, 12)).json()
    where = f"{API}/logged-uses/{first['id']}/reversal"
    assert manager.post(where, json={"reason": " "}).status_code == 422
    back = manager.post(where, json={"reason": "다른 장비였음"})
    assert back.status_code == 201, back.text
    assert back.json()["reverses"] == first["id"]
    assert (
        manager.get(f"{API}/logged-uses/{first['id']}").json()["reversed_by"] == back.json()["id"]
    )
    again = manager.post(where, json={"reason": "또"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    of_reversal = manager.post(
        f"{API}/logged-uses/{back.json()['id']}/reversal", json={"reason": "또"}
    )
    assert (of_reversal.status_code, of_reversal.json()["code"]) == (422, "invalid")
    assert logged(manager, cmm, at(world, 12)).status_code == 201


def test_nothing_is_written_down_that_is_still_to_come(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    now = datetime.now(UTC)
    assert code(logged(manager, cmm, now - timedelta(minutes=59))) == "logged.future"
    today = logged(manager, cmm, now - timedelta(minutes=61))
    assert today.status_code == 201


def test_what_signals_observe_is_not_written_down(world: World, manager: TestClient) -> None:
    mill = world.machine("mill-1")
    assert code(logged(manager, mill, at(world, 12))) == "logged.signals"
    since = at(world, 12)
    body = {"observed": "ledger", "since": since.isoformat()}
    said = manager.post(f"{API}/machines/{mill.id}/observations", json=body)
    assert said.status_code == 201, said.text
    assert manager.get(said.headers["location"]).json()["items"] == [said.json()]
    assert code(logged(manager, mill, since - timedelta(seconds=1))) == "logged.signals"
    assert logged(manager, mill, since).status_code == 201


@pytest.mark.parametrize(("days", "status"), [(31, 201), (31.0001, 422)])
def test_an_entry_lasts_a_month_at_most(
    days: float, status: int, world: World, manager: TestClient, cmm: Machine
) -> None:
    start = at(world, 1) - timedelta(days=60)
    assert logged(manager, cmm, start, days * 24).status_code == status


def test_a_booking_of_others_and_an_empty_reason_are_refused(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    booked = world.booked(cmm, world.companies[0], at(world, 12))
    theirs: dict[str, Any] = {"company": str(world.companies[0].id), "booking": str(booked.id)}
    wrong: dict[str, Any] = {**theirs, "company": str(world.companies[1].id)}
    refused = logged(manager, cmm, at(world, 12), **wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, "booking")
    refused = logged(manager, cmm, at(world, 12), **theirs, reason="  ")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert logged(manager, cmm, at(world, 12), company=str(new_id())).status_code == 404
    assert logged(manager, cmm, at(world, 12), **theirs).json()["booking"] == str(booked.id)


def test_a_locked_month_takes_corrections_alone(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    first = logged(manager, cmm, at(world, 12)).json()
    month_locks.lock(
        world.pool,
        world.manager,
        world.centre.id,
        str(month_of(world)),
        reason="마감",
        now=datetime.now(UTC),
    )
    assert code(logged(manager, cmm, at(world, 13))) == "logged.month_closed"
    # A use into the month before the locked one, and out of it, touches a closed month all the
    # same.
    edge = at(world, 1, 0) - timedelta(seconds=1)
    assert code(logged(manager, cmm, edge, 1)) == "logged.month_closed"
    assert (
        logged(manager, cmm, at(world, 1, 0) - timedelta(hours=1)).json()["is_correction"] is False
    )
    made = logged(manager, cmm, at(world, 13), is_correction=True)
    assert (made.status_code, made.json()["is_correction"]) == (201, True)
    where = f"{API}/logged-uses/{first['id']}/reversal"
    closed = manager.post(where, json={"reason": "틀림"})
    assert code(closed) == "logged.month_closed"
    begins = datetime.fromisoformat(first["start"]).astimezone(world.ZONE)
    assert f"{begins:%H:%M})" in closed.json()["problems"][0]["ko"]
    back = manager.post(where, json={"reason": "틀림", "is_correction": True})
    assert (back.status_code, back.json()["is_correction"]) == (201, True)


def test_an_issued_statement_closes_the_month_for_its_company(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    world.tariff(**ITEM)
    first, second = (str(c.id) for c in world.companies)
    assert logged(manager, cmm, at(world, 12), company=first).status_code == 201
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=world.companies[0].id,
        month=str(month_of(world)),
    )  # fmt: skip
    statements.approve(world.pool, world.manager, drafted.id)
    statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    assert code(logged(manager, cmm, at(world, 13), company=first)) == "logged.month_closed"
    assert logged(manager, cmm, at(world, 13), company=second).json()["is_correction"] is False
    late = logged(manager, cmm, at(world, 14), company=first, is_correction=True)
    assert late.json()["is_correction"] is True
    proposed = manager.get(f"{API}/statements/{drafted.id}/difference").json()
    assert (proposed["difference"], proposed["is_material"]) == (44_000, True)


def test_the_ledger_is_never_edited(world: World, manager: TestClient, cmm: Machine) -> None:
    assert logged(manager, cmm, at(world, 12)).status_code == 201
    nobody_may(world.pool, "update logged_uses set reason = 'x'")
    nobody_may(world.pool, "delete from logged_uses")
    nobody_may(world.pool, "update machine_observations set observed = 'signal'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction(world.pool, SYSTEM) as tx:
        tx.execute("delete from logged_times")
    audited = manager.get(f"{API}/centres/{world.centre.id}/audit").json()
    assert "logged_uses" in str(audited)


def test_the_database_itself_refuses_the_future_and_a_reversal_of_something_else(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    assert logged(manager, cmm, at(world, 12)).status_code == 201
    copied = (
        "insert into logged_uses (id, centre_id, machine_id, during, origin, reason, "
        "is_correction, reverses,"
        " recorded_at) select gen_random_uuid(), centre_id, machine_id, {during}, 'ledger', "
        "'x', false,"
        " {reverses}, now() from logged_uses"
    )
    tries = {
        "logged_uses_past": ("tstzrange(now(), now() + interval '1 s')", "null"),
        "logged_uses_reversal": ("tstzrange(lower(during), lower(during) + interval '1 s')", "id"),
        "logged_uses_no_overlap": ("during", "null"),
    }
    for constraint, (during, reverses) in tries.items():
        with (
            transaction(world.pool, SYSTEM) as tx,
            pytest.raises(psycopg.errors.IntegrityError) as refused,
            tx.transaction(),
        ):
            tx.execute(copied.format(during=during, reverses=reverses).encode())
        assert refused.value.diag.constraint_name == constraint


def test_who_checks_out_has_used_the_machine(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(minutes=5)
    booked = world.booked(cmm, world.companies[0], start, now=start - timedelta(hours=1))
    hand = Hand(who=world.manager, booking=booked.id)
    booking_changes.check_in(world.pool, hand, now=start)
    # An entry in that time stays as it is.
    assert logged(manager, cmm, start + timedelta(minutes=1), 1 / 60).status_code == 201
    booking_changes.check_out(world.pool, hand, now=now)
    found = manager.get(f"{API}/logged-uses", params={"centre": str(world.centre.id)}).json()[
        "items"
    ]
    own = sorted((e["start"], e["end"]) for e in found if e["origin"] == "check_in")
    assert [Period(*(datetime.fromisoformat(x) for x in e)).seconds for e in own] == [60, 180]
    assert {e["booking"] for e in found if e["origin"] == "check_in"} == {str(booked.id)}


HEADINGS = "장비\t기업\t이용자\t날짜\t시작\t종료\t사유"
LINES = (
    "cmm-1\t{number}\t\t{day}\t9:00\t10:00\t치수 측정",
    "cmm-1\t없는 회사\t\t{day}\t10:00\t11:00\t측정",
    "cmm-1\t{number}\t\t{day}\t9:30\t11:00\t겹침",
    "밀링\t{number}\t\t{day}\t13:00\t12:00\t거꾸로",
    "cmm-1\t\t\t{day}\t13:00\t14:00\t센터 점검",
    "cmm-1\t{number}\t\t{day}\t15:00\t16:00\t",
)


def table(world: World) -> str:
    """Six lines of last month, of which four are bad."""
    day = at(world, 12).astimezone(world.centre.zone).date()
    number = world.companies[0].registration_number
    return "\n".join([HEADINGS, *(line.format(number=number, day=day) for line in LINES)])


def test_a_pasted_table_names_each_bad_line_and_keeps_nothing_yet(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    where = f"{API}/centres/{world.centre.id}/use-tables"
    shown = manager.post(f"{where}/preview", json={"text": table(world)}).json()
    assert (shown["good"], shown["bad"]) == (2, 4)
    assert [(x["line"], [p["code"] for p in x["problems"]]) for x in shown["items"]] == [
        (2, []),
        (3, ["table.company"]),
        (4, ["logged.overlap"]),
        (5, ["table.end"]),
        (6, []),
        (7, ["table.reason"]),
    ]
    assert shown["items"][1]["text"] == table(world).splitlines()[2]
    whole = manager.post(where, json={"text": table(world)})
    assert whole.status_code == 422
    assert [p["details"]["line"] for p in whole.json()["problems"]] == [3, 4, 5, 7]
    listed = {"centre": str(world.centre.id), "from": at(world, 1).isoformat()}
    assert manager.get(f"{API}/logged-uses", params=listed).json()["items"] == []
    kept = manager.post(where, json={"text": table(world), "keeps_good": True})
    assert (kept.status_code, kept.json()["good"], kept.json()["bad"]) == (201, 2, 4)
    found = manager.get(f"{API}/logged-uses", params=listed).json()["items"]
    assert [e["origin"] for e in found] == ["table", "table"]
    again = manager.post(f"{where}/preview", json={"text": table(world)}).json()
    assert again["items"][0]["problems"][0]["code"] == "logged.overlap"


def test_a_table_without_its_headings_is_refused(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    where = f"{API}/centres/{world.centre.id}/use-tables/preview"
    refused = manager.post(where, json={"text": "cmm-1\t9:00"})
    assert code(refused) == "table.heading_missing"
