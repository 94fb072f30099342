"""The forms of a firm's account: each enters once, however often it is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.accounts import company_accounts
from gadong.billing.services.accounts.company_accounts import DatedAccount
from tests.support.billing.transfers import issued, today
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["issued"]  # pytest finds a fixture by its name here


def account(world: World) -> DatedAccount:
    """Return the firm's account."""
    who, company = world.manager, world.companies[0].id
    return company_accounts.of_company(
        world.pool, who, world.centre.id, company, now=datetime.now(UTC)
    )


def standing(world: World) -> tuple[list[int], int]:
    """Return what is open of each statement, and the credit."""
    found = account(world).account
    return [item.open for item in found.items], found.held


def keys_of(page: str) -> list[str]:
    """Return the keys of the page's forms, in their order."""
    return re.findall(r'name="key" value="([^"]+)"', page)


def test_a_form_that_is_sent_twice_is_entered_once(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    boss, page = visit(None), f"/receivables/{world.companies[0].id}"

    def sent(form: str, key: str, **values: Any) -> int:
        answer = boss.post(f"{page}/{form}", data={"key": key, **values})
        return int(answer.status_code)

    (key,) = keys_of(boss.get(page).text)
    came = {"amount": "150000", "paid_on": today(world), "note": "계좌이체"}
    part = {"statement": [str(s.id) for s in issued], "part": ["66000", ""]}
    assert [sent("transfers", key, **came, **part) for _ in range(2)] == [303, 303]
    assert standing(world) == ([0, 66_000], 84_000)

    other = boss.post(f"{page}/transfers", data={"key": key, **came, **part, "amount": "150001"})
    assert (other.status_code, "다른 값으로 이미 보낸" in text_of(other.text)) == (409, True)
    keys = keys_of(boss.get(page).text)
    assert len({key, *keys}) == 4, "each form has a key of its own, and a new one each time"

    against = {"statement": str(issued[1].id), "amount": "1000"}
    assert [sent("set-off", keys[1], **against) for _ in range(2)] == [303, 303]
    assert standing(world) == ([0, 65_000], 83_000)
    back = {"amount": "1000", "paid_on": today(world), "note": "기업은행"}
    assert [sent("refunds", keys[2], **back) for _ in range(2)] == [303, 303]
    assert standing(world)[1] == 82_000

    # A key of another form, and a new key of the same.
    assert sent("refunds", keys[1], **back) == 409
    assert sent("refunds", keys[0], **back) == 303
    assert standing(world)[1] == 81_000
    assert sum(t.amount for t in account(world).transfers) == 150_000 - 2_000


def test_a_refused_form_is_sent_again_under_its_key(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    boss, page = visit(None), f"/receivables/{world.companies[0].id}"
    against = {"key": "a" * 32, "statement": str(issued[0].id), "amount": "1000"}
    assert boss.post(f"{page}/set-off", data=against).status_code == 409
    came = {"amount": "67000", "paid_on": today(world), "statement": str(issued[1].id)}
    assert boss.post(f"{page}/transfers", data={**came, "part": "66000"}).status_code == 303
    assert boss.post(f"{page}/set-off", data=against).status_code == 303
    assert standing(world) == ([65_000, 0], 0)
