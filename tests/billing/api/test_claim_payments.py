"""A claim's receivable: open until the payer's money is entered, and overdue by its due day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.claims.programme_claim import FinalClaim
from gadong.billing.services.claims import claim_payments, programme_claims
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from tests.support.api.attackers_hour import at_once
from tests.support.api.claims import kept_claim
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    issued,
    mill,
    published,
    used,
)
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.reports.agency import agency_of
from tests.support.world import World, nobody_may

__all__ = ["mill"]  # pytest finds fixtures by their names here

NOON = datetime(2026, 2, 10, 3, tzinfo=UTC)


@pytest.fixture
def claim(world: World, manager: TestClient, mill: Machine) -> FinalClaim:
    """A claim of 1,000 won that is due on 15 February 2026."""
    published(world, manager)
    used(world, mill, at(world, 10))
    return kept_claim(world, issued(world).id)


def pay(world: World, claim: FinalClaim, amount: int, **more: Any) -> Any:
    now = more.pop("now", NOON)
    paid_on = more.pop("paid_on", NOON.date())
    return claim_payments.record(
        world.pool,
        more.pop("who", world.manager),
        claim.id,
        amount=amount,
        paid_on=paid_on,
        now=now,
        **more,
    )


def state(world: World, claim: FinalClaim, now: datetime = NOON) -> tuple[str, int, int]:
    (found,) = claim_payments.receivables(world.pool, world.manager, [claim], now=now)
    return found.state.value, found.account.outstanding, found.days_late


def test_a_claim_is_paid_in_parts_and_taken_back(world: World, claim: FinalClaim) -> None:
    assert state(world, claim) == ("open", 1000, 0)
    for amount in (0, 1001, -1):
        with pytest.raises(Invalid):
            pay(world, claim, amount)
    with pytest.raises(Invalid):
        pay(world, claim, 1, paid_on=NOON.date() + timedelta(days=1))
    part = pay(world, claim, 400)
    assert state(world, claim) == ("part_paid", 600, 0)
    with pytest.raises(Invalid):
        pay(world, claim, 601)
    pay(world, claim, 600)
    assert state(world, claim) == ("paid", 0, 0)
    with pytest.raises(Invalid):
        claim_payments.take_back(world.pool, world.manager, part.id, reason=" ")
    undone = claim_payments.take_back(world.pool, world.manager, part.id, reason="착오")
    assert state(world, claim) == ("part_paid", 400, 0)
    for entry in (part, undone):
        with pytest.raises(Conflict):
            claim_payments.take_back(world.pool, world.manager, entry.id, reason="다시")
    entries = claim_payments.of_claim(world.pool, world.manager, claim.id)
    assert [e.amount for e in entries] == [400, 600, -400]
    nobody_may(world.pool, "update programme_claim_payments set amount = 1")
    nobody_may(world.pool, "delete from programme_claim_payments")


@pytest.mark.parametrize(("day", "expected"), [(15, ("open", 0)), (16, ("overdue", 1))])
def test_it_is_overdue_after_its_day(
    day: int, expected: tuple[str, int], world: World, claim: FinalClaim
) -> None:
    now = datetime(2026, 2, day, 3, tzinfo=UTC)
    found, _, late = state(world, claim, now)
    assert (found, late) == expected


def test_nobody_expects_the_rest(world: World, claim: FinalClaim) -> None:
    pay(world, claim, 900)
    with pytest.raises(Invalid):
        pay(world, claim, 100, is_written_off=True)
    pay(world, claim, 100, is_written_off=True, note="예산 소진")
    assert state(world, claim) == ("written_off", 0, 0)
    assert claim_payments.open_at(world.pool, world.manager, world.centre.id, now=NOON) == []


def test_two_at_once_pay_no_more_than_is_claimed(world: World, claim: FinalClaim) -> None:
    def act() -> int:
        try:
            pay(world, claim, 600)
        except (Invalid, Conflict):
            return 409
        return 201

    assert sorted(at_once(act, act)) == [201, 409]
    assert state(world, claim) == ("part_paid", 400, 0)


def test_who_enters_it(world: World, claim: FinalClaim) -> None:
    other = World.made(world.pool)
    outsiders: list[Caller] = [agency_of(world), world.member(world.companies[0]), other.manager]
    kept = pay(world, claim, 1)
    for who in outsiders:
        with pytest.raises((Forbidden, NotFound)):
            pay(world, claim, 1, who=who)
        with pytest.raises(NotFound):
            claim_payments.take_back(world.pool, who, kept.id, reason="x")
        with pytest.raises(NotFound):
            claim_payments.of_claim(world.pool, who, claim.id)


def test_a_form_that_is_sent_twice_enters_its_money_once(
    world: World, claim: FinalClaim, visit: Visit
) -> None:
    pages, where = visit(None), f"/claims/{claim.id}"

    def sent(amount: int, key: str) -> int:
        values = {"amount": str(amount), "paid_on": "2026-02-11", "note": "은행", "key": key}
        return int(pages.post(f"{where}/payments", data=values).status_code)

    def key() -> str:
        (found,) = re.findall(r'name="key" value="([^"]+)"', pages.get(where).text)
        return str(found)

    first = key()
    assert [sent(400, first), sent(400, first)] == [303, 303]
    assert state(world, claim)[:2] == ("part_paid", 600)
    assert sent(401, first) == 409
    # The last part leaves nothing that is owed, and was entered all the same.
    second = key()
    assert [sent(600, second), sent(600, second)] == [303, 303]
    entries = claim_payments.of_claim(world.pool, world.manager, claim.id)
    assert [one.amount for one in entries] == [400, 600]


def test_a_form_that_is_sent_twice_at_once_enters_its_money_once(
    world: World, claim: FinalClaim
) -> None:
    def act() -> int:
        return int(pay(world, claim, 400, key="one form's key").id)

    assert len(set(at_once(act, act))) == 1
    assert state(world, claim)[:2] == ("part_paid", 600)


def test_the_api_and_the_pages_say_what_is_owed(
    world: World, manager: TestClient, claim: FinalClaim, visit: Visit
) -> None:
    where = f"{API}/programme-claims/{claim.id}"
    body = {"amount": 300, "paid_on": "2026-02-10", "note": "계좌이체"}
    made = manager.post(f"{where}/payments", json=body)
    assert made.status_code == 201, made.text
    assert manager.post(f"{where}/payments", json={**body, "amount": 701}).status_code == 422
    found = manager.get(where).json()
    assert (found["state"], found["paid"], found["open"]) == ("overdue", 300, 700)
    pages = visit(None)
    assert "700원" in text_of(pages.get("/receivables").text)
    done = pages.post(
        f"/claims/{claim.id}/payments", data={"amount": "200", "paid_on": "2026-02-11"}
    )
    assert done.status_code == 303
    refused = pages.post(
        f"/claims/{claim.id}/payments", data={"amount": "501", "paid_on": "2026-02-11"}
    )
    assert refused.status_code == 409
    assert "500" in text_of(refused.text)
    back = pages.post(
        f"/claims/{claim.id}/take-back",
        data={"payment": made.json()["id"], "reason": "다른 청구서"},
    )
    assert back.status_code == 303
    listed = manager.get(f"{where}/payments").json()["items"]
    assert [one["amount"] for one in listed] == [300, 200, -300]
    path = f"{API}/programme-claim-payments/{listed[1]['id']}/reverse"
    assert manager.post(path, json={"reason": "착오"}).status_code == 201
    (only,) = programme_claims.of_centre(world.pool, world.manager, world.centre.id)
    assert state(world, only) == ("open", 1000, 0)
