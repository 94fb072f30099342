"""The machine register: written with its history, read by reports and statements, and given out as
a table.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from fastapi.testclient import TestClient

from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.domain.period import Period
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    drafted,
    month_of,
    published,
    used,
)
from tests.support.world import World, nobody_may

NFEC = "NFEC-2026-01-000001"


def write(client: TestClient, machine: object, reason: str = "취득", **entry: Any) -> Any:
    """Write a machine's entry."""
    return client.put(f"{API}/machines/{machine}/register", json={"entry": entry, "reason": reason})


def test_an_entry_is_written_and_its_history_stays(world: World, manager: TestClient) -> None:
    mill = world.machine("mill-1")
    where = f"{API}/machines/{mill.id}/register"
    empty = manager.get(where).json()
    assert (empty["machine"], empty["machine_slug"], empty["entry"]["nfec_number"]) == (
        str(mill.id),
        "mill-1",
        "",
    )
    first: dict[str, Any] = {"model": "V-1", "price": 100, "funding": {"national": 70, "own": 30}}
    assert write(manager, mill.id, **first).status_code == 200
    assert write(manager, mill.id, "이전", **first, place="2층").json()["entry"]["place"] == "2층"
    assert write(manager, mill.id, " ", **first).status_code == 422
    wrong = write(manager, mill.id, model="V-1", price=100, funding={"own": 99})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "entry")
    history = manager.get(f"{where}/history").json()
    assert [(s["reason"], s["entry"]["place"]) for s in history["items"]] == [
        ("이전", "2층"),
        ("취득", ""),
    ]
    assert {s["written_by"] for s in history["items"]} == {str(world.manager.person_id)}
    nobody_may(world.pool, "update register_entries set reason = 'x'")
    nobody_may(world.pool, "delete from register_entries")


def test_the_register_is_a_table_in_the_centres_own_columns(
    world: World, manager: TestClient
) -> None:
    mill = world.machine("mill-1")
    world.machine("mill-2")
    assert write(manager, mill.id, model="V-1", nfec_number=NFEC).status_code == 200
    of_centre = f"{API}/centres/{world.centre.id}"
    listed = manager.get(f"{of_centre}/register").json()
    assert [(x["machine_slug"], x["entry"]["model"]) for x in listed["items"]] == [
        ("mill-1", "V-1"),
        ("mill-2", ""),
    ]
    columns = {
        "items": [
            {"heading": "연번", "field": None},
            {"heading": "규격", "field": "model"},
            {"heading": "등록번호", "field": "nfec_number"},
        ]
    }
    assert manager.put(f"{of_centre}/register-columns", json=columns).status_code == 200
    assert manager.get(f"{of_centre}/register-columns").json() == columns
    text = manager.get(f"{of_centre}/register.csv").text.removeprefix("\ufeff")
    assert list(csv.reader(StringIO(text))) == [
        ["연번", "규격", "등록번호"],
        ["", "V-1", NFEC],
        ["", "", ""],
    ]
    unknown = {"items": [{"heading": "x", "field": "colour"}]}
    refused = manager.put(f"{of_centre}/register-columns", json=unknown)
    assert (refused.status_code, refused.json()["field"]) == (422, "columns")


def test_standard_time_counts_from_the_day_in_service_to_its_last(
    world: World, manager: TestClient
) -> None:
    mill = world.machine("mill-1")
    month = month_of(world)
    asked = {"centre": str(world.centre.id), "month": str(month)}

    def standard(**service: str) -> int:
        assert write(manager, mill.id, **service).status_code == 200
        found = manager.get(f"{API}/reports/utilisation", params=asked).json()
        seconds: int = found["machines"][0]["seconds"]["standard"]
        return seconds

    first = at(world, 1, 0).astimezone(world.ZONE).date()
    whole = standard()
    day = 86_400  # this centre is open day and night
    assert standard(in_service_from=str(first)) == whole
    assert standard(in_service_from=str(first + timedelta(days=1))) == whole - day
    assert standard(in_service_until=str(first + timedelta(days=1))) == day
    assert standard(in_service_from=str(first + timedelta(days=40))) == 0


def test_logs_reports_and_statements_name_the_machines_own_number(
    world: World, manager: TestClient
) -> None:
    world.company()
    mill, other = world.machine("mill-1"), world.machine("mill-2")
    of_kind = {
        "kind": "mill",
        "rate_per_hour": "30000",
        "basis": "actual_run",
        "registration": "OF-KIND",
    }
    published(world, manager, of_kind)
    assert write(manager, mill.id, nfec_number=NFEC).status_code == 200
    used(world, mill, at(world, 12))
    used(world, other, at(world, 13))
    lines = drafted(world).document["lines"]
    assert {x["machine"]: x["charge"]["trace"]["registration"] for x in lines} == {
        "mill-1": NFEC,
        "mill-2": "OF-KIND",
    }
    asked = {"centre": str(world.centre.id), "month": str(month_of(world))}
    log = manager.get(f"{API}/reports/operation-log.csv", params=asked).text.removeprefix("\ufeff")
    assert sorted(row["등록번호"] for row in csv.DictReader(StringIO(log))) == [NFEC, "OF-KIND"]


def test_logs_name_the_registers_responsible_person(world: World, manager: TestClient) -> None:
    world.company()
    mill, other = world.machine("mill-1"), world.machine("mill-2")
    published(world, manager, {"kind": "mill", "rate_per_hour": "30000", "basis": "actual_run"})
    assert write(manager, mill.id, responsible="김책임", deputy="이부책").status_code == 200
    used(world, mill, at(world, 12))
    used(world, other, at(world, 13))
    for machine in (mill, other):
        closures.close(
            world.pool,
            world.manager,
            Closing(
                centre=world.centre.id,
                machine=machine,
                period=Period(at(world, 15), at(world, 16)),
                kind="maintenance",
                reason="정기 점검",
            ),
            now=datetime.now(UTC),
        )
    asked = {"centre": str(world.centre.id), "month": str(month_of(world))}
    for log in ("operation-log", "maintenance-log"):
        text = manager.get(f"{API}/reports/{log}.csv", params=asked).text.removeprefix("\ufeff")
        # Without a responsible person in the register the manager who reads the log stands in it.
        named = sorted(row["관리자"] for row in csv.DictReader(StringIO(text)))
        assert named == ["김책임", "담당자"], log
