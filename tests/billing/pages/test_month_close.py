"""A month's close on its page: one next step, what issue would do,
and links that settle obstacles.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from api.pages.billing import month_steps
from api.pages.frame.layout import Look
from api.pages.frame.texts import Words
from gadong.billing.domain.statement import StatementState
from gadong.billing.services import statements
from gadong.booking.services.use_log import entries
from gadong.booking.services.use_log.entries import Written
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    month_of,
    programme,
    published,
    sums,
    used,
)
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.reports.reports import month_of_work
from tests.support.world import World

NEXT = re.compile(r'<li aria-current="step">.*?action="/month/(\w+)".*?</li>', re.DOTALL)
PRIMARY = re.compile(r'class="btn btn-primary"')


def test_the_page_leads_from_drafts_to_issue(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}

    def next_steps() -> list[str]:
        return NEXT.findall(client.get("/month", params=form).text)

    assert next_steps() == ["draft"]
    for step, following in (("draft", ["show"]), ("approve", ["issue"])):
        assert client.post(f"/month/{step}", data=form).status_code == 303
        assert next_steps() == following
    drafts = statements.page(
        world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
    )
    total = sum(s.total for s in drafts)
    shown = text_of(client.get("/month", params=form).text)
    assert f"이용내역서 {len(drafts)}건, 합계 {total:,}원입니다." in shown
    assert "되돌릴 수 없습니다" in shown
    assert client.post("/month/issue", data=form).status_code == 303
    assert next_steps() == []
    assert "승인된 건이 아직 없습니다." in text_of(client.get("/month", params=form).text)


def test_a_review_that_lasts_makes_approval_the_next_step(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}
    for step in ("draft", "show"):
        assert client.post(f"/month/{step}", data=form).status_code == 303
    page = client.get("/month", params=form).text
    assert NEXT.findall(page) == ["approve"]
    # The dialog that asks for a login once the session has ended lies beside the page.
    assert len(PRIMARY.findall(page.partition("<dialog")[0])) == 1
    assert "아직 승인할 수 없는 초안이 2건" in text_of(page)


@pytest.mark.parametrize(
    ("code", "href"),
    [
        ("statement.no_rate", "/tariffs"),
        ("statement.unattributed", "/desk?month={month}#todo-ghosts"),
        ("statement.unlogged", "/ledger"),
        ("statement.proof_expired", "/companies/{company}"),
        ("statement.unknown", "/statements/{statement}"),
        ("statement.objection", "/statements/{statement}"),
        ("statement.in_review", None),
    ],
)
def test_an_obstacle_links_to_the_page_that_settles_it(
    visit: Visit, world: World, code: str, href: str | None
) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    assert client.post("/month/draft", data={"month": month}).status_code == 303
    (draft, *_) = statements.page(
        world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
    )
    looking = Look(
        who=world.manager,
        name="",
        words=Words("ko", world.centre.zone),
        centres=(world.centre,),
        companies=(),
        centre=world.centre,
    )
    links = month_steps.settling_links(Problem(code=code), draft, looking)
    target = href and href.format(company=draft.company_id, statement=draft.id, month=month)
    assert [link.href for link in links] == ([target] if target else [])
    for link in links:
        assert client.get(link.href).status_code == 200


def test_a_locked_month_shows_use_that_no_statement_charges(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}
    for step in ("draft", "approve", "issue", "lock"):
        assert client.post(f"/month/{step}", data=form).status_code == 303
    assert "내역서가 없는 이용" not in text_of(client.get("/month", params=form).text)
    company = world.company()
    gauge = world.machine("cmm-1", kind="cmm")
    observations.declare(world.pool, world.manager, gauge.id, Observed.LEDGER, since=BEGINNING)
    start = Month.parse(month).period(world.centre.zone).start + timedelta(days=5)
    written = Written(
        machine=gauge,
        company=company.id,
        period=Period(start, start + timedelta(hours=1)),
        reason="치수 측정",
        is_correction=True,
    )
    entries.log(world.pool, world.manager, written, now=datetime.now(UTC))
    page = client.get("/month", params=form).text
    shown = text_of(page)
    assert f"{month}을 마감한 뒤에, 내역서가 없는 기업의 이용이 알려졌습니다." in shown
    assert f'<a href="/companies/{company.id}">{company.name}</a>' in page


def test_a_review_is_ended_on_the_page_with_a_reason_only(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    for step in ("draft", "show"):
        client.post(f"/month/{step}", data={"month": month})
    (draft, *_) = statements.page(
        world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
    )
    wanted = {"statement": str(draft.id), "do": "approve", "end_review": "statement.in_review"}
    for reason in ("", "  "):
        refused = client.post("/month/one", data={**wanted, "reason": reason})
        assert refused.status_code == 409
        assert "확인 기간을 일찍 끝내는 사유를 입력하세요" in text_of(refused.text)
    ended = client.post("/month/one", data={**wanted, "reason": "기업이 확인함"})
    assert ended.status_code == 303
    assert statements.find(world.pool, world.manager, draft.id).state == "approved"


def test_one_file_holds_every_issued_document_of_the_month(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}
    address = f"/api/v1/centres/{world.centre.id}/statements.zip"
    client.post("/month/draft", data=form)
    assert "statements.zip" not in client.get("/month", params=form).text
    assert client.get(address, params=form).status_code == 404
    for step in ("approve", "issue"):
        client.post(f"/month/{step}", data=form)
    assert f"{address}?month={month}" in client.get("/month", params=form).text
    answer = client.get(address, params=form)
    assert answer.headers["content-type"] == "application/zip"
    assert f'filename="{world.centre.slug}-{month}.zip"' in answer.headers["content-disposition"]
    issued = statements.page(
        world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
    )
    with ZipFile(BytesIO(answer.content)) as file:
        assert file.testzip() is None
        papers = {f"{s.number} {s.company_name}.pdf": s for s in issued}
        assert set(file.namelist()) == {"list.csv", *papers}
        for name, statement in papers.items():
            alone = client.get(f"/api/v1/statements/{statement.id}/document.pdf")
            assert file.read(name) == alone.content
        rows = file.read("list.csv").decode("utf-8-sig").splitlines()
    assert rows[0] == "번호,기업,상태,합계(원),기업 부담(원)"
    assert rows[1:] == [
        f"{s.number},{s.company_name},발행,{s.total},{s.total}"
        for s in sorted(issued, key=lambda s: str(s.number))
    ]
    assert client.get(address, params=form).content == answer.content


def test_a_month_is_closed_at_once_only_as_it_was_confirmed(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}

    def states() -> set[str]:
        found = statements.page(
            world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
        )
        return {s.state.value for s in found}

    assert client.post("/month/draft", data=form).status_code == 303
    shown = client.get("/month", params=form).text
    total = re.findall(r'name="total" value="(-?\d+)"', shown)[0]
    for wrong, word in (
        ({"count": "2", "total": total}, "확인했다고 표시하세요"),
        ({"count": "1", "total": total, "sure": "true"}, "그 사이 내역서가 바뀌었습니다"),
        ({"count": "2", "total": str(int(total) + 1), "sure": "true"}, "새 합계를 확인하세요"),
    ):
        refused = client.post("/month/close", data={**form, **wrong})
        assert refused.status_code == 409
        assert word in text_of(refused.text)
        assert states() == {"draft"}
    sure = {**form, "count": "2", "total": total, "sure": "true"}
    assert client.post("/month/close", data=sure).status_code == 303
    assert states() == {"issued"}
    assert client.post("/month/close", data=sure).status_code == 409


def test_a_promised_review_is_not_closed_at_once(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    for step in ("draft", "show"):
        assert client.post(f"/month/{step}", data={"month": month}).status_code == 303
    assert "/month/close" not in client.get("/month", params={"month": month}).text
    sure = {"month": month, "count": "0", "total": "0", "sure": "true"}
    assert client.post("/month/close", data=sure).status_code == 409


def test_firms_of_one_budget_are_issued_at_one_press(visit: Visit, world: World) -> None:
    client = visit(None)
    world.company()
    world.company()
    mill = world.machine("mill-1")
    published(world, client, subsidies=[programme(50, budget=100_000)])
    for company in range(2):
        where = f"{API}/centres/{world.centre.id}/companies/{world.companies[company].id}/extras"
        body = {"name": "바우처", "since": "2026-01-01", "proof": "협약서"}
        assert client.post(where, json=body).status_code == 204
        used(world, mill, at(world, 10 + company), hours=1, company=company)
    form = {"month": str(month_of(world))}
    for step in ("draft", "approve", "issue"):
        assert client.post(f"/month/{step}", data=form).status_code == 303
    found = statements.page(
        world.pool,
        world.manager,
        centre=world.centre.id,
        month=form["month"],
        before=None,
        most=10,
    )
    assert [s.state for s in found] == [StatementState.ISSUED] * 2
    assert [sums(s)["subsidy"] for s in found] == [15_000] * 2
