"""Reports of bookings that several companies pay: a machine ran once; each firm has its part."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from tests.support.billing.corrections import issued, used
from tests.support.billing.hometax import API
from tests.support.billing.shared_bookings import answered, asked
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


@pytest.fixture
def month(world: World, used: Booking) -> str:
    """A month whose one shared booking ran 3,600 s, in parts of 3 : 2 : 2."""
    second, third = world.company(name="둘째"), world.company(name="셋째")
    request = asked(world, used, (second, 2), (third, 2), booker_parts=3)
    for company in (second, third):
        answered(world, used, request, company.id)
    return str(Month.of(used.period.start, world.centre.zone))


def test_hours_by_firm_are_parts_of_what_ran(world: World, manager: TestClient, month: str) -> None:
    for company in world.companies:
        statement_drafts.draft(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
        )
    asked_of = {"centre": str(world.centre.id), "month": month}
    found = manager.get(f"{API}/reports/hours", params=asked_of).json()
    names = {str(c.id): c.name for c in world.companies}
    # 3,600 s in sevenths: 1,542.86 and 1,028.57 twice. The second has the second that is left.
    assert {names[r["company"]]: r["signal"] for r in found["items"]} == {
        "회사 1": 1543,
        "둘째": 1029,
        "셋째": 1028,
        "회사 2": 3600,
    }
    assert found["whole"]["total"] == 7200


def test_use_by_firm_is_divided_and_a_machines_figures_are_not(
    world: World, manager: TestClient, month: str
) -> None:
    asked_of = {"centre": str(world.centre.id), "month": month}
    found = manager.get(f"{API}/reports/utilisation", params=asked_of).json()
    (mill,) = found["machines"]
    assert mill["seconds"]["ran"] == 7200
    (each,) = found["classes"].values()
    assert (each["companies"], each["sessions"], each["seconds"]) == (4, 2, 7200)
    assert (found["supported"]["companies"], found["supported"]["sessions"]) == (4, 2)


def test_the_operation_log_has_one_use_and_its_fee_once_all_is_issued(
    world: World, manager: TestClient, used: Booking, month: str
) -> None:
    def fee() -> str:
        text = manager.get(
            f"{API}/reports/operation-log.csv",
            params={"centre": str(world.centre.id), "month": month},
        ).text.removeprefix("\ufeff")
        (row,) = [r for r in csv.DictReader(StringIO(text)) if r["사용기관"] == "회사 1"]
        return row["사용료(원)"]

    issued(world, used, 0)
    issued(world, used, 2)
    assert fee() == "미확정"
    issued(world, used, 3)
    assert fee() == "30000"
