"""Goods and own lines whose form is sent twice, as without JavaScript, are entered once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services import sales, statement_drafts
from gadong.core.domain.calendar import Month
from tests.support.billing.prints import PLA
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

FORMS = {
    "lines": ({"amount": "-7000", "reason": "할인 누락"}, {"amount": "-8000"}),
    "entries": ({"code": "pla", "quantity": "2.5", "session": "", "note": "붉은 것"}, {"note": ""}),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_again_is_entered_once(form: str, visit: Visit, world: World) -> None:
    world.tariff(basis="booked", goods=[PLA])
    centre, firm = world.centre, world.company()
    last = Month.of(datetime.now(UTC), centre.zone).previous
    start, month = last.period(centre.zone).start + timedelta(days=3, hours=10), str(last)
    world.booked(world.machine("mill-1"), firm, start, hours=2)
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=centre.id, company=firm.id, month=month
    )
    at, boss = f"/statements/{drafted.id}", visit(None)
    shown = boss.get(at).text.partition(f'action="{at}/{form}"')[2].partition("</form>")[0]
    (key,) = re.findall(r'name="key" value="(\w+)"', shown)
    fields, changed = FORMS[form]
    day = f"{start.astimezone(centre.zone):%Y-%m-%d}"
    sent = {**fields, "day": day, "key": key}
    for _ in range(2):
        assert boss.post(f"{at}/{form}", data=sent).status_code == 303
    refused = boss.post(f"{at}/{form}", data={**sent, **changed})
    assert (refused.status_code, "다른 값으로" in text_of(refused.text)) == (409, True)
    # Another form enters the same again.
    assert boss.post(f"{at}/{form}", data={**sent, "key": "another-form"}).status_code == 303
    found = sales.entries(world.pool, world.manager, centre=centre.id, company=firm.id, month=month)
    word = fields.get("reason") or fields["note"]
    assert [one.note for one in found] == [word, word]
    assert len({one.id for one in found}) == 2
