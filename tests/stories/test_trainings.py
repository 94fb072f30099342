"""A training that lapses soon is on the desk, and whoever has it is told once, in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from gadong.booking.services import qualifications
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import Forbidden
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from gadong.training.services import lapsing_trainings
from tests.support.stories.trainings import NOW, wants
from tests.support.world import World


def trained(world: World, who: Caller, code: str = "cnc-basic", *, days: int | None) -> None:
    """Somebody was trained; it ends so many days from now, or (None) by the rules alone."""
    end = NOW + timedelta(days=days) if days is not None else None
    centre, person = world.centre.id, who.person_id
    qualifications.grant(
        world.pool, world.manager, centre=centre, person=person, code=code, expires_at=end
    )


def told(world: World, who: Caller) -> list[Mapping[str, Any]]:
    """Return the training notices of a person."""
    with transaction(world.pool, SYSTEM) as tx:
        lapsing_trainings.remind(tx, world.centre, now=NOW + timedelta(minutes=1))
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    found = jobs.notices(world.pool, who, before=None, most=50)
    return [n.data for n in found if n.kind == "qualification.lapses"]


def test_one_is_told_once_of_each_end(world: World) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    company = world.company()
    soon, late, bare = (world.member(company) for _ in range(3))
    wants(
        world,
        qualification="cnc-basic",
        qualification_unused_days=None,
        qualification_idle_days=None,
    )
    trained(world, soon, days=20)
    trained(world, late, days=31)
    trained(world, bare, days=None)
    (data,) = told(world, soon)
    day = (NOW + timedelta(days=20)).astimezone(world.centre.zone).date().isoformat()
    assert (data["code"], data["due_on"]) == ("cnc-basic", day)
    assert told(world, soon) == [data]
    assert told(world, late) == told(world, bare) == []
    # Renewed, and it ends soon again: another end, another word.
    trained(world, soon, days=25)
    assert len(told(world, soon)) == 2


def test_a_training_that_no_machine_wants_lapses_unnoticed(world: World) -> None:
    world.machine("mill-1")
    member = world.member(world.company())
    trained(world, member, "laser", days=5)
    wants(world, qualification="cnc-basic")
    assert told(world, member) == []


def test_it_lapses_by_the_rules_too(world: World) -> None:
    world.machine("mill-1")
    member = world.member(world.company())
    wants(world, qualification="cnc-basic", qualification_unused_days=20)
    trained(world, member, days=None)
    (one,) = lapsing_trainings.lapsing(
        world.pool, world.manager, world.centre.id, now=NOW + timedelta(minutes=1)
    )
    assert (one.person_id, one.code) == (member.person_id, "cnc-basic")
    assert [machine.slug for machine in one.machines] == ["mill-1"]
    assert timedelta(days=19) < one.lapses_at - NOW < timedelta(days=21)
    # A lapsed training is no news: the next booking names it.
    later = NOW + timedelta(days=22)
    assert lapsing_trainings.lapsing(world.pool, world.manager, world.centre.id, now=later) == []


def test_only_who_sees_the_desk_sees_whose(world: World) -> None:
    member = world.member(world.company())
    with pytest.raises(Forbidden):
        lapsing_trainings.lapsing(world.pool, member, world.centre.id, now=NOW)
