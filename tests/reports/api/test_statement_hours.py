"""Hours by their evidence: three columns that add up to the statements', and rooms that are no
machines in a total.
"""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO

import pytest
from fastapi.testclient import TestClient

from gadong.machines.domain.observation import Observed
from tests.support.billing.ledgers_priced import CMM, observe, publish
from tests.support.billing.lines_by_their_own_day import API, MILL, at, drafted, month_of, used
from tests.support.booking.ledger_of_use import logged
from tests.support.world import World

ROOM = {"kind": "room", "rate_per_hour": "10000", "basis": "booked"}


@pytest.fixture
def month(world: World, manager: TestClient) -> str:
    """A month in which a mill ran for an hour, a ledger names 90 minutes, and a room was booked for
    two hours.
    """
    world.company()
    mill, cmm = world.machine("mill-1"), world.machine("cmm-1", kind="cmm")
    room = world.machine("room-1", kind="room")
    observe(world, cmm, Observed.LEDGER)
    observe(world, room, Observed.NEITHER)
    assert (
        publish(world, manager, MILL, {**CMM, "ledger_basis": "actual_run"}, ROOM).status_code
        == 200
    )
    used(world, mill, at(world, 12), hours=1)
    company = str(world.companies[0].id)
    assert logged(manager, cmm, at(world, 12), 1.5, company=company).status_code == 201
    world.booked(room, world.companies[0], at(world, 12), hours=2)
    return str(month_of(world))


def seconds_stated(world: World) -> int:
    """The time of use that the company's statement names."""
    traces = [line["charge"]["trace"] for line in drafted(world).document["lines"]]
    times = [(p["start"], p["end"]) for t in traces if not t["unbilled"] for p in t["periods"]]
    spans = [datetime.fromisoformat(end) - datetime.fromisoformat(start) for start, end in times]
    return sum(int(span.total_seconds()) for span in spans)


def test_three_columns_add_up_to_the_statements_hours(
    world: World, manager: TestClient, month: str
) -> None:
    stated = seconds_stated(world)
    asked = {"centre": str(world.centre.id), "month": month}
    found = manager.get(f"{API}/reports/hours", params=asked).json()
    rows = [
        (r["machine_slug"], r["signal"], r["ledger"], r["unknown"], r["total"])
        for r in found["items"]
    ]
    assert rows == [
        ("cmm-1", 0, 5400, 0, 5400),
        ("mill-1", 3600, 0, 0, 3600),
        ("room-1", 0, 0, 7200, 7200),
    ]
    log = manager.get(f"{API}/reports/operation-log.csv", params=asked).text.removeprefix("\ufeff")
    lines = {row["가동(분)"]: row["작성자"] for row in csv.DictReader(StringIO(log))}
    assert lines == {"90": "이용 장부", "60": "가동(자동 기록)", "0": "예약 기록"}
    whole = found["whole"]
    assert (whole["signal"], whole["ledger"], whole["unknown"]) == (3600, 5400, 7200)
    assert whole["signal"] + whole["ledger"] + whole["unknown"] == whole["total"] == stated
    text = manager.get(f"{API}/reports/hours.csv", params=asked).text.removeprefix("\ufeff")
    table = list(csv.reader(StringIO(text)))
    assert table[0][2:] == ["신호(초)", "장부(초)", "미확인(초)", "합계(초)"]
    assert table[-1][2:] == ["3600", "5400", "7200", "16200"]


def test_the_report_names_the_ledgers_share_and_counts_no_room(
    world: World, manager: TestClient, month: str
) -> None:
    asked = {"centre": str(world.centre.id), "month": month}
    found = manager.get(f"{API}/reports/utilisation", params=asked).json()
    machines = {m["machine_slug"]: m for m in found["machines"]}
    assert {slug: m["observed"] for slug, m in machines.items()} == {
        "cmm-1": "ledger",
        "mill-1": "signal",
        "room-1": "neither",
    }
    assert (machines["cmm-1"]["seconds"]["ran"], machines["cmm-1"]["seconds"]["logged"]) == (
        5400,
        5400,
    )
    assert machines["cmm-1"]["ratios"]["ledger_share"] == "100.00"
    assert machines["room-1"]["ratios"]["confidence"] == "0.00"
    whole = found["whole"]
    assert (whole["seconds"]["ran"], whole["seconds"]["logged"]) == (9000, 5400)
    assert whole["ratios"]["ledger_share"] == "60.00"
    assert whole["seconds"]["booked"] == 3600  # the mill's alone
    alone = sum(machines[slug]["seconds"]["standard"] for slug in ("cmm-1", "mill-1"))
    assert whole["seconds"]["standard"] == alone


def test_a_machine_whose_device_never_spoke_is_unknown_and_not_idle(
    world: World, manager: TestClient, month: str
) -> None:
    world.machine("silent-1", kind="silent")
    asked = {"centre": str(world.centre.id), "month": month}
    found = manager.get(f"{API}/reports/utilisation", params=asked).json()
    (silent,) = [m for m in found["machines"] if m["machine_slug"] == "silent-1"]
    assert (silent["observed"], silent["seconds"]["ran"]) == ("signal", 0)
    assert silent["seconds"]["open"] == silent["seconds"]["unknown"] > 0
    assert silent["ratios"]["confidence"] == "0.00"
    assert found["whole"]["ratios"]["confidence"] != "100.00"
