"""Papers around a statement, and quotations: read back from their PDF."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from gadong.machines.domain.machine import Machine
from gadong.people.domain.legal_party import written
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    at,
    drafted,
    issued,
    mill,
    own_line,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


def printed(answer: Any) -> str:
    """Return the text of a PDF, without breaks."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def paid(client: TestClient, statement: Any, amount: int) -> str:
    """Enter a payment, and return its id."""
    body = {"amount": amount, "paid_on": "2026-01-05", "note": "계좌이체"}
    made = client.post(f"{API}/statements/{statement.id}/payments", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_a_transaction_statement_has_the_lines_after_the_corrections(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    draft = drafted(world)
    assert manager.get(f"{API}/statements/{draft.id}/transaction.pdf").status_code == 409
    statement = issued(world)
    where = f"{API}/statements/{statement.id}"
    text = printed(manager.get(f"{where}/transaction.pdf"))
    for word in ("거래명세서", "공급받는자", "인수자", "60,000", "66,000", str(statement.number)):
        assert word in text
    own_line(world, manager, -10_000, day=11)
    digest = manager.get(f"{where}/difference").json()["digest"]
    body = {"digest": digest, "reason": "할인"}
    assert manager.post(f"{where}/corrections", json=body).status_code == 201
    after = printed(manager.get(f"{where}/transaction.pdf", params={"language": "en"}))
    for word in ("Transaction statement", "50,000", "55,000", f"{statement.number}-C01"):
        assert word in after


def test_a_payment_is_confirmed_and_one_that_was_taken_back_is_not(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    statement = issued(world)
    where = f"{API}/statements/{statement.id}/payment.pdf"
    assert manager.get(where).status_code == 409
    paid(manager, statement, 40_000)
    wrong = paid(manager, statement, 12_345)
    undone = manager.post(f"{API}/payments/{wrong}/reverse", json={"reason": "잘못 입력"})
    assert undone.status_code == 201
    text = printed(manager.get(where))
    for word in ("입금확인서", "66,000", "26,000", "40,000", "2026-01-05", "계좌이체"):
        assert word in text
    assert "12,345" not in text


def wish(world: World, hour: int, **more: Any) -> dict[str, Any]:
    """Two hours of tomorrow."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(
        days=1, hours=hour
    )
    return {
        "machine_slug": "mill-1",
        "company": str(world.companies[0].id),
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
        "purpose": "시제품",
        **more,
    }


def day(days: int) -> str:
    """A day from today on, as the centre counts."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def test_a_quotation_adds_up_its_wishes(world: World, manager: TestClient, mill: Machine) -> None:
    published(world, manager, {**MILL, "basis": "booked"})
    wishes = [wish(world, 0), wish(world, 4)]
    text = printed(
        manager.post(
            f"{API}/bookings/quotation.pdf", json={"wishes": wishes, "valid_until": day(30)}
        )
    )
    number = written(world.companies[0].registration_number)
    for word in ("견적서", number, "60,000", "120,000", "12,000", "132,000", day(30)):
        assert word in text
    assert manager.get(f"{API}/bookings").json()["items"] == [], "nothing is booked"


@pytest.mark.parametrize(("days", "status"), [(-2, 422), (364, 200), (367, 422)])
def test_a_quotation_is_valid_for_a_year_at_most(
    world: World, manager: TestClient, mill: Machine, days: int, status: int
) -> None:
    published(world, manager, {**MILL, "basis": "booked"})
    body = {"wishes": [wish(world, 0)], "valid_until": day(days)}
    assert manager.post(f"{API}/bookings/quotation.pdf", json=body).status_code == status


def test_a_quotation_is_for_one_company_and_of_priced_machines(
    world: World, manager: TestClient, mill: Machine
) -> None:
    one = [wish(world, 0)]
    body = {"wishes": one, "valid_until": day(3)}
    assert manager.post(f"{API}/bookings/quotation.pdf", json=body).status_code == 409
    published(world, manager, {**MILL, "basis": "booked"})
    other = wish(world, 4, company=str(world.companies[1].id))
    body = {"wishes": [*one, other], "valid_until": day(3)}
    assert manager.post(f"{API}/bookings/quotation.pdf", json=body).status_code == 422


def test_who_has_nothing_to_do_with_it_reads_no_paper(
    world: World, client: TestClient, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    statement = issued(world)
    for paper in ("transaction", "payment"):
        where = f"{API}/statements/{statement.id}/{paper}.pdf"
        assert client.get(where, headers={"Authorization": "Bearer x"}).status_code == 401
