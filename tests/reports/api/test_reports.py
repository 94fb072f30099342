"""Reports reconcile with statements to the second, and a spreadsheet opens them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

from gadong import ENGINE_VERSION
from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.booking.services import machine_setup
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, machines
from gadong.people.services.accounts import OPERATOR
from gadong.reports.domain.monthly_report import MonthFigures
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import kept_months, monthly_reports, report_files
from gadong.reports.services.centre_reports import Report
from gadong.reports.store import monthly_reports as reporting
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.reports.reports import month_of_work
from tests.support.world import World


def test_hours_on_the_report_are_the_hours_on_the_statements(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    month, _ = month_of_work(world)
    client.headers.update(bearer(None))
    params = {"centre": str(world.centre.id), "month": month}
    report = client.get("/api/v1/reports/utilisation", params=params).json()
    billed = 0
    for company in world.companies:
        document = statement_drafts.preview(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
        ).document
        billed += sum(part.seconds for line in document.lines for part in line.charge.trace.periods)
    whole = report["whole"]["seconds"]
    assert billed == whole["by_companies"] > 0
    assert whole["ran"] == whole["by_companies"] + whole["by_centre"] + whole["by_nobody"]
    # 23 minutes every third day, of nobody's.
    assert whole["by_nobody"] == 2 * 3 * 23 * 60
    assert report["whole"]["companies"] == 2
    assert [m["machine_slug"] for m in report["machines"]] == ["mill-1", "mill-2"]
    assert sum(m["seconds"]["ran"] for m in report["machines"]) == whole["ran"]


def test_each_denominator_is_named_with_its_figures(
    world: World, client: TestClient, bearer: LogIn
) -> None:
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
    machine_setup.register(
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
    for month, is_over in (
        ("2999-12", True),
        (str(Month.of(datetime.now(UTC), world.centre.zone)), False),
    ):
        params = {"centre": str(world.centre.id), "month": month}
        report = client.get("/api/v1/reports/utilisation", params=params).json()
        assert (report["whole"]["seconds"]["standard"] == 0) is is_over
        assert report["whole"]["ratios"]["booking_rate"] in {None, "0.00"}


def issued_month(world: World) -> str:
    """The month of work, issued for both companies."""
    month, _ = month_of_work(world)
    for company in world.companies:
        drafted = statement_drafts.draft(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
        )
        statements.approve(
            world.pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
        )
        statements.issue(
            world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
        )
    return month


def test_a_fee_for_not_coming_is_no_supply_of_the_report(world: World, manager: TestClient) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.tariff(basis="booked", no_show={"pct": "50"})
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    source = world.source(machine)
    for day, word in ((3, "running"), (5, "idle")):
        begin = start + timedelta(days=day, hours=10)
        world.booked(machine, company, begin)
        words = ((-30, "idle"), (0, word), (120, "idle"))
        said = [
            message(source, begin + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words
        ]
        ingestion.commit(world.pool, world.centre.id, said, [])
    month = str(Month.of(start, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    statements.approve(world.pool, world.manager, drafted.id)
    statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    params = {"centre": str(world.centre.id), "month": month}
    income = manager.get("/api/v1/reports/utilisation", params=params).json()["income"]
    assert {k: income[k] for k in ("supply", "vat", "out_of_scope", "total")} == {
        "supply": 60_000,
        "vat": 6_000,
        "out_of_scope": 30_000,
        "total": 96_000,
    }


def test_won_on_the_report_are_the_won_on_the_statements(world: World, manager: TestClient) -> None:
    month = issued_month(world)
    params = {"centre": str(world.centre.id), "month": month}
    report = manager.get("/api/v1/reports/utilisation", params=params).json()
    found = manager.get("/api/v1/statements", params=params).json()["items"]
    income = report["income"]
    assert income["statements"] == len(found) == 2
    assert income["total"] == sum(s["total"] for s in found) > 0
    assert income["supply"] + income["vat"] == income["total"]
    assert income["outstanding"] == income["total"]
    parts = {k: v for k, v in income["relief"].items() if k not in {"listed", "subsidy", "granted"}}
    assert sum(parts.values()) == income["relief"]["listed"]
    assert income["relief_by_class"].keys() == {"general"}
    assert report["supported"] == {"companies": 2, "new": 2, "returning": 2, "sessions": 22}
    assert report["classes"]["general"]["sessions"] == 22
    assert report["classes"]["general"]["seconds"] == report["whole"]["seconds"]["by_companies"]
    assert report["kinds"]["mill"]["seconds"] == report["whole"]["seconds"]


def test_a_year_is_the_sum_of_its_months_and_kept_ones_say_as_of_when(
    world: World, manager: TestClient
) -> None:
    month = issued_month(world)
    year = int(month[:4])
    params: dict[str, str | int] = {"centre": str(world.centre.id), "year": year}
    first = manager.get("/api/v1/reports/year", params=params).json()
    of_month = next(m for m in first["months"] if m["month"] == month)
    alone = manager.get(
        "/api/v1/reports/utilisation", params={"centre": str(world.centre.id), "month": month}
    ).json()
    assert of_month["whole"]["seconds"] == alone["whole"]["seconds"]
    for name in ("ran", "booked", "by_companies"):
        assert first["whole"]["seconds"][name] == sum(
            m["whole"]["seconds"][name] for m in first["months"]
        )
    assert first["income"]["total"] == alone["income"]["total"] > 0

    # A late word changes what is kept only when that is computed again, and the year says as of
    # when it is known.
    machine = machines.find(world.pool, world.manager, "mill-1")
    (source,) = machines.sources(world.pool, world.manager, machine)
    start = Month.parse(month).period(world.centre.zone).start
    late = [
        message(source, start + timedelta(days=20, hours=h), Channel.ACTIVITY, word)
        for h, word in ((1, "running"), (3, "idle"))
    ]
    ingestion.commit(world.pool, world.centre.id, late, [])
    same = manager.get("/api/v1/reports/year", params=params).json()
    before = [m for m in same["months"] if m["month"] == month]
    assert before == [of_month]
    body = {"centre": str(world.centre.id), "month": month}
    fresh = manager.post("/api/v1/reports/utilisation/refresh", json=body).json()
    assert fresh["whole"]["seconds"]["ran"] == alone["whole"]["seconds"]["ran"] + 7200
    after = manager.get("/api/v1/reports/year", params=params).json()
    (again,) = (m for m in after["months"] if m["month"] == month)
    assert again["whole"]["seconds"] == fresh["whole"]["seconds"]
    assert again["known"] > of_month["known"]
    assert manager.get("/api/v1/reports/year", params={**params, "year": 2999}).status_code == 422


def test_the_scheduler_keeps_the_last_months(world: World, manager: TestClient) -> None:
    month, _ = month_of_work(world)
    now = datetime.now(UTC)
    # All months of the year that are over, of which the next night computes the last two again.
    whole = max(monthly_reports.NIGHTLY_MONTHS, Month.parse(month).number)
    for computed in (whole, monthly_reports.NIGHTLY_MONTHS):
        with transaction(world.pool, SYSTEM) as tx:
            assert computed == monthly_reports.keep_months(
                tx, world.centre, recorded_before=END_OF_TIME, now=now
            )
    with transaction(world.pool, SYSTEM) as tx:
        kept = reporting.kept(tx, [world.centre.id], [month])[world.centre.id, month]
    assert kept.engine_version == ENGINE_VERSION
    live = monthly_reports.of_month(world.pool, world.manager, world.centre.id, month, now=now)
    assert kept.figures == live.months[0]


def test_a_month_kept_by_another_engine_is_computed_again(world: World) -> None:
    world.machine("mill-1")
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    now = datetime.now(UTC)
    figures = MonthFigures(month=str(month), machines=(), uses=())
    with transaction(world.pool, SYSTEM) as tx:
        reporting.keep(tx, world.centre.id, figures, recorded_before=now, engine_version="0")
        assert kept_months.of_month(tx, world.centre, month, now=now) is None
        by_any = kept_months.of_month(tx, world.centre, month, now=now, of_any_engine=True)
    assert by_any == (figures, now)


def test_the_running_month_is_shown_as_the_hour_kept_it_for_two_hours(
    world: World, manager: TestClient
) -> None:
    source, kept_at = world.source(world.machine("mill-1")), datetime.now(UTC)
    month = str(Month.of(kept_at, world.centre.zone))
    with transaction(world.pool, SYSTEM) as tx:
        assert str(monthly_reports.keep_running(tx, world.centre, recorded_before=kept_at)) == month
    ran = [
        message(source, kept_at - timedelta(seconds=s), Channel.ACTIVITY, word)
        for s, word in ((40, "running"), (10, "idle"))
    ]
    ingestion.commit(world.pool, world.centre.id, ran, [])

    def report(now: datetime, *, is_fresh: bool = False) -> Report:
        return monthly_reports.of_month(
            world.pool, world.manager, world.centre.id, month, is_fresh=is_fresh, now=now
        )

    def seconds(found: Report) -> int:
        return found.months[0].machines[0].time.ran

    last = kept_at + kept_months.RUNNING_SHOWN_FOR
    shown = report(kept_at + timedelta(seconds=1))
    assert (seconds(shown), shown.known, shown.period.end) == (0, [kept_at], kept_at)
    fresh = report(kept_at + timedelta(seconds=1), is_fresh=True)
    assert (seconds(fresh), fresh.known[0] > kept_at) == (30, True)
    assert seconds(report(last)) == 0
    assert seconds(report(last + timedelta(seconds=1))) == 30
    params = {"centre": str(world.centre.id), "month": month}
    address = "/api/v1/reports/utilisation"
    answers = [
        manager.get(address, params=params).json(),
        manager.get(address, params={**params, "fresh": "true"}).json(),
    ]
    assert [a["whole"]["seconds"]["ran"] for a in answers] == [0, 30]


def test_a_year_with_the_running_month_is_as_of_the_hour_as_well(
    world: World, manager: TestClient
) -> None:
    world.machine("mill-1")
    kept_at = datetime.now(UTC)
    with transaction(world.pool, SYSTEM) as tx:
        monthly_reports.keep_running(tx, world.centre, recorded_before=kept_at)
    params = {
        "centre": str(world.centre.id),
        "year": str(Month.of(kept_at, world.centre.zone))[:4],
    }
    found = manager.get("/api/v1/reports/year", params=params).json()
    instants = (found["end"], found["recorded_before"], found["months"][-1]["known"])
    assert {datetime.fromisoformat(instant) for instant in instants} == {kept_at}


def test_a_month_that_is_over_is_not_what_was_kept_while_it_ran(world: World) -> None:
    month, _ = month_of_work(world)
    end = Month.parse(month).period(world.centre.zone).end
    year, now = int(month[:4]), end + timedelta(minutes=1)
    for known, is_shown in ((end - timedelta(seconds=1), False), (end, True)):
        with transaction(world.pool, SYSTEM) as tx:
            reporting.keep(
                tx,
                world.centre.id,
                MonthFigures(month=month, machines=(), uses=()),
                recorded_before=known,
                engine_version=ENGINE_VERSION,
            )
        found = monthly_reports.of_year(world.pool, world.manager, world.centre.id, year, now=now)
        (figures,) = (m for m in found.months if m.month == month)
        assert (figures.machines == ()) is is_shown


def test_the_years_spreadsheet_and_paper_say_the_same(world: World, manager: TestClient) -> None:
    month = issued_month(world)
    params: dict[str, str | int] = {"centre": str(world.centre.id), "year": int(month[:4])}
    report = manager.get("/api/v1/reports/year", params=params).json()
    sheet = manager.get("/api/v1/reports/year.xlsx", params=params)
    book = load_workbook(io.BytesIO(sheet.content))
    assert book.sheetnames == ["요약", "장비", "종류", "기업구분", "월별", "유휴·저활용"]
    summary = {row[0].value: row[1].value for row in book["요약"].iter_rows()}
    assert summary["총액"] == report["income"]["total"]
    assert summary["가동률 %"] == float(report["whole"]["ratios"]["utilisation"])
    rows = [[c.value for c in row] for row in book["장비"].iter_rows()]
    assert rows[-1][3] == report["whole"]["seconds"]["ran"] == sum(r[3] for r in rows[1:-1])
    paper = manager.get("/api/v1/reports/year.pdf", params=params)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    for words in (
        "공동장비 운영 보고서",
        "시험 센터",
        f"{report['income']['total']:,}",
        "기업 구분별",
    ):
        assert words in text


def test_the_operation_log_has_the_guidelines_fields(world: World, manager: TestClient) -> None:
    month = issued_month(world)
    start = Month.parse(month).period(world.centre.zone).start
    params = {"centre": str(world.centre.id), "month": month}
    answer = manager.get("/api/v1/reports/operation-log.csv", params=params)
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head[:4] == ["장비명", "등록번호", "관리자", "작성자"]
    report = manager.get("/api/v1/reports/utilisation", params=params).json()
    # One line for each use that began in the month, as the report counts them.
    assert len(rows) == report["supported"]["sessions"]
    by_name = [dict(zip(head, row, strict=True)) for row in rows]
    lines = sum(
        line["charge"]["amount"]
        for s in manager.get("/api/v1/statements", params=params).json()["items"]
        for line in s["document"]["lines"]
    )
    # A run over the month's edge began in the month before, and stands in that month's log.
    before = sum(
        line["charge"]["amount"]
        for s in manager.get("/api/v1/statements", params=params).json()["items"]
        for line in s["document"]["lines"]
        if line["charge"]["trace"]["periods"][0]["start"]
        == start.astimezone(UTC).isoformat().replace("+00:00", "Z")
    )
    assert sum(int(r["사용료(원)"]) for r in by_name) == lines - before > 0
    assert {r["사용기관"] for r in by_name} == {"회사 1", "회사 2"}
    assert {r["관리자"] for r in by_name} == {"담당자"}
    assert {r["사용 유형"] for r in by_name} == {"직접 이용"}
    sheet = manager.get("/api/v1/reports/operation-log.xlsx", params=params)
    assert load_workbook(io.BytesIO(sheet.content)).sheetnames == ["운영일지"]


def test_the_maintenance_log_has_what_was_planned_and_what_failed(
    world: World, manager: TestClient
) -> None:
    world.tariff()
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    start = month.period(world.centre.zone).start
    machine = world.machine("mill-1")
    source = world.source(machine)
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(start + timedelta(days=2, hours=9), start + timedelta(days=2, hours=12)),
            kind="maintenance",
            reason="정기 점검",
        ),
        now=datetime.now(UTC),
    )
    said = [
        (0, Channel.ACTIVITY, "idle"),
        (10, Channel.ALARM, "fault"),
        (40, Channel.ALARM, "none"),
    ]
    said += [(60, Channel.ALARM, "fault")]
    batch = [message(source, start + timedelta(days=4, minutes=m), c, w) for m, c, w in said]
    batch.append(
        message(source, start + timedelta(days=4, minutes=60, seconds=30), Channel.ALARM, "none")
    )
    ingestion.commit(world.pool, world.centre.id, batch, [])
    answer = manager.get(
        "/api/v1/reports/maintenance-log.csv",
        params={"centre": str(world.centre.id), "month": str(month)},
    )
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(r["구분"], r["내용"]) for r in found] == [("점검", "정기 점검"), ("고장", "장비 신호")]
    assert found[1]["시작"].endswith("00:10:00")
    assert found[1]["종료"].endswith("00:40:00")


def test_a_province_is_the_sum_of_its_centres_and_each_manager_sees_their_own(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    month, _ = month_of_work(world)
    other = World.made(world.pool)
    other.companies = list(world.companies)
    month_of_work(other)
    for centre in (world, other):
        statement_drafts.draft_all(world.pool, centre.manager, centre.centre.id, month)
        for drafted in statements.page(
            world.pool, centre.manager, centre=centre.centre.id, month=month, before=None, most=10
        ):
            accepted = sorted(statement_blockers.ACCEPTABLE)
            statements.approve(world.pool, centre.manager, drafted.id, accept=accepted)
            statements.issue(
                world.pool, centre.manager, drafted.id, close_early=False, now=datetime.now(UTC)
            )
    year = int(month[:4])
    found = monthly_reports.of_centres(world.pool, OPERATOR, year, now=datetime.now(UTC))
    assert {r.centre.id for r in found} == {world.centre.id, other.centre.id}
    rows = report_files.centre_table(found, Denominator.CALENDAR)
    head, *each, last = rows
    for name in ("합계", "공급가액", "발행 내역서"):
        place = len(head) - 1 - head[::-1].index(name)
        figures = [int(str(row[place])) for row in each]
        assert int(str(last[place])) == sum(figures) > 0
    own = client.get(f"/api/v1/reports/centres?year={year}", headers=bearer(None)).json()["items"]
    assert [r["centre"] for r in own] == [str(world.centre.id)]
    text = client.get(f"/api/v1/reports/centres.csv?year={year}", headers=bearer(None)).text
    assert len(list(csv.reader(io.StringIO(text)))) == 3
