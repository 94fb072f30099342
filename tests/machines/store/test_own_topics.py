"""Topics below a centre's own slug are that centre's, whether or not anybody there speaks on them
yet.
"""

from __future__ import annotations

import pytest

from gadong.core.database import Pool
from gadong.core.domain.problem import Conflict
from tests.support.world import World


@pytest.mark.parametrize("tail", ["", "/mill", "/a/b/c"])
def test_topics_below_another_centres_slug_are_that_centres(
    tail: str, world: World, pool: Pool
) -> None:
    other = World.made(pool)
    theirs = f"{other.centre.slug}{tail}"
    with pytest.raises(Conflict):
        world.source(world.machine(), "octoprint", base=theirs)
    with pytest.raises(Conflict):
        world.device(theirs)
    assert other.source(other.machine(), "octoprint", base=theirs).base == theirs


@pytest.mark.parametrize("form", ["{slug}x/mill", "x{slug}/mill", "plugs/{slug}/mill"])
def test_what_only_looks_like_it_is_free(form: str, world: World, pool: Pool) -> None:
    other = World.made(pool)
    topic = form.format(slug=other.centre.slug)
    assert world.source(world.machine(), "octoprint", base=topic).base == topic
