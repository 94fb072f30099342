"""Lists that are read on a telephone: each row a card, and nothing wider than the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from gadong.billing.services import customer_check, statement_drafts, statements
from tests.support.pages.browser import DESKTOP, TELEPHONE, member_of, person
from tests.support.reports.reports import month_of_work
from tests.support.world import World

LABELS = "(row) => [...row.children].map((cell) => cell.dataset.label)"
WIDER = """() => [...document.querySelectorAll('main .table-responsive, main .band')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""


@pytest.fixture
def statement(world: World) -> str:
    """A statement that its company checks, and a booking to come."""
    month, _ = month_of_work(world)
    company = world.companies[0]
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    customer_check.show(world.pool, world.manager, drafted.id, days=5, now=datetime.now(UTC))
    world.booked(world.machine("lathe-1"), company, datetime.now(UTC) + timedelta(days=2))
    return f"/statements/{drafted.id}"


def is_inside(page: Page) -> None:
    """Fail where a list or a picture of the page is wider than its place."""
    assert page.evaluate(WIDER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_rows_are_cards_on_a_telephone_and_a_table_on_a_desk(
    browser: Browser, site: str, world: World, statement: str
) -> None:
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        for path, label in (("/statements", "총액"), ("/bookings", "장비")):
            page.goto(f"{site}{path}")
            # The roles stay, so that a reader still hears a table.
            row = page.get_by_role("row").last
            expect(row.get_by_role("cell").first).to_be_visible()
            assert label in page.evaluate(LABELS, row.element_handle())
            link = row.locator(".card-name a").bounding_box()
            assert link is not None
            assert link["height"] >= 44
            is_inside(page)
        page.goto(f"{site}{statement}")
        band = page.locator(".band").first
        expect(band).to_be_visible()
        sizes = page.evaluate(
            "[...document.querySelectorAll('.band text')].map((t) => t.getBoundingClientRect())"
            ".filter((r) => r.height).map((r) => r.height)"
        )
        assert sizes
        assert min(sizes) >= 10
        is_inside(page)
    with person(browser, site, email, size=DESKTOP) as page:
        page.goto(f"{site}/statements")
        assert page.locator(".as-cards").evaluate("(t) => getComputedStyle(t).display") == "table"


def test_a_months_statements_and_what_is_unpaid_are_cards_too(
    browser: Browser, site: str, world: World
) -> None:
    month, _ = month_of_work(world)
    company = world.companies[0]
    for one in world.companies:
        drafted = statement_drafts.draft(
            world.pool, world.manager, centre=world.centre.id, company=one.id, month=month
        )
    with person(browser, site, world.manager_email, size=TELEPHONE) as page:
        page.goto(f"{site}/month?month={month}")
        row = page.locator(".as-cards tbody tr").first
        assert {"상태", "총액"} <= set(page.evaluate(LABELS, row.element_handle()))
        is_inside(page)
        row.get_by_role("button", name="승인", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("했습니다")
        statements.approve(world.pool, world.manager, drafted.id)
        for each in statements.page(
            world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=9
        ):
            statements.issue(
                world.pool, world.manager, each.id, close_early=False, now=datetime.now(UTC)
            )
        for path in ("/receivables", f"/receivables/{company.id}"):
            page.goto(f"{site}{path}")
            row = page.locator(".as-cards tbody tr").first
            assert "미납" in page.evaluate(LABELS, row.element_handle())
            link = row.locator(".card-name a").bounding_box()
            assert link is not None
            assert link["height"] >= 44
            is_inside(page)
