"""Satisfaction beside 가동률: on the centre's month and year, and in the agency's table."""

from __future__ import annotations

import csv
import io

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.reports.agency import agency_of
from tests.support.satisfaction.answers import NOW, YEAR, answered, ask, asking, opened, session
from tests.support.world import World

V1 = "/api/v1"
# The sessions of this file ended within the last hours; a month may have begun among them.
QUERY = {"year": str(YEAR)}


def two_centres(world: World) -> World:
    """Five answers at the first centre, four at the second."""
    other = World.made(world.pool)
    for each, count, scores in ((world, 5, (5, 5, 2)), (other, 4, (1, 1, 1))):
        # Companies are the installation's: each has a number of its own.
        each.companies = list(world.companies)
        asking(each)
        machine, who = each.machine("mill-1"), each.member(each.company())
        answered(each, machine, who, count, *scores, words="조용함")
    world.companies = list(other.companies)
    session(world, world.machine("mill-2"), world.member(world.company()))
    assert ask(world) == 1
    opened(world)
    return other


def test_the_agency_compares_satisfaction_without_words(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    other = two_centres(world)
    headers = bearer(agency_of(world, other))
    text = client.get(f"{V1}/reports/agency.csv", params=QUERY, headers=headers).text
    head, *rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    names = ["만족도(5점 만점)", "만족 비율(%)", "만족도 조사 인원", "만족도 응답"]
    assert head[-4:] == names
    found = {tuple(row[-4:]) for row in rows[:-1]}
    assert found == {("4.0", "66.7", "6", "5"), ("5명부터 표시", "5명부터 표시", "4", "4")}
    # The total has the scores of those centres alone that show theirs.
    assert rows[-1][-4:] == ["4.0", "66.7", "10", "9"]
    assert "조용함" not in text
    refused = client.get(
        f"{V1}/reports/satisfaction",
        params={**QUERY, "centre": str(world.centre.id)},
        headers=headers,
    )
    assert refused.status_code == 404


def test_the_year_has_it_beside_utilisation(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    other = two_centres(world)
    other.emails[other.manager.person_id] = other.manager_email
    world.emails[other.manager.person_id] = other.manager_email
    theirs = bearer(other.manager)
    client.headers.update(bearer(None))
    params = {**QUERY, "centre": str(world.centre.id)}
    found = client.get(f"{V1}/reports/year", params=params).json()["satisfaction"]
    assert found == {"sent": 6, "answered": 5, "mean": "4.00", "satisfied": "66.7"}
    book = load_workbook(io.BytesIO(client.get(f"{V1}/reports/year.xlsx", params=params).content))
    summary = {row[0].value: row[1].value for row in book["요약"].iter_rows()}
    assert (summary["만족도(5점 만점)"], summary["만족도 응답"]) == (4, 5)
    few = client.get(
        f"{V1}/reports/year",
        params={**QUERY, "centre": str(other.centre.id)},
        headers=theirs,
    ).json()["satisfaction"]
    assert few == {"sent": 4, "answered": 4, "mean": None, "satisfied": None}


def test_the_pages_say_it_or_why_not(world: World, visit: Visit) -> None:
    other = two_centres(world)
    shown = visit(agency_of(world, other)).get("/agency", params={"time": str(YEAR)})
    assert "4.00점 / 5점" in text_of(shown.text)
    assert "응답 5명부터 표시" in text_of(shown.text)
    month = f"{NOW.astimezone(World.ZONE):%Y-%m}"
    report = visit(None).get("/reports", params={"month": month})
    assert report.status_code == 200
    assert "명 응답" in text_of(report.text)
