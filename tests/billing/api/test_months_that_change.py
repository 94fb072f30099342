"""Prices that change within a month or at its edge: tariffs published, signals and bookings stored,
statements drafted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
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
    published,
    sums,
    used,
)
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["mill"]
CAPPED = {**MILL, "cap_group": "most"}
TIERED = {**MILL, "tiers": [{"after_seconds": 7200, "rate_per_hour": "10000"}]}
FREE = {**MILL, "quota_group": "free"}


def decided_seconds(world: World, manager: TestClient, booking: str, seconds: int) -> None:
    """A manager says how much of a booking of the twelfth is billed."""
    body = {
        "kind": "set_seconds",
        "seconds": seconds,
        "start": at(world, 12).isoformat(),
        "end": at(world, 12, 12).isoformat(),
        "company": str(world.companies[0].id),
        "booking": booking,
        "reason": "장비 고장",
    }
    decided = manager.post(f"{API}/machines/mill-1/decisions", json=body)
    assert decided.status_code == 201, decided.text


def both_months(world: World) -> tuple[int, int]:
    """The supply of the month before last and of last month."""
    before = drafted(world, month=str(month_of(world).previous))
    return sums(before)["supply"], sums(drafted(world))["supply"]


@pytest.mark.parametrize(
    ("seconds", "supply"), [(0, 0), (1, 49_990), (3600, 50_000), (7200, 65_000)]
)
def test_a_session_of_no_decided_seconds_costs_nothing_and_says_why(
    seconds: int, supply: int, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "base_fee": 5_000, "minimum_amount": 50_000})
    used(world, mill, at(world, 12))
    (session,) = drafted(world).document["evidence"]
    decided_seconds(world, manager, session["key"].removeprefix("booking:"), seconds)
    statement = drafted(world)
    assert (sums(statement)["supply"], statement.blockers) == (supply, [])
    if not seconds:
        (line,) = document(statement).lines
        assert (line.charge.trace.unbilled, line.charge.trace.decided) == ("decided", "장비 고장")


@pytest.mark.parametrize(
    ("first", "then", "supply"),
    [
        ({}, {"amount": 100_000}, 100_000),
        ({}, {"amount": 89_999}, 90_000),
        ({}, {"amount": 180_000}, 180_000),
        ({"amount": 100_000}, {}, 180_000),
        ({"amount": 50_000}, {"amount": 100_000}, 100_000),
    ],
)
def test_a_cap_that_begins_or_ends_within_the_month(
    first: dict[str, Any],
    then: dict[str, Any],
    supply: int,
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    for day, cap in (("2026-01-01", first), (day_text(world, 15), then)):
        caps = [{"group": "most", **cap}] if cap else []
        published(world, manager, CAPPED if cap else MILL, effective_from=day, caps=caps)
    used(world, mill, at(world, 12), hours=3)
    used(world, mill, at(world, 15), hours=3)
    assert sums(drafted(world))["supply"] == supply


def test_a_cap_of_a_category_that_the_company_gets_within_the_month(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(
        world, manager, CAPPED, caps=[{"group": "most", "amount": 100_000, "category": "small"}]
    )
    used(world, mill, at(world, 12), hours=3)
    used(world, mill, at(world, 15), hours=3)
    assert sums(drafted(world))["supply"] == 180_000
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/categories"
    made = manager.post(
        where, json={"category": "small", "since": day_text(world, 15), "proof": "확인서"}
    )
    assert made.status_code == 204, made.text
    assert sums(drafted(world))["supply"] == 100_000
    issued(world)
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


@pytest.mark.parametrize(
    ("item", "more", "months"),
    [
        ({**TIERED, "minimum_amount": 100_000}, {}, (60_000, 60_000)),
        ({**TIERED, "minimum_amount": 130_000}, {}, (70_000, 60_000)),
        (
            {**FREE, "minimum_amount": 100_000},
            {"quotas": [{"group": "free", "seconds": 7200}]},
            (100_000, 0),
        ),
    ],
)
def test_a_least_amount_over_the_months_edge(
    item: dict[str, Any],
    more: dict[str, Any],
    months: tuple[int, int],
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    published(world, manager, item, **more)
    used(world, mill, at(world, 1, -2), hours=4)
    assert both_months(world) == months


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"weekdays": [0, 1, 2, 3, 4, 5, 6], "since": "09:00:00", "until": "18:00:00"}],) * 2,
        (
            [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "since": "09:00:00", "until": "18:00:00"}],
            [{"weekdays": [6, 5, 4, 3, 2, 1, 0, 0], "since": "09:00:00", "until": "18:00:00"}],
        ),
        (
            [{"weekdays": EVERY_DAY, "since": "09:00:00", "until": "18:00:00"}],
            [
                {"weekdays": [3, 4, 5, 6], "since": "12:00:00", "until": "18:00:00"},
                {"weekdays": EVERY_DAY, "since": "09:00:00", "until": "13:00:00"},
                {"weekdays": [0, 1, 2], "since": "12:30:00", "until": "18:00:00"},
            ],
        ),
    ],
)
def test_a_pool_is_one_however_its_hours_are_written(
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    for day, hours in (("2026-01-01", before), (day_text(world, 15), after)):
        quotas = [{"group": "free", "seconds": 10_800, "hours": hours}]
        published(world, manager, FREE, effective_from=day, quotas=quotas)
    used(world, mill, at(world, 12), hours=3)
    used(world, mill, at(world, 15), hours=3)
    assert sorted(amounts(drafted(world))) == [0, 90_000]


@pytest.mark.parametrize("named", [{"machine": "mill-1"}, {"kind": "mill"}])
def test_tiers_go_on_where_the_next_tariff_names_the_machine_itself(
    named: dict[str, str], world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, TIERED)
    own = {key: value for key, value in TIERED.items() if key != "kind"}
    published(world, manager, {**own, **named}, effective_from=day_text(world, 15))
    used(world, mill, at(world, 12))
    used(world, mill, at(world, 15))
    assert amounts(drafted(world)) == [60_000, 20_000]


def test_a_fee_for_not_coming_is_floored_once(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(
        world,
        manager,
        {**MILL, "rate_per_hour": "10001", "no_show": {"pct": "30"}},
        document_unit=1,
    )
    world.booked(mill, world.companies[0], at(world, 12), hours=1 / 6)
    idle = world.source(mill)
    said = [
        message(idle, at(world, 12) + timedelta(minutes=m), Channel.ACTIVITY, "idle")
        for m in (-60, 60)
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])
    statement: Statement = issued(world)
    assert amounts(statement) == [500]
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]
