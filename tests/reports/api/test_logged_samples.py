"""Samples (시료 수) of written use, from their entry to the operation log."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import StringIO

from fastapi.testclient import TestClient

from gadong.machines.domain.observation import Observed
from tests.support.billing.ledgers_priced import observe
from tests.support.billing.lines_by_their_own_day import API, at
from tests.support.booking.ledger_of_use import logged
from tests.support.world import World


def test_the_operation_log_has_the_samples_and_the_purpose_of_the_ledger(
    world: World, manager: TestClient
) -> None:
    company = world.company()
    bench = world.machine("bench-1", kind="bench")
    observe(world, bench, Observed.LEDGER)
    start = at(world, 10)
    theirs = str(company.id)
    too_many = logged(manager, bench, start, company=theirs, samples=1_000_001)
    assert (too_many.status_code, too_many.json()["field"]) == (422, "samples")
    made = logged(manager, bench, start, company=theirs, samples=1_000_000).json()
    assert made["samples"] == 1_000_000
    back = manager.post(f"{API}/logged-uses/{made['id']}/reversal", json={"reason": "오기"})
    assert back.json()["samples"] is None
    logged(manager, bench, start, company=theirs, samples=0, reason="공구 점검")
    logged(manager, bench, start + timedelta(hours=2), company=theirs)
    day = start.astimezone(world.ZONE)
    table = (
        "장비\t기업\t날짜\t시작\t종료\t시료 수\t목적\n"
        f"bench-1\t{company.name}\t{day:%Y-%m-%d}\t14:00\t15:00\t1,200개\t핀 간격\n"
        f"bench-1\t{company.name}\t{day:%Y-%m-%d}\t16:00\t17:00\t여럿\t핀 간격\n"
    )
    tables = f"{API}/centres/{world.centre.id}/use-tables"
    read = manager.post(tables, json={"text": table, "keeps_good": True}).json()
    good, bad = read["items"]
    assert good["entry"]["samples"] == 1200
    assert [(p["code"], p["actual"]) for p in bad["problems"]] == [("table.samples", "여럿")]
    asked = {"centre": str(world.centre.id), "month": f"{day:%Y-%m}"}
    text = manager.get(f"{API}/reports/operation-log.csv", params=asked).text.removeprefix("\ufeff")
    assert [(row["시료 수"], row["사용 목적"]) for row in csv.DictReader(StringIO(text))] == [
        ("0", "공구 점검"),
        ("", "치수 측정"),
        ("1200", "핀 간격"),
    ]
    every = manager.get(f"{API}/logged-uses", params=_around(world, start)).json()["items"]
    assert sorted(x["samples"] for x in every if x["samples"] is not None) == [0, 1200, 1_000_000]


def _around(world: World, start: datetime) -> dict[str, str]:
    return {
        "centre": str(world.centre.id),
        "from": (start - timedelta(days=1)).isoformat(),
        "to": (start + timedelta(days=1)).isoformat(),
    }
