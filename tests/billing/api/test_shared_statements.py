"""Statements of companies that share a booking: each pays its part, and each statement leads back
to the seconds that the machine ran.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts
from gadong.billing.services.prices import session_costs
from gadong.billing.services.proof import evidence_trails, verification
from gadong.billing.services.statement_document import Document, document
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.cost_shares import ShareAct
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.problem import Invalid
from gadong.people.domain.company import Company
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.billing.hometax import API, named
from tests.support.billing.shared_bookings import answered, asked
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


def month_of(world: World, booking: Booking) -> str:
    """Return the month of the booking."""
    return str(Month.of(booking.period.start, world.centre.zone))


def drafted(world: World, booking: Booking, company: CompanyId) -> Document:
    """Return a company's month as the manager drafts it."""
    return document(
        statement_drafts.draft(
            world.pool,
            world.manager,
            centre=world.centre.id,
            company=company,
            month=month_of(world, booking),
        )
    )


def previewed(world: World, booking: Booking, company: Company) -> Document:
    """Return a company's month as its own people preview it."""
    return statement_drafts.preview(
        world.pool,
        world.member(company),
        centre=world.centre.id,
        company=company.id,
        month=month_of(world, booking),
    ).document


def shared_by_three(world: World, booking: Booking) -> tuple[Company, Company]:
    """Share the booking with two companies in three equal parts, to which both consent."""
    second, third = world.company(name="둘째"), world.company(name="셋째")
    request = asked(world, booking, (second, 1), (third, 1))
    for company in (second, third):
        answered(world, booking, request, company.id)
    return second, third


def amounts(doc: Document) -> list[int]:
    """Return the amounts of a document's lines."""
    return [line.charge.amount for line in doc.lines]


def test_each_pays_its_part_and_sees_it_beforehand(world: World, used: Booking) -> None:
    second, third = shared_by_three(world, used)
    booker = world.companies[0]
    for company in (booker, second, third):
        own = drafted(world, used, company.id)
        assert amounts(own) == amounts(previewed(world, used, company)) == [10_000]
        (line,) = own.lines
        assert line.charge.trace.measured_seconds == 3600
        assert line.sentence_ko.endswith("(공동 이용 30,000원 중 1/3의 몫)")
    cost = session_costs.of_booking(world.pool, world.member(booker), used)
    assert cost is not None
    assert (cost.ran_seconds, cost.amount) == (3600, 11_000)
    # A company that shares nothing has the statement of before.
    assert amounts(drafted(world, used, world.companies[1].id)) == [30_000]


def test_the_bookers_discount_prices_every_part(world: World) -> None:
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    booker, other = world.company(category="small-manufacturer"), world.company()
    machine = world.machine("mill-1")
    world.source(machine)
    booking = world.booked(machine, booker, noon, hours=2)
    late_signal(world, booking, -30, "idle")
    late_signal(world, booking, 0, "running")
    late_signal(world, booking, 60, "idle")
    answered(world, booking, asked(world, booking, (other, 1)), other.id)
    for company in (booker, other):
        assert amounts(drafted(world, booking, company.id)) == [7_500]
        assert amounts(previewed(world, booking, company)) == [7_500]
    (line,) = drafted(world, booking, other.id).lines
    assert line.charge.trace.discount_pct == Decimal(50)
    assert line.charge.trace.discount_names == ("", "")


@pytest.mark.parametrize(
    ("acts", "parts"),
    [
        ((), [30_000, 0]),
        ((ShareAct.CONSENT,), [15_000, 15_000]),
        ((ShareAct.REFUSE,), [30_000, 0]),
        ((ShareAct.CONSENT, ShareAct.WITHDRAW), [30_000, 0]),
        ((ShareAct.REFUSE, ShareAct.CONSENT), [15_000, 15_000]),
        ((ShareAct.CONSENT, ShareAct.TAKE_BACK), [30_000, 0]),
        ((ShareAct.TAKE_BACK, ShareAct.CONSENT), [30_000, 0]),
    ],
)
def test_the_last_answer_before_the_start_counts(
    world: World, used: Booking, acts: tuple[ShareAct, ...], parts: list[int]
) -> None:
    other = world.company()
    request = asked(world, used, (other, 1))
    for minutes, act in enumerate(acts):
        at = used.period.start - timedelta(minutes=30 - minutes)
        answered(world, used, request, other.id, act, at=at)
    found = [sum(amounts(drafted(world, used, c))) for c in (used.company_id, other.id)]
    assert found == parts


def test_a_later_request_asks_anew(world: World, used: Booking) -> None:
    other = world.company()
    answered(world, used, asked(world, used, (other, 1)), other.id)
    second = asked(world, used, (other, 3), version=2, at=used.period.start - timedelta(minutes=20))
    assert sum(amounts(drafted(world, used, other.id))) == 0
    answered(world, used, second, other.id, at=used.period.start - timedelta(microseconds=1))
    assert sum(amounts(drafted(world, used, other.id))) == 22_500


def test_nothing_is_asked_or_answered_once_the_booking_has_begun(
    world: World, used: Booking
) -> None:
    other = world.company()
    request = asked(world, used, (other, 1))
    for act in (
        lambda: answered(world, used, request, other.id, at=used.period.start),
        lambda: asked(world, used, (other, 1), version=2, at=used.period.start),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.figures["constraint"] == "booking_shares_in_time"
    assert sum(amounts(drafted(world, used, other.id))) == 0


def test_a_sharers_statement_is_issued_proved_and_corrected_like_any(
    world: World, manager: TestClient, used: Booking
) -> None:
    shared_by_three(world, used)
    named(world, manager)
    first, second = issued(world, used, 0), issued(world, used, 2)
    assert (first.total, second.total) == (11_000, 11_000)
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))
    trail = evidence_trails.follow(world.pool, world.manager, second.id)
    (line,) = trail.lines
    assert [(run.state, run.period.seconds) for run in line.runs] == [("running", 3600)]
    assert len(line.messages) == 2
    assert {str(m.id) for m in line.messages} == set(line.line.charge.trace.messages)
    member = world.member(world.companies[2])
    assert evidence_trails.follow(world.pool, member, second.id) == trail
    # Ten minutes less ran: a part of it for each.
    late_signal(world, used, 50, "idle")
    for statement in (first, second):
        found = difference(manager, statement)
        assert [(c["was"], c["now"]) for c in found["changes"]] == [(10_000, expected(statement))]
        made = corrected(manager, statement, found["digest"])
        assert made.status_code == 201, made.text
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))
    answer = manager.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": first.month}
    )
    assert answer.status_code == 200


def test_tax_invoices_of_shares_have_each_partys_own_figures_to_the_won(
    world: World, manager: TestClient, used: Booking
) -> None:
    second, third = world.company(name="둘째"), world.company(name="셋째")
    request = asked(world, used, (second, 2), (third, 2), booker_parts=3)
    for company in (second, third):
        answered(world, used, request, company.id)
    named(world, manager)
    for company in (second, third):
        where = f"{API}/centres/{world.centre.id}/companies/{company.id}/party"
        body = {"representative": "김대표", "email": "kim@company.example"}
        assert manager.put(where, json=body).status_code == 204
    statements = [issued(world, used, n) for n in (0, 2, 3)]
    month = month_of(world, used)
    answer = manager.get(f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": month})
    book = load_workbook(io.BytesIO(answer.content))
    head, *rows = [[c.value for c in r] for r in book["엑셀업로드양식"].iter_rows(min_row=6)]
    found = [dict(zip(head, row, strict=True)) for row in rows]
    # 30,000 in sevenths: 12,857, 8,572 and 8,571; truncated to ten won and taxed each by itself.
    assert [amounts(document(s)) for s in statements] == [[12_857], [8_572], [8_571]]
    assert [(r["공급가액"], r["세액"], r["공급가액1"], r["세액1"], r["품목1"]) for r in found] == [
        (12_850, 1_285, 12_850, 1_285, "장비사용료"),
        (8_570, 857, 8_570, 857, "장비사용료"),
        (8_570, 857, 8_570, 857, "장비사용료"),
    ]
    numbers = [c.registration_number for c in (world.companies[0], second, third)]
    assert [r["공급받는자 등록번호"] for r in found] == numbers
    assert [row.value for row in book["제외"]["A"][1:]] == []


def expected(statement: Statement) -> int:
    """Return a third of 25,000 won: the booker has the won that is left."""
    return 8_334 if document(statement).company_name == "회사 1" else 8_333


def test_a_changed_consent_is_found(world: World, used: Booking, database_url: str) -> None:
    other = world.company()
    request = asked(world, used, (other, 1))
    answered(world, used, request, other.id)
    issued(world, used, 2)
    with psycopg.connect(database_url) as owner:
        owner.execute("alter table booking_share_answers disable trigger user")
        owner.execute("update booking_share_answers set answer = 'refuse'")
    (found,) = verification.verify(world.pool, world.manager)
    assert found.differences


def test_a_decision_is_divided(world: World, manager: TestClient, used: Booking) -> None:
    second, _ = shared_by_three(world, used)
    body: dict[str, Any] = {
        "kind": "set_seconds",
        "seconds": 7200,
        "reason": "현장 확인",
        "start": used.period.start.isoformat(),
        "end": used.period.end.isoformat(),
        "booking": str(used.id),
        "company": str(used.company_id),
    }
    made = manager.post(f"{API}/machines/mill-1/decisions", json=body)
    assert made.status_code == 201, made.text
    for company in (used.company_id, second.id):
        assert amounts(drafted(world, used, company)) == [20_000]


def test_what_blocks_the_booker_blocks_every_company_with_a_part(
    world: World, used: Booking
) -> None:
    silent = world.booked(
        world.machine("mill-2"), world.companies[0], used.period.end + timedelta(days=1)
    )
    second, _ = shared_by_three(world, silent)
    for company in (silent.company_id, second.id):
        found = statement_drafts.draft(
            world.pool,
            world.manager,
            centre=world.centre.id,
            company=company,
            month=month_of(world, silent),
        )
        assert [b["code"] for b in found.blockers] == ["statement.unknown"]


def test_a_company_reaches_no_proofs_of_a_booker_who_asked_nobody(
    world: World, used: Booking
) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select * from booker_categories(%s, %s, now() + interval '1 day')",
            (used.centre_id, used.company_id),
        ).fetchall()
    assert rows == []
