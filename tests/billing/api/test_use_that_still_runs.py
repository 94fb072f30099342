"""Use that still runs: it is shown, and neither corrected nor approved before its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from gadong.core.database import many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.interlock.services import unbinding
from gadong.machines.store import machines
from tests.support.billing.corrections import corrected, difference, issued, late_signal, said
from tests.support.page_fixtures import Visit
from tests.support.world import World


@pytest.fixture
def used(world: World) -> Booking:
    """An hour that ran in a booking of two, last month."""
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    zone = world.centre.zone
    noon = Month.of(datetime.now(UTC), zone).previous.period(zone).start + timedelta(
        days=9, hours=12
    )
    machine = world.machine("mill-1")
    source = world.source(machine)
    booking = world.booked(machine, world.company(), noon, hours=2)
    for minutes, word in ((-30, "idle"), (0, "running"), (60, "idle")):
        said(world, source, noon + timedelta(minutes=minutes), word)
    return booking


def drafted(world: World, used: Booking) -> Statement:
    """Its month as it stands."""
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=str(Month.of(used.period.start, world.centre.zone)),
    )


def test_a_correction_waits_for_the_end_of_use_and_says_so(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    assert not difference(manager, mine)["is_going_on"]
    late_signal(world, used, 110, "running")
    seen = difference(manager, mine)
    assert seen["is_going_on"]
    assert seen["difference"] > 0
    refused = corrected(manager, mine, seen["digest"])
    assert refused.status_code == 422, refused.text
    (problem,) = refused.json()["problems"]
    assert (problem["code"], problem["actual"]) == ("statement.open_session", 1)
    late_signal(world, used, 120, "idle")
    over = difference(manager, mine)
    assert (over["is_going_on"], over["difference"]) == (False, 5_500)
    assert corrected(manager, mine, over["digest"]).status_code == 201
    assert {str(v) for v in verification.verify(world.pool, world.manager)} == {"holds"}


def test_a_draft_of_use_that_still_runs_is_blocked_until_its_end(
    world: World, used: Booking
) -> None:
    late_signal(world, used, 110, "running")
    assert [b["code"] for b in drafted(world, used).blockers] == ["statement.open_session"]
    late_signal(world, used, 120, "idle")
    assert drafted(world, used).blockers == []


def test_a_device_that_was_taken_away_ends_its_last_word(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    late_signal(world, used, 110, "running")
    assert difference(manager, mine)["is_going_on"]
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, used.machine_id)
        assert machine is not None
        (source,) = machines.sources(tx, machine_id=machine.id)
        tx.execute("delete from derivation_marks")
    unbinding.unbind(world.pool, world.manager, machine, source.id)
    over = difference(manager, mine)
    assert (over["is_going_on"], over["difference"] > 0) == (False, True)
    assert difference(manager, mine)["digest"] == over["digest"]
    assert corrected(manager, mine, over["digest"]).status_code == 201
    assert {str(v) for v in verification.verify(world.pool, world.manager)} == {"holds"}
    with transaction(world.pool, SYSTEM) as tx:
        (mark,) = many(tx, "select machine_id from derivation_marks")
    assert mark["machine_id"] == machine.id, "its runs are derived anew"


def test_its_page_says_so_and_has_no_form(world: World, visit: Visit, used: Booking) -> None:
    mine = issued(world, used)
    late_signal(world, used, 110, "running")
    told, form = "이용이 아직 끝나지 않아", f"/statements/{mine.id}/corrections"
    page = visit(None).get(f"/statements/{mine.id}?difference=true").text
    assert (told in page, form in page) == (True, False)
    late_signal(world, used, 120, "idle")
    page = visit(None).get(f"/statements/{mine.id}?difference=true").text
    assert (told in page, form in page) == (False, True)
