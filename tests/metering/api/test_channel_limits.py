"""A freezer's limit: told once by notice, acknowledged by a person, and exported with its gaps."""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import Pool
from tests.support.api_fixtures import LogIn
from tests.support.metering.channel_limits import MINUTE, START, Freezer, freezer
from tests.support.world import World

__all__ = ["freezer"]

V1 = "/api/v1"


def log(client: TestClient, world: World, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = client.get(f"{V1}/centres/{world.centre.id}/limit-alarms", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_an_excursion_is_told_once_and_its_return(freezer: Freezer) -> None:
    freezer.said((0, -20.0), (5, -12.0), (10, -11.0))
    assert freezer.judged(14) == []
    assert freezer.judged(15) == ["machine.limit_crossed"]
    freezer.said((18, -9.0))
    assert freezer.judged(19) == ["machine.limit_crossed"]
    freezer.said((20, -18.0))
    assert freezer.judged(21) == ["machine.limit_crossed", "machine.limit_returned"]
    assert freezer.judged(22) == ["machine.limit_crossed", "machine.limit_returned"]


def test_a_gap_is_told_and_is_not_in_order(
    freezer: Freezer, client: TestClient, world: World, bearer: LogIn
) -> None:
    freezer.said((0, -20.0))
    assert freezer.judged(14) == []
    assert freezer.judged(15) == ["machine.limit_silent"]
    freezer.said((40, -20.0))
    assert freezer.judged(41) == ["machine.limit_silent", "machine.limit_heard"]
    (row,) = log(client, world, bearer(None))
    assert (row["kind"], row["worst"], row["end"] is None) == ("gap", None, False)
    limits = client.get(f"{V1}/machines/freezer-1/limits", headers=bearer(None)).json()["items"]
    assert [(x["standing"], x["latest"]) for x in limits] == [("unknown", -20.0)]


def test_late_readings_fill_a_gap_and_tell_what_was_in_it(
    freezer: Freezer, client: TestClient, world: World, bearer: LogIn
) -> None:
    """A gateway that was cut off keeps its readings: one of them was an excursion."""
    freezer.said((0, -20.0))
    assert freezer.judged(60) == ["machine.limit_silent"]
    late = [(m, -10.0 if 20 <= m < 35 else -20.0) for m in range(5, 65, 5)]
    freezer.said(*late)
    assert freezer.judged(61) == ["machine.limit_silent", "machine.limit_crossed"]
    beyond, gap = log(client, world, bearer(None))
    assert (beyond["kind"], beyond["worst"]) == ("beyond", -10.0)
    assert beyond["start"] == (START + 20 * MINUTE).isoformat().replace("+00:00", "Z")
    assert beyond["end"] == (START + 35 * MINUTE).isoformat().replace("+00:00", "Z")
    assert beyond["withdrawn_at"] is None
    assert gap["kind"] == "gap"
    assert gap["withdrawn_at"] is not None


def test_a_scheduler_that_was_away_finds_the_same(freezer: Freezer) -> None:
    freezer.said((0, -20.0), (5, -12.0), (10, -12.0), (16, -20.0), (25, -20.0), (60, -20.0))
    kinds = freezer.judged(61)
    assert sorted(kinds) == ["machine.limit_crossed", "machine.limit_silent"]


def test_a_person_acknowledges_once_with_a_word(
    freezer: Freezer, client: TestClient, world: World, bearer: LogIn
) -> None:
    freezer.said((0, -10.0), (10, -10.0))
    freezer.judged(11)
    (row,) = log(client, world, bearer(None))
    path = f"{V1}/limit-alarms/{row['id']}/acknowledgement"
    assert client.post(path, json={"words": " "}, headers=bearer(None)).status_code == 422
    assert client.post(path, json={"words": "문을 닫음"}, headers=bearer(None)).status_code == 204
    again = client.post(path, json={"words": "또"}, headers=bearer(None))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    (row,) = log(client, world, bearer(None))
    assert (row["acknowledged_name"], row["words"]) == ("담당자", "문을 닫음")
    assert row["acknowledged_by"] == str(world.manager.person_id)
    table = client.get(f"{V1}/centres/{world.centre.id}/limit-alarms.csv", headers=bearer(None))
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["장비", "항목", "채널", "부분", "기준", "구분"]
    assert rows[1][:6] == [
        "freezer-1",
        "냉동고 온도",
        "temperature",
        "",
        "'-18 초과",
        "기준 이탈",
    ]
    assert rows[1][12:] == ["담당자", "문을 닫음"]


def test_an_ended_limit_tells_nothing_more(
    freezer: Freezer, client: TestClient, world: World, bearer: LogIn
) -> None:
    path = f"{V1}/machines/freezer-1/limits/{freezer.limit.id}"
    assert client.delete(path, headers=bearer(None)).status_code == 204
    assert client.delete(path, headers=bearer(None)).status_code == 404
    assert freezer.judged(60) == []
    assert log(client, world, bearer(None)) == []


def test_a_limit_through_the_api_and_its_refusals(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("cmm-1", kind="cmm")
    path = f"{V1}/machines/cmm-1/limits"
    good = {
        "name": "실내 온도",
        "channel": "measurement",
        "part": "room",
        "side": "above",
        "bound": 22,
    }
    made = client.post(path, json=good, headers=bearer(None))
    assert made.status_code == 201, made.text
    (limit,) = client.get(path, headers=bearer(None)).json()["items"]
    assert (limit["returns_at"], limit["standing"], limit["latest"]) == (22, "unknown", None)
    for wrong in (
        {"returns_at": 22.5},
        {"channel": "activity"},
        {"silence_seconds": 59},
        {"delay_seconds": 86_401},
        {"bound": "22"},
    ):
        answer = client.post(path, json={**good, **wrong}, headers=bearer(None))
        assert answer.status_code == 422, (wrong, answer.text)
    member = world.member(world.company())
    assert client.get(path, headers=bearer(member)).status_code == 403
