"""Topics below a centre's own slug are that centre's, whether or not anybody there speaks on them
yet.
"""

from __future__ import annotations

import pytest

from gadong.core.database import Pool
from gadong.core.domain.problem import Conflict, Invalid
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
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


#: Topics that guides give the devices of a centre.
GUIDED = ("umati/v2/{slug}/gate", "gadong/v1/{slug}/press", "tele/{slug}-plug-7", "{slug}-plug-7")


@pytest.mark.parametrize("form", GUIDED)
def test_topics_in_a_guides_form_are_the_named_centres(form: str, world: World, pool: Pool) -> None:
    other = World.made(pool)
    theirs = form.format(slug=other.centre.slug)
    with pytest.raises(Conflict):
        world.device(theirs)
    with pytest.raises(Conflict):
        world.source(world.machine(), "octoprint", base=theirs)
    other.device(theirs)
    world.device(form.format(slug=world.centre.slug))


def test_of_two_slugs_the_longer_names_the_centre(world: World, pool: Pool) -> None:
    longer = accounts.create_centre(pool, OPERATOR, slug=f"{world.centre.slug}-east", name="동관")
    with pytest.raises(Conflict):
        world.device(f"tele/{longer.slug}-plug-7")
    world.device(f"tele/{world.centre.slug}-eastern-plug")


@pytest.mark.parametrize(
    "shared", ["umati", "umati/v2", "gadong/v1", "umh/v1", "spBv1.0", "tele", "stat", "cmnd"]
)
def test_what_many_centres_share_is_no_single_ones(shared: str, world: World, pool: Pool) -> None:
    world.device(shared)
    World.made(pool)
    with pytest.raises(Conflict):
        world.device(shared)


@pytest.mark.parametrize("topic", ["gadong", "gadong/marks", "gadong/marks/mullae"])
def test_no_device_publishes_where_ingest_marks_its_hearing(topic: str, world: World) -> None:
    with pytest.raises(Invalid):
        world.device(topic)
