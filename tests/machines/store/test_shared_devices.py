"""One device, several machines: what the database holds of channels, and what binding refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import errors

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict, Invalid
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.interlock.services import unbinding
from gadong.machines.domain.machine import Source
from gadong.machines.services import machines
from gadong.machines.store import machines as machine_store
from gadong.metering.services import source_settings
from tests.support.world import World

WATTS = PowerThresholds(run_above=300, idle_below=100)


def channel(world: World, number: str, *, base: str = "", slug: str = "") -> Source:
    """A machine of its own on a channel of a strip."""
    base = base or f"{world.centre.slug}/strip"
    machine = world.machine(slug)
    return world.source(machine, "shelly", base=base, thresholds=WATTS, options={"channel": number})


def claimed(pool: Pool, base: str) -> dict[str, Any]:
    """The channels of a device and whose they are."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx, "select channel, source_id from source_channels where base = %(base)s", base=base
        )
    return {row["channel"]: row["source_id"] for row in rows}


def test_four_machines_share_a_strip(world: World, pool: Pool) -> None:
    base = f"{world.centre.slug}/strip"
    bound = [channel(world, str(n)) for n in range(4)]
    assert claimed(pool, base) == {str(n): source.id for n, source in enumerate(bound)}
    with pytest.raises(Conflict, match=f"Another source already reads 2 of {base}"):
        channel(world, "2")


def test_a_gateways_ten_tags_are_ten_machines(world: World, pool: Pool) -> None:
    base = f"{world.centre.slug}/gateway"

    def tag(number: int) -> Source:
        options = {"value": f"values.m{number}", "states": "1=running,0=idle"}
        return world.source(world.machine(), "mapper", base=base, options=options)

    bound = [tag(n) for n in range(10)]
    assert set(claimed(pool, base).values()) == {source.id for source in bound}
    with pytest.raises(Conflict, match=r"already reads values\.m4"):
        tag(4)


def test_topics_above_and_below_a_shared_device_stay_its_own(world: World) -> None:
    channel(world, "0")
    for base in (f"{world.centre.slug}/strip/status", world.centre.slug):
        with pytest.raises(Conflict, match="already listens"):
            channel(world, "1", base=base)
    with pytest.raises(Conflict, match="already listens"):
        world.source(world.machine(), "octoprint", base=f"{world.centre.slug}/strip")


def test_another_centre_has_no_channel_of_it(world: World, pool: Pool) -> None:
    other = World.made(pool)
    base = f"{world.centre.slug}/strip"
    channel(world, "0")
    with pytest.raises(Conflict, match="already listens"):
        channel(other, "1", base=base)


@pytest.mark.parametrize("options", [{"value": "a"}, {"value": "a", "shared": True}])
def test_another_centre_reads_no_gateway_with_us(
    world: World, pool: Pool, options: Mapping[str, Any]
) -> None:
    other = World.made(pool)
    base = f"{world.centre.slug}/gateway"
    world.source(world.machine(), "mapper", base=base, options={"value": "s", "shared": True})
    world.source(world.machine(), "mapper", base=base, options={"value": "s", "shared": True})
    with pytest.raises(Conflict, match="already listens"):
        other.source(other.machine(), "mapper", base=base, options=options)
    plug = f"{world.centre.slug}/strip"
    channel(world, "0", base=plug)
    with pytest.raises(Conflict, match="already listens"):
        other.source(other.machine(), "mapper", base=plug, options={**options, "shared": True})


def test_a_channel_that_is_unbound_is_free_and_the_others_stay(world: World, pool: Pool) -> None:
    first, second = channel(world, "0", slug="mill-1"), channel(world, "1")
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)
    unbinding.unbind(pool, world.manager, machine, first.id)
    assert claimed(pool, first.base) == {"1": second.id}
    again = channel(world, "0")
    with transaction(pool, SYSTEM) as tx:
        machine_store.retire(tx, again.machine_id)
    assert claimed(pool, first.base) == {"1": second.id}


def test_a_source_moves_to_another_channel_by_its_options(world: World, pool: Pool) -> None:
    first, second = channel(world, "0", slug="mill-1"), channel(world, "1")
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)
    now = datetime.now(UTC)
    with pytest.raises(Conflict, match="already reads 1"):
        source_settings.change(
            pool,
            world.manager,
            machine,
            first.id,
            effective_from=now,
            now=now,
            options={"phases": "1,2"},
        )
    assert claimed(pool, first.base) == {"0": first.id, "1": second.id}
    source_settings.change(
        pool,
        world.manager,
        machine,
        first.id,
        effective_from=now,
        now=now,
        options={"channel": "2"},
    )
    assert claimed(pool, first.base) == {"1": second.id, "2": first.id}


def test_a_device_that_was_bound_whole_is_shared_once_its_options_name_a_channel(
    world: World,
) -> None:
    machine, base = world.machine("mill-1"), f"{world.centre.slug}-strip"
    whole = world.source(machine, "tasmota", base=base, thresholds=WATTS)

    def second() -> Source:
        return world.source(
            world.machine(), "tasmota", base=base, thresholds=WATTS, options={"relay": "2"}
        )

    with pytest.raises(Conflict, match="reads all of"):
        second()
    now = datetime.now(UTC)
    source_settings.change(
        world.pool,
        world.manager,
        machine,
        whole.id,
        effective_from=now,
        now=now,
        options={"relay": "1"},
    )
    assert second().base == base
    with pytest.raises(Conflict, match="name a channel"):
        source_settings.change(
            world.pool, world.manager, machine, whole.id, effective_from=now, now=now, options={}
        )


def test_the_database_itself_keeps_two_sources_of_a_channel_apart(world: World, pool: Pool) -> None:
    first, second = channel(world, "0"), channel(world, "1")
    with pytest.raises(errors.UniqueViolation) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into source_channels (centre_id, source_id, dialect, base, channel) "
            "values (%s, %s, 'shelly', %s, '0')",
            [world.centre.id, second.id, first.base],
        )
    assert refused.value.diag.constraint_name == "source_channels_unique"


def test_a_source_that_was_bound_before_channels_were_recorded_keeps_its_own(
    world: World, pool: Pool
) -> None:
    first = channel(world, "0")
    with transaction(pool, SYSTEM) as tx:
        tx.execute("delete from source_channels where source_id = %s", [first.id])
    with pytest.raises(Conflict, match="already reads 0"):
        channel(world, "0")
    second = channel(world, "1")
    assert claimed(pool, first.base) == {"0": first.id, "1": second.id}


def test_a_slash_in_front_of_a_topic_is_part_of_it(world: World) -> None:
    plain = world.source(
        world.machine(), "mapper", base=f"{world.centre.slug}/plc/", options={"value": "a"}
    )
    slashed = world.source(
        world.machine(), "mapper", base=f"/{world.centre.slug}/plc", options={"value": "a"}
    )
    assert plain.filters == (f"{world.centre.slug}/plc/#",)
    assert slashed.filters == (f"/{world.centre.slug}/plc/#",)
    with pytest.raises(Invalid, match="1 to 256"):
        world.source(world.machine(), "mapper", base="/", options={"value": "a"})
