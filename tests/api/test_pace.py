"""A caller in a loop is slowed down, and nobody else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.rate_limit import RequestPace, cost_of
from gadong.settings import Settings
from tests.support.api_fixtures import LogIn
from tests.support.world import World


@pytest.fixture
def slow(
    application: FastAPI, settings: Callable[..., Settings], client: TestClient
) -> Callable[[int], None]:
    """From now on a caller may ask only so much a minute."""

    def set_to(points: int) -> None:
        application.state.settings = settings(points_per_minute=points)
        application.state.pace = RequestPace()

    return set_to


def test_who_asks_too_much_waits_and_others_do_not(
    slow: Callable[[int], None], client: TestClient, bearer: LogIn, world: World
) -> None:
    one, other = bearer(None), bearer(world.member(world.company()))
    slow(60)
    answers = [client.get("/api/v1/machines", headers=one) for _ in range(700)]
    assert [a.status_code for a in answers] == [200] * 60 + [429] * 640
    refused = answers[60]
    assert refused.headers["cache-control"] == "no-store"
    # More than their address has in all, and it is theirs alone.
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert client.get("/api/v1/machines", headers=other).status_code == 200
    # Nothing that watches the service, and no file of the pages, is counted.
    assert client.get("/healthz", headers=one).status_code == 200


def test_each_of_several_processes_allows_its_part(
    application: FastAPI, settings: Callable[..., Settings], client: TestClient, bearer: LogIn
) -> None:
    one = bearer(None)
    for points, replicas, most in ((240, 3, 80), (240, 4, 60), (240, 5, 60)):
        application.state.settings = settings(points_per_minute=points, api_replicas=replicas)
        application.state.pace = RequestPace()
        answers = [client.get("/api/v1/machines", headers=one).status_code for _ in range(100)]
        assert answers == [200] * most + [429] * (100 - most)
    # The dearest request fits, however many there are.
    application.state.pace = RequestPace()
    report = client.get("/api/v1/reports/agency.csv", params={"year": 2026}, headers=one)
    assert report.status_code == 200


def test_inventing_tokens_does_not_help(
    slow: Callable[[int], None], client: TestClient, world: World
) -> None:
    slow(60)
    answers = {
        client.get("/api/v1/machines", headers={"Authorization": f"Bearer made-up-{n}"}).status_code
        for n in range(601)
    }
    assert answers == {401, 429}


def test_a_person_reads_it_as_a_page(
    slow: Callable[[int], None], client: TestClient, world: World
) -> None:
    slow(60)
    headers = {"accept": "text/html", "accept-language": "ko", "authorization": "Bearer x"}
    answers = [client.get("/machines", headers=headers, follow_redirects=False) for _ in range(61)]
    assert answers[-1].status_code == 429
    assert "요청이 너무 많습니다" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("method", "path", "points"),
    [
        ("GET", "/api/v1/machines", 1),
        ("POST", "/api/v1/bookings", 20),
        ("POST", "/api/v1/bookings/quote", 20),
        ("POST", "/machines/mill-1/book", 20),
        ("POST", "/machines/mill-1/photo", 60),
        ("GET", "/machines/mill-1/book", 1),
        ("GET", "/statements/x.pdf", 60),
        ("GET", "/api/v1/tariffs/x/preview", 60),
        ("GET", "/api/v1/reports/utilisation", 60),
    ],
)
def test_what_costs_more_counts_more(method: str, path: str, points: int) -> None:
    assert cost_of(method, path) == points


def test_another_header_makes_nobody_another_caller(
    slow: Callable[[int], None], client: TestClient, session: LogIn, world: World
) -> None:
    browser = session(None)
    slow(60)
    # These settings are a development's, whose cookie has no prefix.
    browser["Cookie"] = browser["Cookie"].removeprefix("__Host-")
    answers = [
        client.get(
            "/api/v1/machines", headers={**browser, "Authorization": f"Basic {number}"}
        ).status_code
        for number in range(62)
    ]
    assert answers == [200] * 60 + [429] * 2
