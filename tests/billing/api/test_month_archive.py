"""The list of a month's papers: its sums are the month's, and no name is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from zipfile import ZipFile

import psycopg
from fastapi.testclient import TestClient

from gadong.billing.services import corrections
from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
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

__all__ = ["mill"]  # pytest finds fixtures by their names here


def test_the_sums_of_the_list_are_the_months(
    world: World, manager: TestClient, mill: Machine, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("update companies set name = '=1+1' where id = %s", [world.companies[0].id])
    published(world, manager, subsidies=[programme(50)])
    proved(world, manager, "바우처", "2026-01-01")
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 13), company=1)
    corrected, gone = issued(world), issued(world, 1)
    own_line(world, manager, -40_000, day=11)
    found = manager.get(f"{API}/statements/{corrected.id}/difference").json()
    made = manager.post(
        f"{API}/statements/{corrected.id}/corrections",
        json={"digest": found["digest"], "reason": "할인"},
    )
    assert made.status_code == 201, made.text
    now = datetime.now(UTC)
    corrections.void(world.pool, world.manager, gone.id, reason="잘못 발행", now=now)
    answer = manager.get(
        f"{API}/centres/{world.centre.id}/statements.zip", params={"month": str(month_of(world))}
    )
    with ZipFile(io.BytesIO(answer.content)) as file:
        text = file.read("list.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    # With the programme's half 66,000 in all, then 22,000, of which the company pays 12,000.
    assert [row[2:] for row in rows] == [
        ["발행", "66000", "36000"],
        ["정정", "-44000", "-24000"],
        ["무효", "0", "0"],
    ]
    assert {row[1] for row in rows[:2]} == {"'=1+1"}
