"""The API's memory over many requests: what a page took is given back."""

from __future__ import annotations

import gc
import sys
from itertools import pairwise
from statistics import median

from fastapi import FastAPI

from api.rate_limit import RequestPace
from tests.support.page_fixtures import Visit
from tests.support.world import World

PAGES = ("/machines", "/floor", "/calendar", "/desk", "/reports", "/api/v1/machines")
VISITS = 10
# Each connection of the pool prepares its statements in the first rounds, and caches fill.
WARM_UP, ROUNDS = 6, 5


def test_visits_leave_no_blocks_behind(world: World, visit: Visit, application: FastAPI) -> None:
    world.machine("mill-1")
    person = visit(None)

    def blocks_after_a_round() -> int:
        """Return how many blocks Python holds after so many visits: objects of every kind."""
        for _ in range(VISITS):
            for page in PAGES:
                assert person.get(page).status_code == 200, page
        # It forgets a request after a minute by itself: twelve blocks each.
        application.state.pace = RequestPace()
        gc.collect()
        return sys.getallocatedblocks()

    counts = [blocks_after_a_round() for _ in range(WARM_UP + ROUNDS + 1)]
    growth = [later - earlier for earlier, later in pairwise(counts)]
    # A block a request would be sixty in each round; a cache that fills late does so in one.
    assert median(growth[WARM_UP:]) < 0.75 * VISITS * len(PAGES), growth
