"""A machine that requires a training."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def wants(world: World, **values: Any) -> None:
    """Change the rules of the centre's machines, from now on."""
    level = Level(centre=world.centre.id)
    rulebook.change(
        world.pool, world.manager, level, values, effective_from=NOW, reason="시험", now=NOW
    )
