"""The page of statements: a month of it, and what it says where older ones are left out."""

from __future__ import annotations

import pytest

from api.pages.billing import statement_list as statements_page
from gadong.billing.services import statement_drafts
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_a_month_is_shown_by_itself_and_a_cut_list_leads_there(
    visit: Visit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = world.company(name="한솔정밀")
    old, new = (
        str(
            statement_drafts.draft(
                world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
            ).id
        )
        for month in ("2026-09", "2026-10")
    )
    manager = visit(None)
    whole = manager.get("/statements").text
    assert (old in whole, new in whole, "최근" in whole) == (True, True, False)
    assert 'type="month"' not in whole
    one = manager.get("/statements?month=2026-09").text
    assert (old in one, new in one) == (True, False)
    assert "맞는 것이 없습니다" in manager.get("/statements?month=2025-01").text
    assert manager.get("/statements?month=2025-13").status_code == 422
    # A centre with as many statements as the page reads is told of it.
    monkeypatch.setattr(statements_page, "MOST_SHOWN", 1)
    cut = manager.get("/statements").text
    assert (old in cut, new in cut) == (False, True)
    assert "최근 1건입니다" in cut
    assert 'type="month"' in cut
    assert old in manager.get("/statements?month=2026-09").text
