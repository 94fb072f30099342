"""Positions of relays' outboxes: what was lost is a gap, and carried devices have no outage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, many, one, run, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Source
from gadong.machines.domain.relay import RelayPosition, RelayProgress, relays_topic
from gadong.machines.services import device_accounts, ingestion, relays
from gadong.machines.store import broker_sessions
from tests.support.world import World

BASE = "gadong/v1/{}/mill"


def source(world: World) -> Source:
    return world.source(world.machine("mill"), "gadong-json")


def relay(pool: Pool, world: World, carries: Sequence[str]) -> relays.RelayState:
    topics = [f"{relays_topic(world.centre.slug)}/hall", *carries]
    device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="hall",
        topics=topics,
        secret="a secret of some length",
        now=datetime.now(UTC),
    )
    (state,) = relays.of_centre(pool, world.manager, world.centre.id)
    return state


def keep(
    pool: Pool,
    state: relays.RelayState,
    upto: int,
    *,
    lost: int = 0,
    heard_at: datetime | None = None,
) -> None:
    heard = heard_at or datetime.now(UTC)
    position = RelayPosition(outbox="o1", upto=upto, lost=lost, spoke_until=heard, heard_at=heard)
    progress = RelayProgress(
        relay=state.relay, position=position, lost_anew=lost > 0, lost_after=heard if lost else None
    )
    ingestion.commit(pool, state.relay.centre_id, [], [], [progress])


def test_a_position_is_kept_and_read_again(pool: Pool, world: World) -> None:
    state = relay(pool, world, ["tele"])
    keep(pool, state, 7)
    keep(pool, state, 9)
    (found,) = relays.of_centre(pool, world.manager, world.centre.id)
    assert [(p.outbox, p.upto, p.lost) for p in found.positions] == [("o1", 9, 0)]


def test_what_was_lost_is_a_gap_of_every_device_that_it_carries(pool: Pool, world: World) -> None:
    carried, other = source(world), world.source(world.machine("press"), "gadong-json")
    state = relay(pool, world, [BASE.format(world.centre.slug)])
    keep(pool, state, 7)
    assert gaps(pool, carried) == 0
    keep(pool, state, 20, lost=3)
    assert (gaps(pool, carried), gaps(pool, other)) == (1, 0)
    keep(pool, state, 21, lost=3)
    assert gaps(pool, carried) == 1, "the same loss is one gap"
    keep(pool, state, 30, lost=5)
    assert gaps(pool, carried) == 2


def gaps(pool: Pool, source: Source) -> int:
    with transaction(pool, SYSTEM) as tx:
        soon = datetime.now(UTC) + timedelta(minutes=1)
        return broker_sessions.open_gaps(tx, [source.machine_id], before=soon)


@pytest.mark.parametrize(
    ("minutes_before", "with_another", "is_outage"),
    [(4, False, False), (6, False, True), (4, True, True)],
)
def test_an_outage_is_none_while_relays_carry_every_device(
    pool: Pool, world: World, minutes_before: int, with_another: bool, is_outage: bool
) -> None:
    source(world)
    if with_another:
        world.source(world.machine("press"), "gadong-json")
    state = relay(pool, world, [BASE.format(world.centre.slug)])
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    with transaction(pool, SYSTEM) as tx:
        run(tx, "update listening set seen_at = seen_at - interval '1 hour'")
        row = one(tx, "select seen_at from listening")
    assert row
    keep(pool, state, 7, heard_at=row["seen_at"] - timedelta(minutes=minutes_before))
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    with transaction(pool, SYSTEM) as tx:
        assert (many(tx, "select * from outages") != []) is is_outage
