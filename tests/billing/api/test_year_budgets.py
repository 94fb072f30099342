"""A programme's budget of a year, shared by two centres: no document draws more than is left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections, programme_budgets, statements
from gadong.billing.services.accounts.billing_now import bill_now
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.core.domain.access import Caller, Role
from gadong.core.domain.problem import Conflict, Forbidden, NotFound
from gadong.machines.domain.machine import Machine
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    drafted,
    mill,
    month_of,
    programme,
    published,
    used,
)
from tests.support.reports.agency import agency_of
from tests.support.waiting import until_locks_are_waited_for
from tests.support.world import World, nobody_may

__all__ = ["mill"]  # pytest finds fixtures by their names here

NAME = "바우처"
#: The other centre's firm, by its place in its world's companies.
FIRM = 2


@pytest.fixture
def both(world: World, client: TestClient, bearer: LogIn, mill: Machine) -> tuple[World, World]:
    """Two centres whose tariffs name the programme, and a firm at each with an hour of use."""
    other = World.made(world.pool)
    other.companies = list(world.companies)
    other.company()
    place = other.machine("mill-1")
    world.emails[other.manager.person_id] = other.manager_email
    logins = (bearer(None), bearer(other.manager))
    halls = ((world, mill, 0), (other, place, FIRM))
    for login, (each, machine, company) in zip(logins, halls, strict=True):
        client.headers.update(login)
        published(each, client, subsidies=[programme(100)])
        firm = each.companies[company]
        where = f"{API}/centres/{each.centre.id}/companies/{firm.id}/extras"
        body = {"name": NAME, "since": "2026-01-01", "proof": "협약서"}
        assert client.post(where, json=body).status_code == 204
        used(each, machine, at(each, 10), hours=1, company=company)
    return world, other


def of_both(both: tuple[World, World]) -> Caller:
    """Return who decides about money at both centres."""
    staff = frozenset((each.centre.id, Role.MANAGER) for each in both)
    return Caller(person_id=both[0].manager.person_id, staff=staff)


def set_(both: tuple[World, World], amount: int | None, year: int | None = None) -> None:
    centres = [each.centre.id for each in both]
    of = year or month_of(both[0]).year
    programme_budgets.set_year(
        both[0].pool, of_both(both), NAME, of, centres, amount=amount, reason="협약"
    )


def approved(each: World) -> Statement:
    """Draft and approve the month of the centre's firm with the programme."""
    made = drafted(each, FIRM if len(each.companies) > FIRM else 0)
    statements.approve(each.pool, each.manager, made.id, accept=["statement.proof_expired"])
    return made


def issue(each: World, made: Statement) -> Statement:
    return statements.issue(
        each.pool, each.manager, made.id, close_early=False, now=datetime.now(UTC)
    )


def paid(made: Statement) -> int:
    """Return what the programme pays of an issued document."""
    return document(made).totals.subsidy


@pytest.mark.parametrize(
    ("budget", "second"),
    # Each wants 30,000. The second finds nothing, one won, all but one, just enough, and enough.
    [(30_000, 0), (30_001, 1), (59_999, 29_999), (60_000, 30_000), (60_001, 30_000)],
)
def test_the_second_centre_finds_what_the_first_left(
    both: tuple[World, World], budget: int, second: int
) -> None:
    first, other = both
    set_(both, budget)
    set_(both, 0, year=month_of(first).year - 1)  # another year's is its own
    assert paid(issue(first, approved(first))) == 30_000
    assert paid(issue(other, approved(other))) == second
    (kept,) = programme_budgets.of_year(first.pool, of_both(both), month_of(first).year)
    assert (kept.amount, kept.paid, kept.left) == (
        budget,
        30_000 + second,
        budget - 30_000 - second,
    )
    found = [v for each in both for v in verification.verify(each.pool, each.manager)]
    assert [list(v.differences) for v in found] == [[], []]


@pytest.mark.parametrize(
    ("budget", "rest", "second"),
    # Each of two parts of a month wants 30,000, and then the other centre.
    [
        (29_999, 0, 0),
        (30_000, 0, 0),
        (30_001, 1, 0),
        (59_999, 29_999, 0),
        (60_000, 30_000, 0),
        (60_001, 30_000, 1),
        (90_000, 30_000, 30_000),
    ],
)
def test_the_parts_of_a_month_draw_on_one_budget(
    both: tuple[World, World], mill: Machine, budget: int, rest: int, second: int
) -> None:
    first, other = both
    used(first, mill, at(first, 12), hours=1)
    set_(both, budget)
    part = bill_now(
        first.pool,
        first.manager,
        centre=first.centre.id,
        company=first.companies[0].id,
        until=at(first, 11),
        accept=["statement.proof_expired"],
    )
    month_rest = issue(first, approved(first))
    elsewhere = issue(other, approved(other))
    drawn = min(30_000, budget)
    assert [paid(part), paid(month_rest), paid(elsewhere)] == [drawn, rest, second]
    (kept,) = programme_budgets.of_year(first.pool, of_both(both), month_of(first).year)
    assert (kept.paid, kept.left) == (drawn + rest + second, budget - drawn - rest - second)
    found = [v for each in both for v in verification.verify(each.pool, each.manager)]
    assert [list(v.differences) for v in found] == [[], [], []]


def test_a_budget_that_ended_or_was_lowered(both: tuple[World, World]) -> None:
    first, other = both
    set_(both, 60_000)
    assert paid(issue(first, approved(first))) == 30_000
    # Lowered below what was drawn: the issued document keeps it, and nothing is left.
    set_(both, 10_000)
    (kept,) = programme_budgets.of_year(first.pool, of_both(both), month_of(first).year)
    assert (kept.paid, kept.left) == (30_000, -20_000)
    made = approved(other)
    set_(both, None)
    assert programme_budgets.of_year(first.pool, of_both(both), month_of(first).year) == []
    # A document that was approved under the other budget is computed anew.
    with pytest.raises(Conflict):
        issue(other, made)
    nobody_may(first.pool, "update programme_budgets set amount = 1")
    nobody_may(first.pool, "delete from programme_budgets")


def test_two_centres_that_issue_at_once_draw_no_more(both: tuple[World, World]) -> None:
    set_(both, 30_001)
    ready = [(each, approved(each)) for each in both]

    def act(each: World, made: Statement) -> Callable[[], int]:
        def run() -> int:
            try:
                issue(each, made)
            except Conflict:
                return 409
            return 200

        return run

    statuses = at_once(*[act(each, made) for each, made in ready])
    assert statuses.count(200) == 1, statuses
    (kept,) = programme_budgets.of_year(both[0].pool, of_both(both), month_of(both[0]).year)
    assert kept.paid == 30_000
    # The one that was refused is computed anew, and finds the won that is left.
    ((late, made),) = [one for one, status in zip(ready, statuses, strict=True) if status == 409]
    statements.reopen(late.pool, late.manager, made.id)
    assert paid(issue(late, approved(late))) == 1


def test_a_document_of_another_centre_that_is_not_committed_is_waited_for(
    both: tuple[World, World], database_url: str
) -> None:
    first, other = both
    set_(both, 30_000)
    mine, theirs = approved(first), approved(other)
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(2) as hands:
        # The other centre's document has its instant, and is not committed.
        held.execute("lock table statement_evidence in share mode")
        before = hands.submit(issue, other, theirs)
        until_locks_are_waited_for(database_url)
        after = hands.submit(issue, first, mine)
        until_locks_are_waited_for(database_url, 2)
        held.rollback()
        assert paid(before.result()) == 30_000
        with pytest.raises(Conflict):
            after.result()
    statements.reopen(first.pool, first.manager, mine.id)
    assert paid(issue(first, approved(first))) == 0
    (kept,) = programme_budgets.of_year(first.pool, of_both(both), month_of(first).year)
    assert (kept.paid, kept.left) == (30_000, 0)


def test_what_a_void_statement_gives_back_is_waited_for(
    both: tuple[World, World], database_url: str
) -> None:
    first, other = both
    set_(both, 30_000)
    theirs = issue(other, approved(other))
    mine = approved(first)
    void = partial(corrections.void, other.pool, other.manager, theirs.id, reason="잘못 발행")
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(2) as hands:
        held.execute("lock table statement_voids in share mode")
        before = hands.submit(void, now=datetime.now(UTC))
        until_locks_are_waited_for(database_url)
        after = hands.submit(issue, first, mine)
        until_locks_are_waited_for(database_url, 2)
        held.rollback()
        before.result()
        with pytest.raises(Conflict):
            after.result()
    statements.reopen(first.pool, first.manager, mine.id)
    assert paid(issue(first, approved(first))) == 30_000
    found = [v for each in both for v in verification.verify(each.pool, each.manager)]
    assert [list(v.differences) for v in found] == [[], []]


def test_who_sets_and_sees_it(both: tuple[World, World]) -> None:
    first, other = both
    year = month_of(first).year
    centres = [each.centre.id for each in both]
    for who in (first.manager, agency_of(first, other), first.member(first.companies[0])):
        with pytest.raises((Forbidden, NotFound)):
            programme_budgets.set_year(
                first.pool, who, NAME, year, centres, amount=1, reason="협약"
            )
    set_(both, 90_000)
    agency = Caller(
        person_id=first.manager.person_id,
        staff=frozenset((each.centre.id, Role.AGENCY) for each in both),
    )
    assert [b.left for b in programme_budgets.of_year(first.pool, agency, year)] == [90_000]
    # A budget of a centre that is not theirs too would tell what that one drew.
    half = replace(agency, staff=frozenset({(first.centre.id, Role.AGENCY)}))
    for who in (first.manager, other.manager, half):
        assert programme_budgets.of_year(first.pool, who, year) == []


def test_the_api_sets_lists_and_refuses(world: World, manager: TestClient) -> None:
    body: dict[str, Any] = {
        "programme": NAME,
        "year": 2026,
        "centres": [str(world.centre.id)],
        "amount": 5_000_000,
        "reason": "2026년 협약",
    }
    assert manager.post(f"{API}/programme-budgets", json=body).status_code == 204
    (shown,) = manager.get(f"{API}/programme-budgets?year=2026").json()["items"]
    assert (shown["amount"], shown["paid"], shown["left"]) == (5_000_000, 0, 5_000_000)
    assert manager.get(f"{API}/programme-budgets?year=2027").json()["items"] == []
    for wrong, field in (({"amount": -1}, "amount"), ({"centres": []}, "centres")):
        refused = manager.post(f"{API}/programme-budgets", json={**body, **wrong})
        assert (refused.status_code, field in refused.text) == (422, True)
    silent = manager.post(f"{API}/programme-budgets", json={**body, "reason": "  "})
    assert silent.status_code == 422
