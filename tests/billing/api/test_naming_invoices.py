"""Amended invoices of corrected names: never a name or an amount that no invoice had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.booking.domain.booking import Booking
from tests.support.billing import lines_by_their_own_day as by_the_day
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.billing.hometax import API, named, sheet
from tests.support.billing.naming import corrected_names, naming, represented
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


def registered(
    world: World, client: TestClient, statement: Statement, number: int, days: int = 0, **more: str
) -> None:
    """Register an invoice that was issued so many days ago."""
    day = datetime.now(UTC).astimezone(world.centre.zone).date() - timedelta(days=days)
    body = {"approval": f"{number:024}", "written_on": f"{day}", "issued_on": f"{day}", **more}
    if "correction" in more:
        body.setdefault("reason_code", "01")
    answer = client.post(f"{API}/statements/{statement.id}/tax-invoices", json=body)
    assert answer.status_code == 204, answer.text


def renamed(world: World, client: TestClient, statement: Statement, representative: str) -> Any:
    """Correct the representative of a statement's firm."""
    represented(world, client, representative)
    return corrected_names(client, statement, naming(client, statement)["digest"])


def lowered(world: World, client: TestClient, statement: Statement, used: Booking) -> Any:
    """Correct the amounts of a statement by 5,000 won of supply."""
    late_signal(world, used, 50, "idle")
    made = corrected(client, statement, difference(client, statement)["digest"])
    assert made.status_code == 201, made.text
    return made.json()


def amended(world: World, client: TestClient, statement: Statement) -> list[tuple[Any, ...]]:
    """Return representative, supply and tax of each row of amended invoices."""
    rows = sheet(client, world, statement.month, "수정")
    return [(r["공급받는자 성명"], r["공급가액"], r["세액"]) for r in rows]


def test_an_invoice_with_the_right_names_is_not_amended(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    renamed(world, manager, mine, "김바름")
    registered(world, manager, mine, 1)
    assert amended(world, manager, mine) == []
    renamed(world, manager, mine, "김다음")
    assert amended(world, manager, mine) == [
        ("김바름", -30_000, -3_000),
        ("김다음", 30_000, 3_000),
    ]


@pytest.mark.parametrize(("days", "is_amended"), [(0, False), (1, True)])
def test_an_invoice_of_an_earlier_day_has_no_later_name(
    days: int, is_amended: bool, world: World, manager: TestClient, used: Booking
) -> None:
    """It was issued before the correction, though it was registered after it."""
    named(world, manager)
    mine = issued(world, used)
    renamed(world, manager, mine, "김바름")
    registered(world, manager, mine, 1, days)
    assert [row[0] for row in amended(world, manager, mine)] == (
        ["김대표", "김바름"] if is_amended else []
    )


def test_an_invoice_has_the_names_of_the_upload_of_its_day(
    world: World, manager: TestClient, used: Booking
) -> None:
    """The upload has what is known of the firm by then, where no correction says it."""
    named(world, manager)
    mine = issued(world, used)
    represented(world, manager, "김바름")
    registered(world, manager, mine, 1)
    corrected_names(manager, mine, naming(manager, mine)["digest"])
    assert amended(world, manager, mine) == []
    renamed(world, manager, mine, "김다음")
    assert [row[0] for row in amended(world, manager, mine)] == ["김바름", "김다음"]


@pytest.mark.parametrize("is_name_first", [True, False])
def test_amended_names_take_back_what_is_registered(
    is_name_first: bool, world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    registered(world, manager, mine, 1)
    if is_name_first:
        renamed(world, manager, mine, "김바름")
    else:
        represented(world, manager, "김바름")
    amounts = lowered(world, manager, mine, used)
    if not is_name_first:
        assert amounts["document"]["customer"]["representative"] == "김바름"
        renamed(world, manager, mine, "김바름")
    assert amended(world, manager, mine) == [
        ("김대표", -30_000, -3_000),
        ("김바름", 30_000, 3_000),
    ]
    registered(world, manager, mine, 2, correction=amounts["id"], reason_code="02")
    assert amended(world, manager, mine) == [
        ("김대표", -25_000, -2_500),
        ("김바름", 25_000, 2_500),
    ]


def test_amounts_that_were_corrected_before_the_invoice_are_on_it(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    lowered(world, manager, mine, used)
    registered(world, manager, mine, 1)
    renamed(world, manager, mine, "김바름")
    assert [row[1] for row in amended(world, manager, mine)] == [-25_000, 25_000]


def test_an_exempt_invoice_and_a_tax_invoice_are_amended_each_by_itself(
    world: World, manager: TestClient
) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    by_the_day.own_line(world, manager, 30_000, tax_type="taxable_10")
    by_the_day.own_line(world, manager, 50_000, tax_type="exempt")
    mine = by_the_day.issued(world)
    registered(world, manager, mine, 1)
    registered(world, manager, mine, 2, kind="exempt")
    made = renamed(world, manager, mine, "김바름")
    tax = [("김대표", -30_000, -3_000), ("김바름", 30_000, 3_000)]
    exempt = [("김대표", -50_000, None), ("김바름", 50_000, None)]
    assert amended(world, manager, mine) == [*tax, *exempt]
    rows = sheet(manager, world, mine.month, "수정")
    assert [row["당초승인번호"] for row in rows] == [f"{n:024}" for n in (1, 1, 2, 2)]
    assert [row["공급가액1"] for row in rows] == [-30_000, 30_000, -50_000, 50_000]
    registered(world, manager, mine, 3, correction=made["id"], kind="exempt")
    assert amended(world, manager, mine) == tax
    registered(world, manager, mine, 4, correction=made["id"])
    assert amended(world, manager, mine) == []


def test_a_statement_of_exempt_supply_alone_is_amended(world: World, manager: TestClient) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    by_the_day.own_line(world, manager, 50_000, tax_type="exempt")
    mine = by_the_day.issued(world)
    registered(world, manager, mine, 1, kind="exempt")
    renamed(world, manager, mine, "김바름")
    assert amended(world, manager, mine) == [("김대표", -50_000, None), ("김바름", 50_000, None)]


def test_both_invoices_of_a_statement_within_the_month_have_its_day(
    world: World, manager: TestClient
) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    by_the_day.own_line(world, manager, 30_000, day=11, tax_type="taxable_10")
    by_the_day.own_line(world, manager, 50_000, day=11, tax_type="exempt")
    firm = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}"
    until = by_the_day.at(world, 11, 20).isoformat()
    assert manager.post(f"{firm}/bill-now", json={"until": until}).status_code == 201
    month, day = str(by_the_day.month_of(world)), by_the_day.day_text(world, 11).replace("-", "")
    (exempt,) = sheet(manager, world, month, "계산서")
    assert (exempt["작성일자"], exempt["일자1"]) == (day, "11")
    taxed = sheet(manager, world, month, "엑셀업로드양식", heads=5)[0]
    assert (taxed["작성일자"], taxed["일자1"]) == (day, "11")


def test_a_correction_of_amounts_keeps_a_corrected_name(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    firm = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}"
    assert manager.put(f"{firm}/party", json={"name": "바른정밀"}).status_code == 204
    corrected_names(manager, mine, naming(manager, mine)["digest"])
    made = lowered(world, manager, mine, used)
    assert made["document"]["company_name"] == "바른정밀"
