"""The centre in figures: a year of utilisation, what was billed, what is owed and what of it is
late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from gadong.billing.services import payments
from gadong.booking.domain.booking import Booking
from gadong.machines.services import register
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import centre_figures, monthly_reports
from tests.support.billing.corrections import issued, used
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


def test_a_manager_sees_the_months_the_aim_and_the_money(
    visit: Visit, world: World, used: Booking
) -> None:
    statement = issued(world, used)
    client = visit(None)
    assert 'hx-get="/desk/figures"' in client.get("/desk").text
    shown = client.get("/desk/figures")
    assert shown.status_code == 200
    text = text_of(shown.text)
    assert "33,000원" in text
    assert "내역서 1건" in text
    assert "1개사, 기한 지난 건 없음" in text
    assert "목표" not in text
    aim = {"level": "centre", "value": "60", "reason": "올해 목표"}
    assert client.post("/rules/utilisation_target_pct", data=aim).status_code == 303
    text = text_of(client.get("/desk/figures").text)
    assert "목표 60 %" in text
    payments.record(
        world.pool,
        world.manager,
        statement.id,
        amount=33_000,
        paid_on=datetime.now(world.centre.zone).date(),
        note="",
        now=datetime.now(UTC),
    )
    assert "0개사" in text_of(client.get("/desk/figures").text)


def test_what_is_late_is_told_apart_and_a_kept_month_is_a_bar(world: World, used: Booking) -> None:
    statement = issued(world, used)
    assert statement.due_on
    now = datetime.now(UTC)
    since = {"in_service_from": f"{statement.month}-01"}
    register.write(world.pool, world.manager, used.machine_id, since, reason="납품 검수")
    kept = monthly_reports.refresh(
        world.pool, world.manager, world.centre.id, statement.month, now=now
    )
    found = centre_figures.of_centre(world.pool, world.manager, world.centre.id, now=now)
    (month, share) = found.months[-2]
    assert (str(month), len(found.months)) == (statement.month, 12)
    # Two companies ran an hour each.
    (machine,) = kept.months[0].machines
    assert share == Fraction(7200, machine.of(Denominator.CALENDAR).standard)
    assert found.months[0][1] is None
    assert found.receivables
    assert (found.receivables.owed, found.receivables.overdue) == (33_000, 0)
    for days, late in ((0, 0), (1, 33_000)):
        noon = datetime(*statement.due_on.timetuple()[:3], 12, tzinfo=world.centre.zone)
        then = centre_figures.of_centre(
            world.pool, world.manager, world.centre.id, now=noon + timedelta(days=days)
        )
        assert then.receivables
        assert (then.receivables.owed, then.receivables.overdue) == (33_000, late)
