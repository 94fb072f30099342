"""Reports of months whose signals have retired: from their kept figures, never computed without the
signals.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.store import outbox
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.reports.services import monthly_reports
from tests.support.metering.metering import message
from tests.support.world import World

API = "/api/v1/reports"


@pytest.fixture
def month(world: World) -> Month:
    """Last month, in which a machine ran for two hours."""
    found = Month.of(datetime.now(UTC), world.centre.zone).previous
    noon = found.period(world.centre.zone).start + timedelta(days=9, hours=12)
    source = world.source(world.machine("mill-1"))
    words = ((-30, "idle"), (0, "running"), (120, "idle"))
    said = [message(source, noon + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    return found


def retire(world: World, month: Month, seconds: int) -> None:
    """Drop the signals from before an instant, by seconds from the month's start."""
    before = month.period(world.centre.zone).start + timedelta(seconds=seconds)
    with transaction(world.pool, SYSTEM) as tx:
        outbox.forget_old(tx, signals_before=before)


def keep(world: World, engine: str) -> None:
    """Keep the last months' figures as an engine left them."""
    with transaction(world.pool, SYSTEM) as tx:
        monthly_reports.keep_months(
            tx, world.centre, recorded_before=END_OF_TIME, now=datetime.now(UTC)
        )
        tx.execute("update report_months set engine_version = %s", [engine])


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (1, 422)])
def test_a_month_without_signals_or_figures_is_refused_with_the_day(
    seconds: int, status: int, world: World, manager: TestClient, month: Month
) -> None:
    retire(world, month, seconds)
    body = {"centre": str(world.centre.id), "month": str(month)}
    answers = [
        manager.post(f"{API}/utilisation/refresh", json=body),
        manager.get(f"{API}/utilisation", params=body),
        manager.get(f"{API}/operation-log.csv", params=body),
        manager.get(f"{API}/maintenance-log.csv", params=body),
    ]
    assert [a.status_code for a in answers] == [status] * 4
    if status == 422:
        day = month.period(world.centre.zone).start.astimezone(UTC).date().isoformat()
        for answer in answers:
            (problem,) = answer.json()["problems"]
            assert (problem["code"], problem["actual"]) == ("statement.retired", day)


def test_figures_outlive_the_signals_and_an_upgrade_of_the_engine(
    world: World, manager: TestClient, month: Month
) -> None:
    keep(world, "4")
    retire(world, month.following, 0)
    body = {"centre": str(world.centre.id), "month": str(month)}
    # Computed anew, the month would be one in which nothing ran.
    assert manager.post(f"{API}/utilisation/refresh", json=body).status_code == 422
    found = manager.get(f"{API}/utilisation", params=body)
    assert (found.status_code, found.json()["whole"]["seconds"]["ran"]) == (200, 7200)


@pytest.mark.parametrize(("seconds", "status"), [(-1, 422), (0, 200)])
def test_what_was_kept_while_a_month_ran_is_not_the_month_once_its_signals_retired(
    seconds: int, status: int, world: World, manager: TestClient, month: Month
) -> None:
    known = month.period(world.centre.zone).end + timedelta(seconds=seconds)
    keep(world, "4")
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute("update report_months set recorded_before = %s", [known])
    retire(world, month.following, 0)
    body = {"centre": str(world.centre.id), "month": str(month)}
    assert manager.get(f"{API}/utilisation", params=body).status_code == status


def test_the_scheduler_computes_no_month_whose_signals_retired(world: World, month: Month) -> None:
    retire(world, month.previous, 0)
    with transaction(world.pool, SYSTEM) as tx:
        computed = monthly_reports.keep_months(
            tx, world.centre, recorded_before=END_OF_TIME, now=datetime.now(UTC)
        )
    assert computed == monthly_reports.NIGHTLY_MONTHS


def test_figures_of_an_older_engine_are_computed_anew_while_there_are_signals(
    world: World, manager: TestClient, month: Month
) -> None:
    keep(world, "4")
    body = {"centre": str(world.centre.id), "month": str(month)}
    source = world.source(world.machine("mill-2"))
    noon = month.period(world.centre.zone).start + timedelta(days=10, hours=12)
    words = ((-30, "idle"), (0, "running"), (60, "idle"))
    said = [message(source, noon + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    year = manager.get(f"{API}/year", params={"centre": body["centre"], "year": month.year}).json()
    (of_month,) = (m for m in year["months"] if m["month"] == str(month))
    assert of_month["whole"]["seconds"]["ran"] == 10_800
