"""The first story: a printer registered through the API runs, and its company's statement says
exactly what that costs.
Real processes, the real broker, the real database. Every figure is worked out beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from gadong.settings import Settings
from tests.conftest import Stack
from tests.support.programs import serving
from tests.support.stories.printed_won import KST, print_becomes_a_won
from tests.support.world import PASSWORD, World


@pytest.mark.servers
def test_a_print_becomes_a_won_that_leads_back_to_its_message(
    world: World, stack: Stack, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    print_becomes_a_won(world, stack, settings(), tmp_path)


@pytest.mark.servers
def test_two_hundred_want_one_place_and_one_gets_it(
    world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    world.machine("mill-1")
    company = world.company()
    member = world.member(company)
    start = (datetime.now(KST) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    body = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
    }
    with serving(settings(), tmp_path) as url:
        session = httpx2.post(
            f"{url}/api/v1/sessions",
            json={"email": world.emails[member.person_id], "password": PASSWORD},
        )
        limits = httpx2.Limits(max_connections=64)
        with httpx2.Client(
            base_url=url, cookies=session.cookies, timeout=60, limits=limits
        ) as client:

            def ask(_: int) -> httpx2.Response:
                return client.post("/api/v1/bookings", json=body)

            with ThreadPoolExecutor(64) as threads:
                answers = list(threads.map(ask, range(200)))
        statuses = [a.status_code for a in answers]
        assert sorted(set(statuses)) == [201, 409]
        assert statuses.count(201) == 1
        for refused in (a.json() for a in answers if a.status_code == 409):
            assert refused["code"] == "slot_taken"
            assert refused["alternatives"]
