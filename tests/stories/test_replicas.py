"""Three API processes behind one address: whichever answers, it is one service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gadong.core.domain.access import Caller
from gadong.settings import Settings
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.programs import Program, serving_program
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
REPLICAS = 3


@pytest.fixture
def replicas(
    settings: Callable[..., Settings], tmp_path: Path
) -> Iterator[list[tuple[Program, str]]]:
    """Three processes on one database, each with its address."""
    # A third of it each: a booking costs 20 points, and the story asks for fewer than a thousand.
    told = settings(points_per_minute=3_000)
    with ExitStack() as stack:
        served = []
        for number in range(REPLICAS):
            home = tmp_path / str(number)
            home.mkdir()
            served.append(stack.enter_context(serving_program(told, home, GADONG_API_REPLICAS="3")))
        yield served


class InTurn:
    """A browser behind a proxy: each request goes to the next process, with the same cookies."""

    def __init__(self, urls: list[str]) -> None:
        self._urls = cycle(urls)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"sec-fetch-site": "same-origin", **more.pop("headers", {})}
        with httpx2.Client(base_url=next(self._urls), headers=headers, timeout=60) as client:
            client.cookies.update(self.cookies)
            answer = client.request(method, path, **more)
            self.cookies = dict(client.cookies)
        return answer

    def log_in(self, email: str) -> None:
        """Log in by the page's form, at whichever process."""
        answer = self.ask("POST", "/login", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text


def news(lines: Iterator[str]) -> str:
    """The data of the next event that is no beat."""
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event.get("event") == "beat":
            event = {}
        elif "data" in event:
            return event["data"]
    raise AssertionError("the stream is over")


def test_whichever_process_answers(world: World, replicas: list[tuple[Program, str]]) -> None:
    world.machine("mill-1")
    who: Caller = world.member(world.company())
    urls = [url for _, url in replicas]
    browser = InTurn(urls)
    browser.log_in(world.emails[who.person_id])
    # A session of one process opens the pages and the API of each.
    for _ in range(REPLICAS):
        assert browser.ask("GET", "/machines").status_code == 200
        assert browser.ask("GET", f"{V1}/me").status_code == 200

    # A request under a key that one process answered is done again by no other.
    key = {"Idempotency-Key": "a-booking-of-three"}
    made = [browser.ask("POST", f"{V1}/bookings", json=wish("mill-1"), headers=key) for _ in urls]
    assert [answer.status_code for answer in made] == [201] * REPLICAS
    assert len({answer.json()["id"] for answer in made}) == 1

    # A page that lives at one process hears of what another did.
    with (
        httpx2.Client(base_url=urls[0], cookies=browser.cookies, timeout=60) as watching,
        watching.stream("GET", "/calendar/news") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines)  # it listens
        later = wish("mill-1", start=TOMORROW + timedelta(hours=3))
        with httpx2.Client(base_url=urls[1], cookies=browser.cookies, timeout=60) as other:
            assert other.post(f"{V1}/bookings", json=later).status_code == 201
        assert news(lines)

    # Of two who wish for the same time at two processes, one has it.
    rivals = [world.member(world.company()) for _ in range(2)]
    contested = wish("mill-1", start=TOMORROW + timedelta(hours=6))

    def wishes(place: int) -> int:
        one = InTurn([urls[place]])
        one.log_in(world.emails[rivals[place].person_id])
        return one.ask("POST", f"{V1}/bookings", json=contested).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(wishes, range(2))) == [201, 409]

    # Of two who read the same, and change it at two processes at once, one is refused.
    manager = InTurn(urls)
    manager.log_in(world.manager_email)
    place = f"{V1}/machines/mill-1/abilities"
    for _ in range(5):
        tag = manager.ask("GET", place).headers["etag"]

        def changes(at: int, tag: str = tag) -> int:
            one = InTurn([urls[at]])
            one.cookies = manager.cookies
            body = {"materials": [f"{at}-{tag[1:9]}"]}
            return one.ask("PUT", place, json=body, headers={"if-match": tag}).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(changes, range(2))) == [204, 412]

    # A process that is killed takes nothing with it.
    replicas[0][0].kill()
    survivors = InTurn(urls[1:])
    survivors.cookies = browser.cookies
    kept = survivors.ask("GET", f"{V1}/bookings/{made[0].json()['id']}")
    assert kept.json()["state"] == "confirmed"
    # A logout at one process counts at all of them.
    assert survivors.ask("DELETE", f"{V1}/sessions/current").status_code == 204
    survivors.cookies = browser.cookies
    assert [survivors.ask("GET", f"{V1}/me").status_code for _ in urls[1:]] == [401, 401]


def test_a_caller_in_turn_may_ask_as_much_as_of_one(
    world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    told = settings(points_per_minute=240)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with (
        serving_program(told, tmp_path / "one", GADONG_API_REPLICAS="2") as (_, one),
        serving_program(told, tmp_path / "two", GADONG_API_REPLICAS="2") as (_, two),
    ):
        caller = InTurn([one, two])
        caller.log_in(world.manager_email)
        answers = [caller.ask("GET", f"{V1}/machines").status_code for _ in range(244)]
    # The window moves: on a slow computer the first are forgotten before the last, and all pass.
    assert answers[:240] == [200] * 240
    assert set(answers) <= {200, 429}
