"""Reports reconcile with statements to the second, and a spreadsheet opens them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.domain.calendar import Month
from gadong.domain.signal import Channel
from gadong.services import ingestion, machines, statements
from tests.api.conftest import LogIn
from tests.store.test_metering import message
from tests.world import World


def month_of_work(world: World) -> tuple[str, datetime]:
    """Two companies on two machines last month, in booked time and out of it, over the month's edge too."""
    world.tariff(minimum_seconds=0, noise_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    start = month.period(world.centre.zone).start
    one, other = world.company(), world.company()
    for number, shift in ((1, 0), (2, 37)):
        machine = world.machine(f"mill-{number}")
        source = world.source(machine)
        said = [(start - timedelta(hours=3), "idle")]
        # Into the month from the one before.
        world.booked(machine, one, start - timedelta(hours=2), hours=4)
        said += [
            (start - timedelta(minutes=50 + shift), "running"),
            (start + timedelta(minutes=30 + shift), "idle"),
        ]
        for day in range(1, 12):
            noon = start + timedelta(days=day, hours=12)
            world.booked(machine, other if day % 2 else one, noon, hours=2)
            said += [
                (noon + timedelta(minutes=7, seconds=shift), "running"),
                (noon + timedelta(minutes=60 + day, seconds=11), "idle"),
            ]
            if day % 3 == 0:
                said += [
                    (noon + timedelta(hours=6), "running"),
                    (noon + timedelta(hours=6, minutes=23), "idle"),
                ]
        batch = [message(source, at, Channel.ACTIVITY, word) for at, word in said]
        ingestion.commit(world.pool, world.centre.id, batch, [])
    return str(month), start


def test_hours_on_the_report_are_the_hours_on_the_statements(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    month, _ = month_of_work(world)
    client.headers.update(bearer(None))
    params = {"centre": str(world.centre.id), "month": month}
    report = client.get("/api/v1/reports/utilisation", params=params).json()
    billed = 0
    for company in world.companies:
        document = statements.preview(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
        ).document
        billed += sum(part.seconds for line in document.lines for part in line.charge.trace.periods)
    whole = report["whole"]["seconds"]
    assert billed == whole["by_companies"] > 0
    assert whole["ran"] == whole["by_companies"] + whole["by_centre"] + whole["by_nobody"]
    # 23 minutes every third day, of nobody's.
    assert whole["by_nobody"] == 2 * 3 * 23 * 60
    assert report["whole"]["companies"] == 2
    assert [m["machine"] for m in report["machines"]] == ["mill-1", "mill-2"]
    assert sum(m["seconds"]["ran"] for m in report["machines"]) == whole["ran"]


def test_each_denominator_is_named_with_its_figures(world: World, client: TestClient, bearer: LogIn) -> None:
    month, _ = month_of_work(world)
    client.headers.update(bearer(None))
    found = {}
    for name in ("calendar", "fixed_day", "fixed_year"):
        params = {"centre": str(world.centre.id), "month": month, "denominator": name}
        report = client.get("/api/v1/reports/utilisation", params=params).json()
        assert report["denominator"] == name
        found[name] = report["whole"]["ratios"]["utilisation"]
    assert len(set(found.values())) == 3


def test_a_spreadsheet_opens_the_table(world: World, client: TestClient, bearer: LogIn) -> None:
    month, _ = month_of_work(world)
    machines.register(
        world.pool,
        world.manager,
        centre=world.centre.id,
        slug="formula",
        kind="mill",
        name_ko="=1+1",
        name_en="x",
        rules={},
    )
    client.headers.update(bearer(None))
    answer = client.get(
        "/api/v1/reports/utilisation.csv", params={"centre": str(world.centre.id), "month": month}
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert f"{month}-calendar.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["장비", "종류", "기준시간(초)"]
    assert [r[0] for r in rows[1:]] == ["'=1+1", "밀링", "밀링", "합계"]
    assert len({len(r) for r in rows}) == 1


def test_a_month_to_come_is_empty_and_a_present_one_ends_now(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    world.machine("mill-1")
    client.headers.update(bearer(None))
    for month, is_over in (("2999-12", True), (str(Month.of(datetime.now(UTC), world.centre.zone)), False)):
        params = {"centre": str(world.centre.id), "month": month}
        report = client.get("/api/v1/reports/utilisation", params=params).json()
        assert (report["whole"]["seconds"]["standard"] == 0) is is_over
        assert report["whole"]["ratios"]["booking_rate"] in {None, "0.00"}
