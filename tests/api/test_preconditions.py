"""`If-Match` on a PUT: another's change since the reading is not overwritten."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import preconditions
from api.preconditions import SHOWN_AT
from api.v1.rights import NEEDS
from gadong.core.named_locks import NamedLocks
from gadong.machines.domain.capability import Abilities
from gadong.machines.services import machines
from tests.support.world import World

V1 = "/api/v1"
#: PUTs without a tag, each with its words among the exceptions of docs/api.md.
UNTAGGED = {
    "/me/password": "a password",
    "/me/second-factor": "a second factor's code",
    "/courses/{course_id}/places/{person}": "attendance at a course",
    "/centres/{centre}/discovery": "a centre's discovery",
    "/courses/{course_id}/teacher": "a course's teacher",
    "/companies/{company}/people/{person}/phone": "another person's telephone number",
    "/machines/{machine}/freed-time": "the wish to hear of freed time",
    "/tariffs/{tariff_id}": "a tariff's draft",
    "/policy": "`PUT /policy`",
    "/bookings/{booking_id}/technician": "Bookings have a version of their own",
}


def test_every_put_says_where_its_thing_is_shown() -> None:
    assert SHOWN_AT.keys() == {path for method, path in NEEDS if method == "put"}
    for shown in filter(None, SHOWN_AT.values()):
        assert ("get", shown) in NEEDS, shown


def test_a_put_without_a_tag_is_named_among_the_exceptions() -> None:
    assert UNTAGGED.keys() == {path for path, shown in SHOWN_AT.items() if shown is None}
    said = " ".join((Path(__file__).parents[2] / "docs" / "api.md").read_text().split())
    for path, words in UNTAGGED.items():
        assert words in said, path


def test_a_put_with_an_outdated_tag_is_refused_and_changes_nothing(
    client: TestClient, bearer: Any, world: World
) -> None:
    world.machine("mill-1")
    headers = bearer(None)
    where = f"{V1}/machines/mill-1/abilities"
    read = client.get(where, headers=headers)
    tag = read.headers["etag"]
    assert client.get(where, headers=headers).headers["etag"] == tag
    mine = client.put(where, json={"materials": ["pla"]}, headers={**headers, "If-Match": tag})
    assert mine.status_code == 204
    late = client.put(where, json={"materials": ["abs"]}, headers={**headers, "If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    shown = client.get(where, headers=headers)
    assert (shown.json()["materials"], shown.headers["etag"] == tag) == (["pla"], False)
    assert late.json()["etag"] == shown.headers["etag"]
    for given in ("*", f'"other", {shown.headers["etag"]}', f"W/{shown.headers['etag']}"):
        answer = client.put(
            where, json={"materials": ["pla"]}, headers={**headers, "If-Match": given}
        )
        assert answer.status_code == 204, given
    assert client.put(where, json={"materials": ["abs"]}, headers=headers).status_code == 204


def test_of_two_who_read_the_same_one_is_refused(
    client: TestClient, bearer: Any, world: World
) -> None:
    world.machine("mill-1")
    headers = bearer(None)
    where = f"{V1}/machines/mill-1/abilities"
    tagged = {**headers, "If-Match": client.get(where, headers=headers).headers["etag"]}

    def put(material: str) -> int:
        return client.put(where, json={"materials": [material]}, headers=tagged).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(put, ("pla", "abs"))) == [204, 412]


@pytest.mark.parametrize("is_by_slug", [False, True])
def test_a_put_waits_for_one_of_the_same_thing_at_another_process(
    client: TestClient, bearer: Any, world: World, database_url: str, *, is_by_slug: bool
) -> None:
    machine = world.machine("mill-1")
    headers = bearer(None)
    named = "mill-1" if is_by_slug else str(machine.id).upper()
    where = f"{V1}/machines/{named}/abilities"
    tagged = {**headers, "If-Match": client.get(where, headers=headers).headers["etag"]}
    name = f"put {V1}/machines/{machine.id}/abilities"
    elsewhere = NamedLocks(database_url)
    with closing(elsewhere), ThreadPoolExecutor(1) as one:
        assert elsewhere.take(name)
        late = one.submit(client.put, where, json={"materials": ["abs"]}, headers=tagged)
        with pytest.raises(TimeoutError):
            late.result(timeout=1)
        machines.describe(world.pool, world.manager, machine, Abilities(materials=("pla",)))
        elsewhere.free(name)
        assert late.result(timeout=30).status_code == 412
        # It is free for the next, at whichever process.
        assert elsewhere.take(name)
    assert client.get(where, headers=headers).json()["materials"] == ["pla"]
    assert client.put(where, json={"materials": ["abs"]}, headers=headers).status_code == 204


def test_a_put_is_told_to_come_again_where_another_is_not_answered(
    client: TestClient,
    bearer: Any,
    world: World,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = world.machine("mill-1")
    monkeypatch.setattr(preconditions, "PATIENCE_SECONDS", 0.2)
    where, body = f"{V1}/machines/mill-1/abilities", {"materials": ["pla"]}
    with closing(NamedLocks(database_url)) as elsewhere:
        assert elsewhere.take(f"put {V1}/machines/{machine.id}/abilities")
        refused = client.put(where, json=body, headers=bearer(None))
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert client.put(where, json=body, headers=bearer(None)).status_code == 204


def test_what_is_shown_elsewhere_is_compared_there(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers = bearer(None)
    centre = f"{V1}/centres/{world.centre.id}"
    tag = client.get(centre, headers=headers).headers["etag"]
    named = {"since": "2027-01-01", "name": "새 이름"}
    tagged = {**headers, "If-Match": tag}
    assert client.put(f"{centre}/name", json=named, headers=tagged).status_code in {200, 204}
    again = client.put(f"{centre}/name", json={**named, "name": "또 다른"}, headers=tagged)
    assert again.status_code == 412


def test_a_tag_tells_nobody_what_they_may_not_read(
    client: TestClient, bearer: Any, world: World
) -> None:
    world.machine("mill-1")
    elsewhere = World.made(world.pool)
    world.emails[elsewhere.manager.person_id] = elsewhere.manager_email
    other = bearer(elsewhere.manager)
    where = f"{V1}/machines/mill-1/abilities"
    refused = client.put(where, json={}, headers={**other, "If-Match": '"guess"'})
    assert refused.status_code == 412
    assert "materials" not in refused.text
    assert not re.search(r'"etag": ?"\\?"[0-9a-f]{32}', refused.text)
