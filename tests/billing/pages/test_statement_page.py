"""The statement's page: the sum, where to pay and the machines on top, and a row for each session.

A row has the session's discounts and its messages in words, and objections return to their line.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import customer_check, statement_blockers, statement_drafts, statements
from gadong.billing.services.statement_document import document
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.billing.prints import PLA
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

# Mornings of the two months before this one, so that no session crosses a month's edge.
LAST = (datetime.now(UTC).replace(day=1) - timedelta(days=12)).replace(
    hour=1, minute=0, second=0, microsecond=0
)
BEFORE = (LAST.replace(day=1) - timedelta(days=12)).replace(
    hour=1, minute=0, second=0, microsecond=0
)


def worked(world: World, machine: Machine, source: Source, start: datetime, minutes: int) -> None:
    """Book two hours in which the machine ran for so many minutes from 17 past on."""
    world.booked(machine, world.companies[0], start, now=start - timedelta(hours=1))
    edges = [(-30, "idle"), (17, "running"), (17 + minutes, "idle")]
    batch = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in edges
    ]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    metering.catch_up(world.pool)


def drafted(world: World, start: datetime) -> Statement:
    """The first company's draft of the month of an instant."""
    month = str(Month.of(start, world.ZONE))
    company = world.companies[0].id
    return statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company, month=month
    )


def test_the_top_says_what_is_paid_and_the_machines_beside_the_month_before(
    visit: Visit, world: World
) -> None:
    world.tariff()
    company = world.company(category="small-manufacturer")
    mills = [world.machine(slug) for slug in ("mill-1", "mill-2")]
    sources = [world.source(mill) for mill in mills]
    worked(world, mills[0], sources[0], BEFORE, 60)
    earlier = drafted(world, BEFORE)
    worked(world, mills[0], sources[0], LAST, 30)
    worked(world, mills[1], sources[1], LAST + timedelta(hours=4), 90)
    statement = drafted(world, LAST)
    own, boss = visit(world.member(company)), visit(None)
    page = boss.get(f"/statements/{statement.id}").text
    top, _, rows = page.partition('<article class="line">')
    # 120 minutes of 30,000 won an hour, half of it, and the tax; last month 60 of them.
    assert '<p class="paper-total">33,000원</p>' in top
    bars = text_of(top[top.index("paper-bars") :])
    assert "밀링 22,500원 지난달 0원 밀링 7,500원 지난달 15,000원" in bars
    widths = re.findall(r'class="bar-(?:now|before)"[^>]* width="(\d+)"', top)
    # Shares of the largest of the four sums.
    assert widths == ["100", "0", "33", "66"]
    assert rows.count('class="chip chip-off"') == 2
    assert earlier.total == 16_500
    # A company is not shown its own draft, nor the month before that it was never shown.
    assert own.get(f"/statements/{statement.id}").status_code == 404
    customer_check.show(world.pool, world.manager, statement.id, days=5, now=datetime.now(UTC))
    shown = own.get(f"/statements/{statement.id}").text
    assert "지난달 이용내역서가 없습니다" in shown
    assert "지난달 15,000원" not in text_of(shown)
    customer_check.show(world.pool, world.manager, earlier.id, days=5, now=datetime.now(UTC))
    assert "지난달 15,000원" in text_of(own.get(f"/statements/{statement.id}").text)


def test_a_message_stands_in_words_with_its_second(visit: Visit, world: World) -> None:
    world.tariff()
    company, mill = world.company(), world.machine("mill-1")
    worked(world, mill, world.source(mill), LAST, 30)
    statement = drafted(world, LAST)
    customer_check.show(world.pool, world.manager, statement.id, days=5, now=datetime.now(UTC))
    page = visit(world.member(company)).get(f"/statements/{statement.id}").text
    words = re.findall(r'<a href="/messages/[^"]+">(.*?)</a>', page, re.DOTALL)
    assert [text_of(x).split(" ", 2)[2] for x in words] == ["10:17:00 ▶ 가동", "10:47:00 ○ 대기"]


def test_an_objection_returns_to_its_line_and_the_desk_names_company_machine_and_amount(
    visit: Visit, world: World
) -> None:
    world.tariff()
    company = world.company(name="한솔정밀")
    mill = world.machine("mill-1")
    source = world.source(mill)
    for hours in (0, 4):
        worked(world, mill, source, LAST + timedelta(hours=hours), 30 + 10 * hours)
    statement = drafted(world, LAST)
    customer_check.show(world.pool, world.manager, statement.id, days=5, now=datetime.now(UTC))
    own, boss = visit(world.member(company)), visit(None)
    line = document(statement).lines[1]
    body = {"line": line.charge.key, "category": "time", "words": "짧게 썼습니다"}
    empty = own.post(f"/statements/{statement.id}/objections", data=body | {"words": "  "})
    assert empty.status_code == 409
    opened = re.findall(r"<details[^>]* open>\s*<summary>이 항목에 이의 제기", empty.text)
    assert (len(opened), 'value="time" selected' in empty.text) == (1, True)
    objected = own.post(f"/statements/{statement.id}/objections", data=body)
    assert objected.headers["location"] == f"/statements/{statement.id}#line-2"
    assert 'id="line-2"' in own.get(f"/statements/{statement.id}").text
    desk = boss.get("/desk").text
    assert f'href="/statements/{statement.id}#line-2"' in desk
    assert f"한솔정밀 · 밀링 · {line.charge.amount:,}원" in text_of(desk)
    (answer,) = re.findall(
        r'action="(/objections/[^"]+)"', boss.get(f"/statements/{statement.id}").text
    )
    answered = boss.post(answer, data={"reason": "신호가 그렇습니다", "accept": "0"})
    assert answered.headers["location"] == f"/statements/{statement.id}#line-2"


def test_an_objection_whose_line_is_gone_can_still_be_answered(visit: Visit, world: World) -> None:
    world.tariff()
    company, mill = world.company(), world.machine("mill-1")
    worked(world, mill, world.source(mill), LAST, 30)
    statement = drafted(world, LAST)
    customer_check.show(world.pool, world.manager, statement.id, days=5, now=datetime.now(UTC))
    own, boss = visit(world.member(company)), visit(None)
    key = document(statement).lines[0].charge.key
    body = {"line": key, "category": "time", "words": "쓰지 않았습니다"}
    own.post(f"/statements/{statement.id}/objections", data=body)
    entered = boss.post(
        f"/statements/{statement.id}/decisions",
        data={"line": key, "kind": "minutes", "minutes": "0", "reason": "점검"},
    )
    assert entered.status_code == 303
    drafted(world, LAST)
    page = boss.get(f"/statements/{statement.id}").text
    (answer,) = re.findall(r'action="(/objections/[^"]+)"', page)
    assert "쓰지 않았습니다" in boss.get("/desk").text
    assert boss.post(answer, data={"reason": "맞습니다", "accept": "1"}).status_code == 303


def test_a_draft_whose_days_are_over_offers_no_objection(visit: Visit, world: World) -> None:
    world.tariff()
    company, mill = world.company(), world.machine("mill-1")
    worked(world, mill, world.source(mill), LAST, 30)
    statement = drafted(world, LAST)
    own = visit(world.member(company))
    for shown_at, offers in ((timedelta(0), True), (timedelta(days=6), False)):
        customer_check.show(
            world.pool, world.manager, statement.id, days=5, now=datetime.now(UTC) - shown_at
        )
        page = own.get(f"/statements/{statement.id}").text
        assert (f'action="/statements/{statement.id}/objections"' in page) is offers
        assert ("초안입니다" in page) is offers


def field(page: str, action: str, name: str) -> str:
    """Return the value that an input of the form with the action holds."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    (tag,) = re.findall(rf'<input[^>]*\bname="{name}"[^>]*>', form)
    return " ".join(re.findall(r'\bvalue="([^"]*)"', tag))


def test_what_is_refused_of_a_draft_keeps_what_was_typed(visit: Visit, world: World) -> None:
    world.tariff(goods=[PLA])
    world.company()
    mill = world.machine("mill-1")
    worked(world, mill, world.source(mill), LAST, 30)
    statement, boss = drafted(world, LAST), visit(None)
    at = f"/statements/{statement.id}"
    late = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()

    refused = boss.post(f"{at}/lines", data={"amount": "-7000", "day": late, "reason": "할인 누락"})
    assert refused.status_code == 409
    kept = [field(refused.text, f"{at}/lines", name) for name in ("amount", "day", "reason")]
    assert kept == ["-7000", late, "할인 누락"]
    # The form beside it was not sent and stays as it is offered.
    assert field(refused.text, f"{at}/entries", "quantity") == ""

    sale = {"code": "pla", "quantity": "2.5", "day": late, "note": "붉은 것"}
    refused = boss.post(f"{at}/entries", data=sale)
    assert refused.status_code == 409
    kept = [field(refused.text, f"{at}/entries", name) for name in ("quantity", "day", "note")]
    assert kept == ["2.5", late, "붉은 것"]

    line = document(statement).lines[0].charge.key
    word = {"line": line, "kind": "minutes", "minutes": "35", "reason": "  "}
    refused = boss.post(f"{at}/decisions", data=word)
    assert refused.status_code == 409
    assert field(refused.text, f"{at}/decisions", "minutes") == "35"
    assert 'value="minutes" selected' in refused.text


def test_what_is_refused_after_the_issue_keeps_what_was_typed(visit: Visit, world: World) -> None:
    world.tariff()
    world.company()
    mill = world.machine("mill-1")
    worked(world, mill, world.source(mill), LAST, 30)
    statement, boss = drafted(world, LAST), visit(None)
    at = f"/statements/{statement.id}"
    accepted = sorted(statement_blockers.ACCEPTABLE)
    statements.approve(world.pool, world.manager, statement.id, accept=accepted)
    statements.issue(
        world.pool, world.manager, statement.id, close_early=False, now=datetime.now(UTC)
    )
    today = datetime.now(world.ZONE).date().isoformat()
    too_much = str(statement.total + 1)
    paid = {"amount": too_much, "paid_on": today, "note": "국민은행"}
    refused = boss.post(f"{at}/payments", data=paid)
    assert refused.status_code == 409
    kept = [field(refused.text, f"{at}/payments", name) for name in paid]
    assert kept == list(paid.values())

    late = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    invoice = {"approval": "2" * 24, "written_on": late, "issued_on": today}
    refused = boss.post(f"{at}/tax-invoices", data=invoice)
    assert refused.status_code == 409
    kept = [field(refused.text, f"{at}/tax-invoices", name) for name in invoice]
    assert kept == list(invoice.values())

    done = boss.post(f"{at}/payments", data=paid | {"amount": "1"})
    assert done.headers["location"] == at
    assert field(boss.get(at).text, f"{at}/payments", "note") == ""
