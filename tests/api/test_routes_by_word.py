"""A request finds the same route among those of its word as among all."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.routes_by_word import RoutesByWord, paths_of, word_of


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/", ""),
        ("/bookings", "bookings"),
        ("/machines/mill-1/bookings", "machines"),
        ("/api/v1/bookings/quote", "bookings"),
        ("/api/v1", ""),
        ("/api/v2/bookings", "api"),
        ("/static/vendor/tabler.min.css", "static"),
    ],
)
def test_word_of_a_path(path: str, word: str) -> None:
    assert word_of(path) == word


def _application(*, by_word: bool) -> FastAPI:
    """Return an application whose routes overlap in each way that order and words decide."""
    app, rooms, api = FastAPI(), APIRouter(), APIRouter()

    def add(router: APIRouter, path: str, answer: str, method: str = "GET") -> None:
        router.add_api_route(path, lambda: answer, methods=[method], name=answer)

    add(rooms, "/machines/new", "the form")
    add(rooms, "/machines/{slug}", "a machine")
    add(rooms, "/{page}/help", "help of any page")
    add(rooms, "/machines/{slug}", "changed", "PUT")
    add(api, "/machines", "machines")
    add(api, "/{anything}/history", "history of anything")
    app.include_router(api, prefix="/api/v1")
    app.include_router(rooms)
    if by_word:
        app.router.middleware_stack = RoutesByWord(app.router)
    return app


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/machines/new"),
        ("GET", "/machines/mill-1"),
        ("GET", "/machines/help"),
        ("GET", "/bookings/help"),
        ("PUT", "/machines/mill-1"),
        ("DELETE", "/machines/mill-1"),
        ("GET", "/machines/mill-1/"),
        ("GET", "/api/v1/machines"),
        ("GET", "/api/v1/machines/"),
        ("GET", "/api/v1/lots/history"),
        ("POST", "/api/v1/machines"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/nothing"),
        ("GET", "/"),
        ("GET", "//machines/new"),
        ("GET", "/openapi.json"),
    ],
)
def test_answers_are_those_of_the_whole_router(method: str, path: str) -> None:
    found = [
        TestClient(_application(by_word=by_word)).request(method, path, follow_redirects=False)
        for by_word in (True, False)
    ]
    assert found[0].status_code == found[1].status_code
    assert found[0].content == found[1].content
    assert found[0].headers == found[1].headers


def test_paths_are_those_that_the_routes_will_have(application: FastAPI) -> None:
    nested, inner, outer = FastAPI(), APIRouter(), APIRouter(prefix="/outer")
    inner.add_api_route("/leaf", lambda: "")
    outer.include_router(inner, prefix="/inner")
    nested.include_router(outer, prefix="/api/v1")
    for app in (application, nested):
        found = [path for route in app.router.routes for path in paths_of(route)]
        assert found == [one.path for one in iter_route_contexts(app.router.routes)]
    assert "/api/v1/outer/inner/leaf" in found


def test_every_path_of_the_application_has_a_word_of_its_own(application: FastAPI) -> None:
    """A route that begins with a parameter would be compared with every request."""
    paths = {one.path for one in iter_route_contexts(application.router.routes) if one.path}
    assert len(paths) > 400
    assert not {path for path in paths if "{" in word_of(path)}
