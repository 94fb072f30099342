"""A payment whose form is sent twice, as without JavaScript, is entered once."""

from __future__ import annotations

import re

from gadong.billing.services import payments, statements
from tests.support.page_fixtures import Visit
from tests.support.reports.reports import month_of_work
from tests.support.world import World


def test_a_payment_that_is_sent_again_is_entered_once(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    for step in ("draft", "approve", "issue"):
        client.post(f"/month/{step}", data={"month": month})
    made, *_ = statements.page(
        world.pool, world.manager, centre=world.centre.id, month=month, before=None, most=10
    )
    shown = client.get(f"/statements/{made.id}").text
    form = shown[shown.index(f"/statements/{made.id}/payments") :]
    (key,) = re.findall(r'name="key" value="(\w+)"', form)[:1]
    sent = {"amount": "1000", "paid_on": "2026-01-05", "note": "", "key": key}
    for _ in range(2):
        answer = client.post(f"/statements/{made.id}/payments", data=sent, follow_redirects=False)
        assert answer.status_code == 303
    # Another form is another payment, with the same sum too.
    client.post(f"/statements/{made.id}/payments", data={**sent, "key": "another-form"})
    found = payments.of_statement(world.pool, world.manager, made.id)
    assert [entry.amount for entry in found] == [1_000, 1_000]
