"""Requests that schemathesis makes from the API's own description: no operation answers 500.

The suite asks every operation a few times, the same each run. `make schemathesis` asks for
`MINUTES` as each caller, with a new seed, and prints its figures.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from gadong.people.services import service_accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.api.access import Stage, stage

__all__ = ["stage"]  # pytest finds fixtures by their names here

#: A request that schemathesis made, with whatever its parts are.
SomeCase = schemathesis.Case[Any]

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
#: Requests of each operation, caller and mode; `make schemathesis` asks again with other seeds.
EXAMPLES = 2
#: The programs of a test have no scheduler, and `/readyz` says so.
NOT_READY = ("/readyz", 503)


@dataclass
class Answers:
    """The answers of one run, by status, and each operation that failed with its first request."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)

    def add(self, name: str, request: Mapping[str, Any], answer: Response) -> None:
        """Count an answer, and keep the request of a failure."""
        self.statuses[answer.status_code] += 1
        self.asked.add(name)
        if answer.status_code < 300:
            self.accepted.add(name)
        if answer.status_code >= 500 and (request["url"], answer.status_code) != NOT_READY:
            self.failures.setdefault(name, f"{dict(request)} answers {answer.status_code}")


def with_real_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """Replace each field of a value that names a thing by the id of a thing that exists."""
    if isinstance(value, list):
        return [with_real_ids(item, ids) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: ids.get(str(name), ids.get(f"{name}_id", with_real_ids(item, ids)))
        for name, item in value.items()
    }


def request(case: SomeCase, ids: Mapping[str, str], *, is_real: bool) -> dict[str, Any]:
    """Return the request of a case, with real ids in its body and query where `is_real`."""
    found: dict[str, Any] = {"method": case.method, "url": case.formatted_path}
    query: dict[str, Any] = dict(case.query or {})
    body: Any = case.body
    if is_real:
        query, body = with_real_ids(query, ids), with_real_ids(body, ids)
    if query:
        found["params"] = {name: value for name, value in query.items() if value is not None}
    if not isinstance(body, NotSet):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        found |= {
            "content": raw,
            "headers": {"Content-Type": case.media_type or "application/json"},
        }
    return found


def ask(
    client: TestClient,
    application: FastAPI,
    found: Stage,
    headers: Mapping[str, Mapping[str, str]],
    answers: Mapping[str, Answers],
    *,
    number: int,
    until: float,
) -> None:
    """Ask every operation in both modes as each caller, unless the time is over.

    A case is drawn once for all callers: drawing takes five times as long as asking.
    """
    description = schemathesis.openapi.from_dict(application.openapi())
    for result in description.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # an error would say so here
        name = f"{operation.method.upper()} {operation.path}"
        real = {key: found.ids[key] for key in names_of(operation.path) if key in found.ids}

        def ask_as_each(case: SomeCase, name: str, *, is_real: bool) -> None:
            sent = request(case, found.ids, is_real=is_real)
            more = sent.pop("headers", {})
            for caller, own in headers.items():
                answer = client.request(**sent, headers={**more, **own})
                answers[caller].add(name, sent, answer)

        for mode in MODES:
            if time.monotonic() > until:
                return
            cases = operation.as_strategy(mode, path_parameters=real or None)
            with suppress(*() if mode is GenerationMode.POSITIVE else (Unsatisfiable,)):
                # Of an operation that takes nothing, nothing can be wrong.
                examine(partial(ask_as_each, name=name), cases, number)


def examine(answer: Callable[..., None], cases: SearchStrategy[SomeCase], number: int) -> None:
    """Answer some cases of one seed."""

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.booleans())
    def of_one(case: SomeCase, is_real: bool) -> None:
        answer(case, is_real=is_real)

    of_one()


def names_of(path: str) -> Iterator[str]:
    """Yield the names of a path's parameters."""
    for part in path.split("/"):
        if part.startswith("{"):
            yield part.partition("}")[0][1:]


@pytest.fixture
def headers(client: TestClient, stage: Stage) -> dict[str, dict[str, str]]:
    """The headers of the three callers: a program has every right that a program may have."""
    program = service_accounts.make(
        stage.world.pool, OPERATOR, stage.world.centre.id, name="x",
        rights=service_accounts.GIVEN, lifetime=timedelta(days=1), now=datetime.now(UTC),
    )  # fmt: skip
    return {
        "member": stage.headers("member"),
        "manager": stage.headers("manager"),
        "program": {"Authorization": f"Bearer {program.token}"},
    }


def test_no_request_of_the_descriptions_kind_answers_500(
    client: TestClient, application: FastAPI, stage: Stage, headers: dict[str, dict[str, str]]
) -> None:
    minutes = float(os.environ.get("GADONG_SCHEMATHESIS_MINUTES", "0"))
    answers = {caller: Answers() for caller in headers}
    number = SystemRandom().getrandbits(32) if minutes else 7
    until = time.monotonic() + (minutes * 60 * len(headers) or 86_400)
    while True:
        ask(client, application, stage, headers, answers, number=number, until=until)
        number += 1
        if not minutes or time.monotonic() > until:
            break
    for caller, found in answers.items():
        asked = sum(found.statuses.values())
        print(f"{caller}: {asked} requests, {dict(sorted(found.statuses.items()))}")  # noqa: T201
    failures = [
        f"{name} as {caller}: {sent}"
        for caller, found in answers.items()
        for name, sent in found.failures.items()
    ]
    assert not failures, "\n".join(failures)
    if minutes:
        return  # a slow machine may not reach every operation in the minutes given
    described = application.openapi()["paths"]
    operations = {f"{m.upper()} {path}" for path in described for m in described[path]}
    for found in answers.values():
        assert found.asked == operations
        # A caller whom everything refused would prove nothing.
        assert len(found.accepted) > 10, found.statuses
