"""A price table says what two hours cost, for people who read no rates."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gadong.billing.services.prices import backdated_rules, price_examples, tariffs
from gadong.core.domain.ids import TariffId
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

MONDAY = datetime(2026, 12, 7, 3, tzinfo=UTC)
WEEKDAY_EVENINGS = {
    "weekdays": [0, 1, 2, 3, 4],
    "since": "18:00:00",
    "until": "22:00:00",
    "pct": "150",
}


def only_tariff(world: World) -> TariffId:
    """The centre's price table."""
    return tariffs.of_centre(world.pool, world.manager, world.centre.id)[0].id


def test_an_example_is_the_price_of_full_use_at_its_time_with_vat(world: World) -> None:
    world.tariff(minimum_seconds=0, windows=[WEEKDAY_EVENINGS])
    world.machine("mill-2"), world.machine("mill-1"), world.machine("bench", kind="bench")
    found = price_examples.of_tariff(world.pool, world.manager, only_tariff(world), now=MONDAY)
    # One machine of the kind with a price; the bench has none.
    assert [(e.machine.kind, e.weekday_evening, e.saturday_afternoon) for e in found] == [
        ("mill", 99_000, 66_000)
    ]


def test_a_draft_has_examples_of_its_own_and_members_read_those_in_force(
    visit: Visit, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    member = world.member(world.company())
    shown = text_of(visit(member).get(f"/tariffs/{only_tariff(world)}").text)
    assert "밀링 평일 저녁 2시간 66,000원 · 토요일 오후 2시간 66,000원" in shown
    document = {
        "effective_from": "2030-01-01",
        "items": [{"kind": "mill", "rate_per_hour": "10000", "basis": "actual_run"}],
    }
    draft = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    assert "평일 저녁 2시간 22,000원" in text_of(visit(None).get(f"/tariffs/{draft.id}").text)
    assert visit(member).get(f"/tariffs/{draft.id}").status_code == 404


def test_an_example_is_of_an_ordinary_day(world: World) -> None:
    on_holidays = {**WEEKDAY_EVENINGS, "days": "holiday"}
    world.tariff(minimum_seconds=0, windows=[on_holidays])
    world.machine("mill-1")
    wednesday = date(2026, 12, 9)
    backdated_rules.set_holiday(
        world.pool, world.manager, world.centre.id, wednesday, name="임시", is_holiday=True
    )
    (found,) = price_examples.of_tariff(world.pool, world.manager, only_tariff(world), now=MONDAY)
    assert found.weekday_evening == 66_000
