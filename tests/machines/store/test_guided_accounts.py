"""Accounts of guides that are asked for at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from gadong.core.domain.problem import Conflict
from gadong.dialects.domain.setup import GUIDES
from gadong.machines.services import device_accounts
from tests.support.world import World

AT_ONCE = 4


def test_a_form_that_is_sent_several_times_at_once_makes_one_account(world: World) -> None:
    start = Barrier(AT_ONCE)

    def send(base: str) -> bool:
        start.wait(10)
        try:
            device_accounts.issue_by_guide(
                world.pool,
                world.manager,
                world.centre.id,
                guide=GUIDES["shelly"],
                name="plug",
                base=base,
                secret="s" * 32,
                now=datetime.now(UTC),
            )
        except Conflict:
            return False
        return True

    bases = [f"{world.centre.slug}-plug-{n}" for n in range(5)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        made = [sum(threads.map(send, [base] * AT_ONCE)) for base in bases]
    assert made == [1] * len(bases)
    assert len(device_accounts.of_centre(world.pool, world.manager, world.centre.id)) == len(bases)
