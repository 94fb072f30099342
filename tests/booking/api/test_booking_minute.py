"""Clients at once on groups and series: nothing overlaps, and no answer is a server error.

The minute of 32 clients is `make bench-minute`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gadong.core.database import Pool
from gadong.settings import Settings
from tests.support.mixed_clients import BROKEN, act_at_once, broken, hall
from tests.support.programs import serving
from tests.support.world import World


def test_eight_clients_on_groups_and_series_break_nothing(
    settings: Callable[..., Settings], tmp_path: Path, world: World, pool: Pool, programs_url: str
) -> None:
    with serving(settings(database_url=programs_url), tmp_path) as url:
        room = hall(world, url, clients=8)
        answers = act_at_once(room, goes_on=lambda step: step < 12, seed=7)
    assert answers.errors == []
    assert answers.acts.total() == 8 * 12
    assert answers.outcomes["done"] > 0
    assert broken(pool) == dict.fromkeys(BROKEN, 0)
