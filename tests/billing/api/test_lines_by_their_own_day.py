"""Each line of a month by its own day: tariffs published, signals and bookings stored, statements
drafted and issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections
from gadong.billing.services.prices import quotes, tariffs
from gadong.billing.services.proof import verification
from gadong.billing.store import statements as money
from gadong.booking.services.bookings import Request
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from tests.support.billing.berlin import BERLIN, berlin
from tests.support.billing.lines_by_their_own_day import (
    API,
    EVERY_DAY,
    MILL,
    amounts,
    at,
    day_text,
    drafted,
    issued,
    mill,
    month_of,
    own_line,
    programme,
    proved,
    published,
    sums,
    used,
)
from tests.support.world import World

__all__ = ["berlin", "mill"]


@pytest.mark.parametrize(
    ("since", "until", "payable"),
    [
        (1, 20, 33_000 + 3_000),
        (None, 20, 36_000),
        (31, None, 66_000),
        (12, 13, 36_000),
        (13, None, 66_000),
        (1, 12, 66_000),
    ],
)
def test_w6_a_programme_pays_for_use_on_the_days_on_which_it_was_valid(
    since: int | None,
    until: int | None,
    payable: int,
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    published(world, manager, subsidies=[programme(50)])
    last = (month_of(world).period(world.centre.zone).end - timedelta(hours=1)).astimezone(
        world.centre.zone
    )
    first = day_text(world, min(since, last.day)) if since else "2026-01-01"
    proved(world, manager, "바우처", first, day_text(world, until) if until else None)
    used(world, mill, at(world, 12))
    found = sums(drafted(world))
    assert (found["supply"], found["total"]) == (60_000, 66_000)
    assert found["total"] - found["subsidy"] == payable
    assert verification.verify(world.pool, world.manager) == []


def test_w6_programmes_that_follow_one_another_pay_each_for_its_own_days(
    world: World, manager: TestClient, mill: Machine
) -> None:
    both = [
        programme(50),
        {**programme(80), "name": "시험", "payer": "창원", "monthly_cap": 10_000},
    ]
    published(world, manager, subsidies=both)
    proved(world, manager, "바우처", "2026-01-01", day_text(world, 12))
    proved(world, manager, "시험", day_text(world, 12))
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12))
    found = sums(drafted(world))
    assert [(s["payer"], s["eligible"], s["amount"]) for s in found["shares"]] == [
        ("경남", 60_000, 30_000),
        ("창원", 60_000, 10_000),
    ]
    assert found["subsidy"] == 40_000
    issued(world)
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


def test_w7_a_line_below_nothing_lowers_the_payers_part(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, subsidies=[programme(60, covers=["time"])])
    proved(world, manager, "바우처", "2026-01-01")
    used(world, mill, at(world, 12))
    own_line(world, manager, -30_000)
    found = sums(drafted(world))
    assert (found["supply"], found["subsidy"]) == (30_000, 18_000)
    # The amount that no programme covers is lowered first.
    own_line(world, manager, 20_000)
    found = sums(drafted(world))
    assert (found["supply"], found["subsidy"]) == (50_000, 30_000)


def _part_of_a_budget(
    world: World, manager: TestClient, mill: Machine, budget: int
) -> list[Statement]:
    published(world, manager, subsidies=[programme(100, budget=budget)])
    for company in world.companies[:2]:
        where = f"{API}/centres/{world.centre.id}/companies/{company.id}/extras"
        body = {"name": "바우처", "since": "2026-01-01", "proof": "협약서"}
        assert manager.post(where, json=body).status_code == 204
    used(world, mill, at(world, 10), hours=1)
    used(world, mill, at(world, 11), hours=2, company=1)
    own_line(world, manager, 10_000, company=1)
    return [issued(world, 0), issued(world, 1)]


def _drawn(world: World, statement: Statement) -> int:
    with transaction(world.pool, SYSTEM) as tx:
        found = money.programme_drawn(
            tx,
            world.centre.id,
            "바우처",
            by=(statement.company_id, statement.month),
            recorded_before=END_OF_TIME,
        )
    return found.others + found.own


def _correct(world: World, statement: Statement) -> None:
    proposal = corrections.propose(world.pool, world.manager, statement.id)
    corrections.issue(
        world.pool, world.manager, statement.id, digest=proposal.digest, reason="늦은 사용"
    )


@pytest.mark.parametrize(
    ("budget", "together"),
    [(99_999, 99_999), (100_000, 100_000), (105_000, 105_000), (140_000, 130_000)],
)
def test_w8_a_correction_never_draws_more_than_the_budget_has(
    budget: int, together: int, world: World, manager: TestClient, mill: Machine
) -> None:
    first, second = _part_of_a_budget(world, manager, mill, budget)
    assert [sums(s)["subsidy"] for s in (first, second)] == [30_000, min(70_000, budget - 30_000)]
    used(world, mill, at(world, 12), hours=1)
    _correct(world, first)
    assert _drawn(world, first) == together
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [(), (), ()]
    assert not corrections.propose(world.pool, world.manager, first.id).difference.is_any


def test_w8_corrections_at_the_same_time_share_what_is_left(
    world: World, manager: TestClient, mill: Machine
) -> None:
    both = _part_of_a_budget(world, manager, mill, 120_000)
    used(world, mill, at(world, 12), hours=1)
    used(world, mill, at(world, 13), hours=1, company=1)

    def correct(statement: Statement) -> None:
        for _ in range(4):
            try:
                return _correct(world, statement)
            except GadongError:
                # Another document was issued at the same time: look again.
                continue
        raise AssertionError("never issued")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(correct, both))
    assert _drawn(world, both[0]) == 120_000
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


@pytest.mark.parametrize(
    ("budget", "subsidy"),
    [
        (100_000, 0),
        (100_001, 1),
        (159_999, 59_999),
        (160_000, 60_000),
        (160_001, 60_000),
        (None, 60_000),
    ],
)
def test_a_quote_promises_no_more_of_a_budget_than_is_left(
    budget: int | None, subsidy: int, world: World, manager: TestClient, mill: Machine
) -> None:
    _part_of_a_budget(world, manager, mill, 100_000)
    today = datetime.now(world.centre.zone).date().isoformat()
    published(world, manager, effective_from=today, subsidies=[programme(100, budget=budget)])
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    body = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
        "company": str(world.companies[0].id),
    }
    quoted = manager.post(f"{API}/bookings/quote", json=body)
    assert quoted.status_code == 200, quoted.text
    used_whole = quoted.json()["used"]
    assert (used_whole["total"], used_whole["subsidy"], used_whole["payable"]) == (
        66_000,
        subsidy,
        66_000 - subsidy,
    )
    # A member's quote knows of the others' draws, and says nothing of them.
    rival = Request(
        machine=mill,
        company=world.companies[1].id,
        period=Period(start, start + timedelta(hours=2)),
    )
    theirs = quotes.quote(
        world.pool, world.member(world.companies[1]), rival, now=datetime.now(UTC)
    )
    assert theirs.used is not None
    assert theirs.used.totals.subsidy == subsidy


def _retariffed(world: World, manager: TestClient, mill: Machine, **item: Any) -> Statement:
    """An issued month of two hours whose usage mode changes to one of other terms at the same
    rate.
    """
    other = {**MILL, "usage_mode": "commissioned", **item}
    published(world, manager, MILL, other)
    used(world, mill, at(world, 12))
    statement = issued(world)
    (session,) = statement.document["evidence"]
    body = {
        "kind": "set_usage_mode",
        "usage_mode": "commissioned",
        "start": at(world, 12).isoformat(),
        "end": at(world, 12, 12).isoformat(),
        "company": str(world.companies[0].id),
        "booking": session["key"].removeprefix("booking:"),
        "reason": "의뢰였음",
    }
    decided = manager.post(f"{API}/machines/mill-1/decisions", json=body)
    assert decided.status_code == 201, decided.text
    return statement


def test_w9_another_tax_type_at_the_same_rate_is_a_correction(
    world: World, manager: TestClient, mill: Machine
) -> None:
    statement = _retariffed(world, manager, mill, tax_type="exempt")
    found = manager.get(f"{API}/statements/{statement.id}/difference").json()
    assert [
        (c["was"], c["now"], c["was_tax_type"], c["now_tax_type"]) for c in found["changes"]
    ] == [(60_000, 60_000, "taxable_10", "exempt")]
    steps = {s["figure"]: s["now"] - s["was"] for s in found["steps"]}
    assert steps == {
        "taxable": -60_000,
        "exempt": 60_000,
        "out_of_scope": 0,
        "vat": -6_000,
        "subsidy": 0,
        "payable": -6_000,
    }
    assert (found["difference"], found["is_material"]) == (-6_000, True)
    body = {"digest": found["digest"], "reason": "세금 구분 정정"}
    made = manager.post(f"{API}/statements/{statement.id}/corrections", json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["difference"], made.json()["document"]["direction"]) == (-6_000, "credit")
    assert not manager.get(f"{API}/statements/{statement.id}/difference").json()["is_material"]


@pytest.mark.parametrize(("day_hours", "more"), [(4, -60_000), (1, 60_000)])
def test_w10_what_only_the_payer_owes_is_corrected_too(
    day_hours: int, more: int, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "tax_type": "exempt"}, subsidies=[programme(100)])
    proved(world, manager, "바우처", "2026-01-01")
    used(world, mill, at(world, 12), hours=day_hours)
    statement = issued(world)
    assert (sums(statement)["supply"], sums(statement)["subsidy"]) == (30_000 * day_hours,) * 2
    if more < 0:
        own_line(world, manager, more, tax_type="exempt")
    else:
        used(world, mill, at(world, 13))
    found = manager.get(f"{API}/statements/{statement.id}/difference").json()
    assert (found["difference"], found["is_material"]) == (0, True)
    body = {"digest": found["digest"], "reason": "지원 대상 정정"}
    made = manager.post(f"{API}/statements/{statement.id}/corrections", json=body)
    assert made.status_code == 201, made.text
    document = made.json()["document"]
    assert document["direction"] == ("credit" if more < 0 else "debit")
    assert document["now"]["subsidy"] - document["was"]["subsidy"] == more
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


def test_w13_a_cap_keeps_the_tax_split(world: World, manager: TestClient, mill: Machine) -> None:
    exempt = {
        "kind": "lathe",
        "rate_per_hour": "30000",
        "basis": "actual_run",
        "tax_type": "exempt",
    }
    both = [{**item, "cap_group": "all"} for item in (MILL, exempt)]
    published(world, manager, *both, caps=[{"group": "all", "amount": 100_000}])
    used(world, mill, at(world, 10), hours=3)
    used(world, world.machine("lathe-1", kind="lathe"), at(world, 11), hours=3)
    found = drafted(world)
    assert sorted(amounts(found)) == [-40_000, -40_000, 90_000, 90_000]
    assert (sums(found)["supply"], sums(found)["vat"]) == (100_000, 5_000)
    assert (sums(found)["taxable"], sums(found)["exempt"]) == (50_000, 50_000)


def test_w14_each_line_holds_its_tax_as_its_own_tariff_says(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "rate_per_hour": "33000"}, vat="inclusive")
    published(world, manager, MILL, effective_from=day_text(world, 15))
    used(world, mill, at(world, 14))
    used(world, mill, at(world, 15))
    found = drafted(world)
    assert amounts(found) == [66_000, 60_000]
    assert (sums(found)["supply"], sums(found)["vat"], sums(found)["total"]) == (
        120_000,
        12_000,
        132_000,
    )
    # Sales go by their own day too.
    own_line(world, manager, 11_000, day=14)
    own_line(world, manager, 10_000, day=15)
    assert sums(drafted(world))["total"] == 132_000 + 11_000 + 11_000


def test_w15_a_managers_line_alone_goes_by_the_tariff_of_its_day(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, MILL, vat="inclusive", document_unit=100)
    own_line(world, manager, 33_333)
    found = sums(drafted(world))
    assert (found["total"], found["vat"], found["supply"]) == (33_300, 3_027, 30_273)


@pytest.mark.parametrize(
    ("day", "lines"),
    [(date(2025, 10, 26), [180_000, 60_000]), (date(2026, 3, 29), [120_000])],
)
def test_w17_hours_are_as_long_as_the_clock_shows_them(
    day: date, lines: Sequence[int], berlin: World
) -> None:
    night = {"weekdays": [6], "since": "02:00:00", "until": "03:00:00", "pct": "200"}
    document = {"effective_from": "2025-01-01", "items": [{**MILL, "windows": [night]}]}
    made = tariffs.draft(berlin.pool, berlin.manager, centre=berlin.centre.id, document=document)
    tariffs.publish(berlin.pool, berlin.manager, made.id)
    berlin.company()
    machine = berlin.machine("mill-1")
    start = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    end = datetime(day.year, day.month, day.day, 5, tzinfo=BERLIN).astimezone(UTC)
    used(berlin, machine, start, hours=(end - start) / timedelta(hours=1))
    assert amounts(drafted(berlin, month=f"{day:%Y-%m}")) == lines


@pytest.mark.parametrize(
    ("scope", "amount"), [(None, 9_000), ([], 18_000), (["time", "surcharge"], 9_000)]
)
def test_w18_a_discount_multiplies_with_cheaper_hours(
    scope: list[str] | None, amount: int, world: World, manager: TestClient, mill: Machine
) -> None:
    night = {"weekdays": EVERY_DAY, "since": "00:00:00", "until": "06:00:00", "pct": "30"}
    item = {**MILL, "windows": [night], **({} if scope is None else {"discount_scope": scope})}
    published(world, manager, item, discounts=[{"category": "general", "pct": "50"}])
    used(world, mill, at(world, 12, 1))
    found = drafted(world)
    assert sum(amounts(found)) == amount
    assert min(amounts(found)) >= 0


def test_w19_everybodys_pool_is_one_whatever_the_category(
    world: World, manager: TestClient, mill: Machine
) -> None:
    own = {"weekdays": [0, 1, 2, 3, 4], "since": "09:00:00", "until": "18:00:00"}
    quotas = [
        {"group": "q", "seconds": 7200},
        {"group": "q", "seconds": 7200, "category": "a", "hours": [own]},
    ]
    published(world, manager, {**MILL, "quota_group": "q"}, quotas=quotas)
    # Two working days that follow one another.
    day = next(d for d in range(5, 12) if at(world, d).astimezone(world.centre.zone).weekday() < 4)
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/categories"
    for name, since in (("a", day_text(world, day)), ("b", day_text(world, day + 1))):
        said = {"category": name, "since": since, "proof": "확인서"}
        assert manager.post(where, json=said).status_code == 204
    used(world, mill, at(world, day))
    used(world, mill, at(world, day + 1))
    assert amounts(drafted(world)) == [0, 0]
    used(world, mill, at(world, day + 1, 14), hours=1)
    assert amounts(drafted(world)) == [0, 0, 30_000]
