"""A holiday or a limit from a past day is accepted on its page, with what it would change."""

from __future__ import annotations

from tests.support.billing.lines_by_their_own_day import EVERY_DAY, at, day_text, issued, used
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

HOLIDAYS = {"weekdays": EVERY_DAY, "since": "00:00:00", "until": "00:00:00", "days": "holiday"}
ACCEPT = '<input type="checkbox" name="accept" value="1" required>'


def test_a_past_holiday_is_accepted_on_its_page(visit: Visit, world: World) -> None:
    world.company()
    world.tariff(windows=[{**HOLIDAYS, "pct": "200"}])
    used(world, world.machine("mill-1"), at(world, 12))
    number = str(issued(world).number)
    client = visit(None)
    form = {"day": day_text(world, 12), "is_holiday": "true", "name": "임시공휴일"}
    assert ACCEPT not in client.get("/holidays").text
    refused = client.post("/holidays", data=form)
    assert (refused.status_code, ACCEPT in refused.text) == (409, True)
    assert number in text_of(refused.text)
    assert client.post("/holidays", data={**form, "accept": "1"}).status_code == 303


def test_a_past_limit_is_accepted_on_its_page(visit: Visit, world: World) -> None:
    world.company()
    world.tariff(no_show={"pct": "50"})
    machine = world.machine("mill-1")
    used(world, machine, at(world, 12))
    used(world, machine, at(world, 15, 12.5))
    world.booked(machine, world.companies[0], at(world, 15))
    number = str(issued(world).number)
    client = visit(None)
    since = f"{day_text(world, 1)}T00:00"
    form = {"level": "centre", "value": "180", "since": since, "reason": "시험"}
    refused = client.post("/rules/no_show_after_minutes", data=form)
    assert (refused.status_code, ACCEPT in refused.text) == (409, True)
    assert number in text_of(refused.text)
    # A wrong value is refused as ever, and is nothing to accept.
    wrong = client.post("/rules/no_show_after_minutes", data={**form, "value": "-1"})
    assert (wrong.status_code, ACCEPT in wrong.text) == (409, False)
    accepted = client.post("/rules/no_show_after_minutes", data={**form, "accept": "1"})
    assert accepted.status_code == 303
