"""Facts that come to be known after a month's lock.

An issued statement stands and verifies, and a correction is offered where an amount changes. A rule
from a past day names each statement that it would change before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statements
from gadong.billing.services.proof import verification
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from tests.support.billing.ledgers_priced import CMM, observe
from tests.support.billing.lines_by_their_own_day import (
    API,
    EVERY_DAY,
    MILL,
    amounts,
    at,
    day_text,
    issued,
    mill,
    month_of,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]

HOLIDAYS = {"weekdays": EVERY_DAY, "since": "00:00:00", "until": "00:00:00", "days": "holiday"}
ITEM = {
    **MILL,
    "windows": [{**HOLIDAYS, "pct": "200"}],
    "no_show": {"pct": "50"},
    "discount_scope": ["time", "surcharge"],
}
TERMS = {
    "discounts": [{"category": "small-manufacturer", "pct": "50"}],
    "extra_discounts": [{"name": "관내", "pct": "20"}],
}


@pytest.fixture
def paper(world: World, manager: TestClient, mill: Machine) -> Statement:
    """The issued statement of a locked month.

    Two hours ran on the 12th, two were written down on the 16th, and nobody came on the 15th.
    """
    published(world, manager, ITEM, CMM, **TERMS)
    cmm = world.machine("cmm-1", kind="cmm")
    observe(world, cmm, Observed.LEDGER)
    used(world, mill, at(world, 12))
    world.booked(mill, world.companies[0], at(world, 15))
    used(world, mill, at(world, 15, 13), company=1)
    assert written(world, manager, 16, 10).status_code == 201
    found = issued(world)
    assert amounts(found) == [60_000, 30_000, 60_000]
    issued(world, 1)
    lock = f"{API}/centres/{world.centre.id}/months/{month_of(world)}/lock"
    assert manager.post(lock, json={"reason": "마감"}).status_code == 200
    return found


def written(
    world: World, client: TestClient, day: int, hour: float, company: int = 0, **more: Any
) -> Any:
    """Write two hours of use into the ledger of the machine without signals."""
    body = {
        "machine_slug": "cmm-1",
        "company": str(world.companies[company].id),
        "start": at(world, day, hour).isoformat(),
        "end": at(world, day, hour + 2).isoformat(),
        "reason": "일지",
        **more,
    }
    return client.post(f"{API}/logged-uses", json=body)


def stands(world: World, client: TestClient, paper: Statement) -> int:
    """Check that what was issued is as it was and verifies.

    Return the difference that is offered as a correction, in won with the tax.
    """
    with_id = statements.find(world.pool, world.manager, paper.id)
    assert with_id.document == paper.document
    verdicts = verification.verify(world.pool, world.manager)
    assert [str(v) for v in verdicts] == ["holds"] * len(verdicts)
    found = client.get(f"{API}/statements/{paper.id}/difference").json()
    return int(found["difference"])


def correct(client: TestClient, paper: Statement) -> None:
    """Issue the offered difference."""
    found = client.get(f"{API}/statements/{paper.id}/difference").json()
    body = {"digest": found["digest"], "reason": "뒤늦게 알려짐"}
    made = client.post(f"{API}/statements/{paper.id}/corrections", json=body)
    assert made.status_code == 201, made.text


def holiday(world: World, client: TestClient, day: int, *, accept: bool = False) -> Any:
    """Say that a day of last month was a holiday."""
    return client.post(
        f"{API}/centres/{world.centre.id}/holidays",
        json={"day": day_text(world, day), "name": "임시공휴일"},
        params={"accept": accept},
    )


def rule(
    world: World, client: TestClient, since: datetime, *, accept: bool = False, **values: Any
) -> Any:
    """Set rules of the whole centre from an instant on."""
    body = {"centre": str(world.centre.id), "values": values, "effective_from": since.isoformat()}
    return client.put(f"{API}/policy", json=body, params={"accept": accept})


def named(answer: Any) -> list[tuple[str, Any, Any, Any]]:
    """Return the code, number and totals of each statement that a refusal names."""
    assert answer.status_code == 422, answer.text
    return [
        (p["code"], p["actual"], p["details"]["was"], p["details"]["now"])
        for p in answer.json()["problems"]
    ]


def test_a_holiday_of_a_locked_month_names_what_it_would_change(
    world: World, manager: TestClient, paper: Statement
) -> None:
    # Nothing was used on the day before.
    assert holiday(world, manager, 11).status_code == 204
    assert stands(world, manager, paper) == 0
    refused = holiday(world, manager, 12)
    assert named(refused) == [("holiday.changes_issued", paper.number, 162_000, 228_000)]
    (problem,) = refused.json()["problems"]
    for words in (problem["ko"], problem["en"]):
        assert world.companies[0].name in words
        assert "162,000" in words
    assert stands(world, manager, paper) == 0
    assert holiday(world, manager, 12, accept=True).status_code == 204
    assert stands(world, manager, paper) == 66_000
    correct(manager, paper)
    assert stands(world, manager, paper) == 0
    # It is compared with what the correction said, and a day that is one already changes nothing.
    assert holiday(world, manager, 12).status_code == 204
    where = f"{API}/centres/{world.centre.id}/holidays"
    back = {"day": day_text(world, 12), "name": "평일", "is_holiday": False}
    assert named(manager.post(where, json=back)) == [
        ("holiday.changes_issued", paper.number, 228_000, 162_000)
    ]


def test_a_limit_from_before_a_locked_month_names_what_it_would_change(
    world: World, manager: TestClient, paper: Statement
) -> None:
    start = month_of(world).period(world.centre.zone).start
    used_after: dict[str, Any] = {"no_show_after_minutes": 240}
    # The month's first instant counts for it; after that, a limit is of the months that follow.
    assert rule(world, manager, start + timedelta(seconds=1), **used_after).status_code == 204
    assert stands(world, manager, paper) == 0
    refused = rule(world, manager, start, **used_after)
    assert named(refused) == [("policy.changes_issued", paper.number, 162_000, 132_000)]
    assert stands(world, manager, paper) == 0
    # Rules that bear on no amount are kept unasked.
    assert rule(world, manager, start, longest_minutes=600).status_code == 204
    assert rule(world, manager, start, accept=True, **used_after).status_code == 204
    assert stands(world, manager, paper) == -30_000
    correct(manager, paper)
    assert stands(world, manager, paper) == 0


def closed(world: World, client: TestClient) -> Any:
    """Close the mill over the booking that nobody came to."""
    body = {
        "centre": str(world.centre.id),
        "machine_slug": "mill-1",
        "start": at(world, 15, 9).isoformat(),
        "end": at(world, 15, 13).isoformat(),
        "kind": "closed",
        "reason": "정전",
    }
    return client.post(f"{API}/closures", json=body)


def classed(world: World, client: TestClient) -> Any:
    """Say that the company was a small manufacturer all the time."""
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/categories"
    body = {"category": "small-manufacturer", "since": day_text(world, 1), "proof": "확인서"}
    return client.post(where, json=body)


def proof(world: World, client: TestClient) -> Any:
    """Record a proof that counts from the 12th on."""
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/extras"
    body = {"name": "관내", "since": day_text(world, 12), "until": None, "proof": "등본"}
    return client.post(where, json=body)


def late_use(world: World, client: TestClient) -> Any:
    """Write down two more hours, as one that knows of the lock."""
    assert written(world, client, 17, 10).status_code == 422
    return written(world, client, 17, 10, is_correction=True)


def other_hours(world: World, client: TestClient) -> Any:
    """Open from nine to six, by a rule from before the month."""
    hours = [{"weekdays": EVERY_DAY, "since": "09:00", "until": "18:00"}]
    return rule(world, client, at(world, 1, -48), opening_hours=hours)


AFTER_THE_LOCK: dict[str, tuple[Callable[[World, TestClient], Any], int]] = {
    "closure": (closed, -30_000),
    # Half of the use, and of the fee's net price.
    "category": (classed, -81_000),
    "proof": (proof, -32_400),
    "logged use": (late_use, 66_000),
    "opening hours": (other_hours, 0),
}


@pytest.mark.parametrize("fact", AFTER_THE_LOCK)
def test_a_fact_after_the_lock_becomes_a_correction(
    fact: str, world: World, manager: TestClient, paper: Statement
) -> None:
    say, difference = AFTER_THE_LOCK[fact]
    answer = say(world, manager)
    assert answer.is_success, answer.text
    assert stands(world, manager, paper) == difference
    if difference:
        correct(manager, paper)
    assert stands(world, manager, paper) == 0


def test_a_share_of_a_booking_that_is_over_is_refused(
    world: World, manager: TestClient, paper: Statement
) -> None:
    booking = booking_of(paper)
    answer = manager.post(
        f"{API}/bookings/{booking}/cost-shares",
        json={"own_parts": 1, "shares": [{"company": str(world.companies[1].id), "parts": 1}]},
    )
    assert answer.status_code in {403, 409, 422}
    assert stands(world, manager, paper) == 0


def booking_of(paper: Statement) -> str:
    """Return the booking of the statement's first line."""
    key: str = paper.document["lines"][0]["charge"]["key"]
    return key.removeprefix("booking:").partition("/")[0]
