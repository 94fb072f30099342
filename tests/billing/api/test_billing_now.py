"""Bill now: a statement within the month, which later use does not turn into a debit (ADR 70)."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import signal_retention, verification
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Machine
from tests.support.api_fixtures import LogIn
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    amounts,
    at,
    drafted,
    issued,
    mill,
    month_of,
    own_line,
    programme,
    proved,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]

CAPPED = {**MILL, "cap_group": "mills", "quota_group": "free"}


def billed(
    world: World, client: TestClient, day: int, hour: float = 20, company: int = 0, **more: Any
) -> Any:
    """Bill now, at an hour of a day of last month."""
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[company].id}/bill-now"
    return client.post(where, json={"until": at(world, day, hour).isoformat(), **more})


def done(world: World, client: TestClient, day: int, hour: float = 20, **more: Any) -> Any:
    """Bill now, and return the statement that was issued."""
    answer = billed(world, client, day, hour, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def won(statement: Any) -> list[int]:
    """Return the amounts of the lines of a statement on the wire."""
    return [line["charge"]["amount"] for line in statement["document"]["lines"]]


def need_verified(world: World, count: int) -> None:
    """Assert that every issued statement and correction holds."""
    verdicts = verification.verify(world.pool, world.manager)
    assert [v.differences for v in verdicts] == [()] * count


def difference(client: TestClient, statement_id: object) -> Any:
    """Return what would be said today of an issued statement."""
    return client.get(f"{API}/statements/{statement_id}/difference").json()


def test_each_use_is_on_one_statement_and_later_use_is_no_debit(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    assert (won(first), first["state"], first["total"]) == ([60_000], "issued", 66_000)
    used(world, mill, at(world, 12), hours=1)
    assert difference(manager, first["id"])["changes"] == []
    second = done(world, manager, 12)
    used(world, mill, at(world, 13), hours=3)
    rest = issued(world)
    assert [won(second), amounts(rest)] == [[30_000], [90_000]]
    numbers = [first["number"], second["number"], rest.number]
    assert numbers == sorted(set(numbers), key=str)
    assert [difference(manager, i)["changes"] for i in (first["id"], second["id"], rest.id)] == (
        [[]] * 3
    )
    need_verified(world, 3)


def test_what_is_billed_now_has_used_free_time_and_the_cap(
    world: World, manager: TestClient, mill: Machine
) -> None:
    """The example of docs/tariffs.md."""
    published(
        world,
        manager,
        CAPPED,
        quotas=[{"group": "free", "seconds": 3600}],
        caps=[{"group": "mills", "amount": 100_000}],
    )
    used(world, mill, at(world, 11))
    assert won(done(world, manager, 11)) == [30_000]
    used(world, mill, at(world, 12), hours=2)
    used(world, mill, at(world, 13), hours=2)
    assert sorted(amounts(issued(world))) == [-50_000, 60_000, 60_000]
    need_verified(world, 2)


def test_tiers_go_on_after_what_was_billed_now(
    world: World, manager: TestClient, mill: Machine
) -> None:
    tier = {"after_seconds": 7200, "rate_per_hour": "20000"}
    published(world, manager, {**MILL, "tiers": [tier]})
    used(world, mill, at(world, 11))
    assert won(done(world, manager, 11)) == [60_000]
    used(world, mill, at(world, 12))
    assert amounts(issued(world)) == [40_000]


def test_a_programmes_monthly_cap_is_the_months(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, subsidies=[programme(50, monthly_cap=40_000)])
    proved(world, manager, "바우처", "2026-01-01")
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    wish = {
        "machine_slug": "mill-1",
        "start": at(world, 12).isoformat(),
        "end": at(world, 12, 12).isoformat(),
        "company": str(world.companies[0].id),
    }
    quoted = manager.post(f"{API}/bookings/quote", json=wish)
    assert quoted.status_code == 200, quoted.text
    assert quoted.json()["used"]["subsidy"] == 10_000, "a quote promises what is left of the cap"
    used(world, mill, at(world, 12))
    rest = issued(world)
    paid = [first["document"]["totals"]["subsidy"], rest.document["totals"]["subsidy"]]
    assert paid == [30_000, 10_000]
    need_verified(world, 2)


def test_a_line_of_ones_own_is_on_the_statement_of_its_instant(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    own_line(world, manager, 5_000, day=11)
    own_line(world, manager, 7_000, day=12)
    assert sorted(won(done(world, manager, 11))) == [5_000, 60_000]
    assert amounts(issued(world)) == [7_000]


def test_a_late_fact_of_its_time_corrects_the_statement_within_the_month(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    used(world, mill, at(world, 12))
    rest = issued(world)
    own_line(world, manager, -10_000, day=11)
    found = difference(manager, first["id"])
    assert found["difference"] == -11_000
    assert difference(manager, rest.id)["changes"] == []
    body = {"digest": found["digest"], "reason": "할인"}
    made = manager.post(f"{API}/statements/{first['id']}/corrections", json=body)
    assert made.status_code == 201, made.text
    need_verified(world, 3)


@pytest.mark.parametrize(("hour", "status"), [(10, 409), (10.001, 422), (11, 422), (12.001, 201)])
def test_what_goes_on_is_not_billed_now(
    world: World, manager: TestClient, mill: Machine, hour: float, status: int
) -> None:
    """Used from ten to twelve: at ten nothing has begun, and until twelve it may go on."""
    published(world, manager)
    used(world, mill, at(world, 11))
    answer = billed(world, manager, 11, hour)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [p["code"] for p in answer.json()["problems"]] == ["statement.open_session"]


def test_nothing_is_billed_twice_or_ahead(world: World, manager: TestClient, mill: Machine) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    done(world, manager, 11)
    assert billed(world, manager, 11, 21).status_code == 409
    assert billed(world, manager, 11, 20).status_code == 409
    assert billed(world, manager, 11, 19.99).status_code == 422
    assert billed(world, manager, 11, 24 * 365).status_code == 422


def test_a_refused_one_leaves_nothing(world: World, manager: TestClient, mill: Machine) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12))
    assert billed(world, manager, 11, 11).status_code == 422
    listed = manager.get(f"{API}/statements", params={"centre": str(world.centre.id)})
    assert listed.json()["items"] == []
    whole = drafted(world)
    assert (amounts(whole), whole.until) == ([60_000, 60_000], None)


def test_one_is_made_void_while_none_follows(
    world: World, manager: TestClient, mill: Machine, pool: Pool
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12))
    first, second = done(world, manager, 11), done(world, manager, 12)

    def void(statement: Any) -> int:
        where = f"{API}/statements/{statement['id']}/void"
        return manager.post(where, json={"reason": "회사명 오류"}).status_code

    assert [void(first), void(second), void(first)] == [409, 204, 204]
    assert amounts(issued(world)) == [60_000, 60_000]
    need_verified(world, 3)


def test_a_draft_of_the_rest_is_computed_again_after_a_void(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    used(world, mill, at(world, 12))
    rest = drafted(world)
    where = f"{API}/statements/{first['id']}/void"
    assert manager.post(where, json={"reason": "회사명 오류"}).status_code == 204
    assert manager.post(f"{API}/statements/{rest.id}/approve").status_code == 409
    assert amounts(drafted(world)) == [60_000, 60_000]


def test_a_month_is_not_locked_over_use_after_what_was_billed_now(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    done(world, manager, 11)
    used(world, mill, at(world, 12))
    where = f"{API}/centres/{world.centre.id}/months/{month_of(world)}/lock"
    refused = manager.post(where, json={"reason": "마감"})
    assert [p["code"] for p in refused.json()["problems"]] == ["month.unstated"]
    issued(world)
    assert manager.post(where, json={"reason": "마감"}).status_code == 200


def test_a_month_of_a_visitor_who_paid_at_once_is_locked(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    where = f"{API}/centres/{world.centre.id}/months/{month_of(world)}"
    assert manager.post(f"{where}/lock", json={"reason": "마감"}).status_code == 200
    # A charge of the statement is corrected; of the rest of the month there is none.
    line = {
        "centre": str(world.centre.id),
        "company": str(world.companies[0].id),
        "amount": 5_000,
        "reason": "조정",
    }
    edge = at(world, 11, 20)
    instants = {edge - timedelta(microseconds=1): 201, edge: 422}
    for instant, status in instants.items():
        answer = manager.post(f"{API}/lines", json={**line, "at": instant.isoformat()})
        assert answer.status_code == status, answer.text
    assert difference(manager, first["id"])["difference"] == 5_500


def test_the_database_keeps_two_statements_of_a_month_apart(
    world: World, manager: TestClient, mill: Machine, pool: Pool
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    done(world, manager, 11)
    used(world, mill, at(world, 12))
    rest = drafted(world)
    with pytest.raises(psycopg.errors.ExclusionViolation), transaction(pool, SYSTEM) as tx:
        tx.execute("update statements set since = null where id = %s", [rest.id])


def test_the_operation_log_knows_the_fee_of_what_is_billed_alone(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12))
    done(world, manager, 11)
    asked = {"centre": str(world.centre.id), "month": str(month_of(world))}

    def fees() -> list[str]:
        answer = manager.get(f"{API}/reports/operation-log.csv", params=asked)
        rows = csv.DictReader(StringIO(answer.text.removeprefix("\ufeff")))
        return [row["사용료(원)"] for row in rows]

    assert fees() == ["60000", "미확정"]
    issued(world)
    assert fees() == ["60000", "60000"]


def test_a_past_rule_names_the_part_of_a_month_that_it_changes(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "no_show": {"pct": "50"}})
    used(world, mill, at(world, 11))
    first = done(world, manager, 11)
    used(world, mill, at(world, 12, 12.5))
    world.booked(mill, world.companies[0], at(world, 12))
    second = done(world, manager, 12)
    issued(world)
    values = {"no_show_after_minutes": 180}

    def named(day: int) -> list[str]:
        since = at(world, day, 0).isoformat()
        body = {"centre": str(world.centre.id), "values": values, "effective_from": since}
        answer = manager.put(f"{API}/policy", json=body)
        return [p["actual"] for p in answer.json()["problems"]] if answer.content else []

    # The limits of a month are those of its start, also of a part that begins later.
    assert named(1) == [second["number"]]
    assert named(2) == []
    assert first["number"] != second["number"]


def test_signals_of_the_month_wait_for_the_draft_of_its_rest(
    world: World, manager: TestClient, mill: Machine, pool: Pool
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    done(world, manager, 28)
    used(world, mill, at(world, 28, 21))
    drafted(world)
    with transaction(pool, SYSTEM) as tx:
        until = signal_retention.waiting(tx, at(world, 28))
    # A booking may begin 31 days before the month, and its start has used free time of the month.
    assert until is not None
    assert until <= at(world, 1, 0) - timedelta(days=31)


def test_only_who_works_with_money_bills_now(
    world: World, client: TestClient, bearer: LogIn, mill: Machine
) -> None:
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/bill-now"
    member = world.member(world.companies[0])
    assert client.post(where, headers=bearer(member)).status_code == 403
