"""The agency compares two centres: exact sums, no names, and nothing else of the centres."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.core.domain.calendar import Month
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.services.machines import BEGINNING
from gadong.people.services.accounts import OPERATOR
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import agency, monthly_reports
from gadong.reports.services.agency import AgencyReport
from gadong.training.domain.guidance import GuidanceKind
from gadong.training.services import guidance
from gadong.training.services.guidance import ExpertWork
from tests.support.api_fixtures import LogIn
from tests.support.billing.lines_by_their_own_day import (
    at,
    drafted,
    mill,
    month_of,
    programme,
    proved,
    published,
)
from tests.support.page_fixtures import Visit
from tests.support.reports.agency import agency_of
from tests.support.reports.reports import month_of_work
from tests.support.statements_executed import statements_executed
from tests.support.world import World

__all__ = ["mill"]  # pytest finds fixtures by their names here
V1 = "/api/v1"
BOOKED = {"kind": "mill", "rate_per_hour": "30000", "basis": "booked"}


@pytest.fixture
def worked(world: World) -> tuple[World, World, str]:
    """Two centres with a month of work, issued, and a third that gave the agency nothing."""
    month, _ = month_of_work(world)
    other = World.made(world.pool)
    other.companies = list(world.companies)
    month_of_work(other)
    for each in (world, other):
        statement_drafts.draft_all(world.pool, each.manager, each.centre.id, month)
        for one in statements.page(
            world.pool, each.manager, centre=each.centre.id, month=month, before=None, most=10
        ):
            accepted = sorted(statement_blockers.ACCEPTABLE)
            statements.approve(world.pool, each.manager, one.id, accept=accepted)
            statements.issue(
                world.pool, each.manager, one.id, close_early=False, now=datetime.now(UTC)
            )
    World.made(world.pool)
    return world, other, month


def test_the_agency_compares_its_centres(
    worked: tuple[World, World, str], client: TestClient, bearer: LogIn
) -> None:
    one, two, month = worked
    rulebook.change(
        one.pool,
        OPERATOR,
        Level(centre=one.centre.id),
        {"utilisation_target_pct": 1},
        effective_from=BEGINNING,
        now=datetime.now(UTC),
    )
    headers = bearer(agency_of(one, two))
    query = {"year": month[:4], "month": month}
    answer = client.get(f"{V1}/reports/agency.csv", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    head, *rows, last = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    for name in ("가동(초)", "지원 기업 수", "이용 건수", "합계"):
        place = head.index(name)
        assert int(last[place]) == sum(int(row[place]) for row in rows) > 0, name
    for each in (one, two):
        own = client.get(
            f"{V1}/reports/utilisation",
            params={"centre": str(each.centre.id), "month": month},
            headers=headers,
        )
        assert own.status_code == 404, "a centre's own report is not the agency's"
    grades = [row[head.index("등급")] for row in rows]
    assert sorted(grades) == ["", "A"]
    book = client.get(f"{V1}/reports/agency.xlsx", params=query, headers=headers)
    sheets = load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames == ["센터", "종류", "재원", "사업", "연 예산"]
    sources = [list(row) for row in sheets["재원"].iter_rows(values_only=True)]
    assert all(sum(map(int, row[1:-1])) == row[-1] for row in sources[1:])
    names = {company.name for company in one.companies} | {"이용자", "담당자"}
    cells = [
        str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert not [cell for cell in cells if any(name in cell for name in names)]


def test_guidance_is_counted_for_each_centre(world: World) -> None:
    other = World.made(world.pool)
    now = datetime.now(UTC).replace(microsecond=0)
    for centre, minutes in ((world, [20, 100]), (other, [60])):
        for length in minutes:
            guidance.record(
                world.pool,
                centre.manager,
                centre=centre.centre.id,
                company=None,
                kind=GuidanceKind.COUNSELLING,
                subject="창업 상담",
                work=ExpertWork(
                    expert="박 명장",
                    starts_at=now - timedelta(hours=2),
                    minutes=length,
                    result="안내",
                ),
                now=now,
            )
    at_ = now - timedelta(hours=2)
    year = at_.astimezone(world.ZONE).year
    report = agency.of_centres(
        world.pool, agency_of(world, other), year, denominator=Denominator.CALENDAR, now=now
    )
    (head, *rows, last), *_ = (table for _, table in agency.sheets(report))
    places = [head.index("지도·상담 건수"), head.index("지도·상담(시간)")]
    assert sorted([row[place] for place in places] for row in rows) == [[1, 1.0], [2, 2.0]]
    assert [last[place] for place in places] == [3, 3.0]


def test_the_page_shows_the_same_without_names(
    worked: tuple[World, World, str], visit: Visit
) -> None:
    one, two, month = worked
    client = visit(agency_of(one, two))
    front = client.get("/")
    assert front.headers["location"] == "/agency"
    page = client.get("/agency", params={"time": month})
    assert page.status_code == 200
    assert "센터별 통계" in page.text
    assert not [c.name for c in one.companies if c.name in page.text]
    assert client.get("/agency", params={"time": month[:4]}).status_code == 200
    for path in ("/machines", "/desk", "/reports", "/companies", "/floor", "/calendar"):
        assert client.get(path).status_code in {403, 404}, path


def test_more_centres_take_no_more_statements(worked: tuple[World, World, str]) -> None:
    one, two, month = worked
    now = datetime.now(UTC)
    for each in (one, two):
        with transaction(each.pool, SYSTEM) as tx:
            monthly_reports.keep_running(tx, each.centre, recorded_before=now)

    def year_of(*worlds: World) -> tuple[AgencyReport, int]:
        staff = frozenset((each.centre.id, Role.AGENCY) for each in worlds)
        who = Caller(person_id=one.manager.person_id, staff=staff)
        with statements_executed() as executed:
            report = agency.of_centres(
                one.pool, who, int(month[:4]), denominator=Denominator.CALENDAR, now=now
            )
        return report, len(executed)

    # The first request keeps the months that are over.
    computed, _ = year_of(one, two)
    both, of_both = year_of(one, two)
    alone, of_one = year_of(one)
    assert both == computed
    assert [row for row in both.centres if row.slug == one.centre.slug] == list(alone.centres)
    assert all(row.income.statements == 2 for row in both.centres)
    assert of_both == of_one > 0

    # Signals that retired are asked for likewise.
    over = Month.parse(month).period(one.centre.zone).end
    with transaction(one.pool, SYSTEM) as tx:
        outbox.forget_old(tx, signals_before=over)
    retired, of_both = year_of(one, two)
    assert retired == both
    assert of_both == year_of(one)[1] > of_one


def test_nobody_else_compares_centres(world: World, client: TestClient, bearer: LogIn) -> None:
    path = f"{V1}/reports/agency.csv?year={datetime.now(UTC).year}"
    member = world.member(world.company())
    assert client.get(path, headers=bearer(member)).status_code == 403
    manager = client.get(path, headers=bearer(None))
    assert len(list(csv.reader(io.StringIO(manager.text)))) == 3, "a manager sees the own centre"
    wrong = f"{path}&month=1999-01"
    assert client.get(wrong, headers=bearer(None)).status_code == 422


def test_what_is_left_of_a_budget_is_what_the_next_document_may_draw(
    world: World, manager: TestClient, mill: Machine, client: TestClient, bearer: LogIn
) -> None:
    one, now = month_of(world), datetime.now(UTC)
    before = Month(one.year - 1, 12)
    terms = {"subsidies": [programme(100, budget=70_000)]}
    published(world, manager, BOOKED, effective_from=f"{one.year - 1}-01-01", **terms)
    proved(world, manager, "바우처", f"{one.year - 1}-01-01")
    noon = datetime(before.year, 12, 10, 12, tzinfo=world.centre.zone).astimezone(UTC)
    world.booked(mill, world.companies[0], noon, hours=1)
    world.booked(mill, world.companies[0], at(world, 10), hours=1)
    for month in (before, one):
        made = drafted(world, 0, str(month))
        statements.approve(
            world.pool, world.manager, made.id, accept=sorted(statement_blockers.ACCEPTABLE)
        )
        statements.issue(world.pool, world.manager, made.id, close_early=False, now=now)
    del manager.headers["Authorization"]
    headers = bearer(agency_of(world))

    def programmes(year: int) -> list[list[object]]:
        path = f"{V1}/reports/agency.xlsx?year={year}"
        book = load_workbook(io.BytesIO(client.get(path, headers=headers).content))
        return [list(row)[3:] for row in book["사업"].iter_rows(min_row=2, values_only=True)]

    # 30,000 of each December's and last month's hour: 10,000 are left, whichever year is asked for.
    assert programmes(one.year) == [[70_000, 30_000, 10_000]] * 2
    assert programmes(one.year - 1) == [[70_000, 30_000, 10_000]] * 2
    assert programmes(one.year - 2) == []
