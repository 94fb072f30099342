"""Every reading operation and page, asked as the agency of some centres: nothing of another one.

Far away is a centre with a month of its own. Its names are marked, its total is a number that
occurs nowhere else, and it is asked for by its own ids too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS
from gadong.billing.services import programme_budgets, statement_blockers, statement_drafts
from gadong.billing.services import statements as papers
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.reports.services import monthly_reports
from tests.support.api.access import NOW, PLAIN, V1, Stage, stage
from tests.support.api.answer_text import readable
from tests.support.pages.forms import value_of
from tests.support.pages.routes import routes
from tests.support.reports.reports import month_of_work
from tests.support.world import World

__all__ = ["stage"]  # pytest finds fixtures by their names here
MARK = re.compile(r"FAR-\w+")
#: The page on which anybody, without an account too, chooses a centre that is to serve them.
PUBLIC = {("/join", "FAR-centre")}


def far_away(near: World) -> tuple[World, dict[str, str], str]:
    """Open a centre with an issued month; return its ids, and its total as answers write it."""
    far = World.made(near.pool)
    far.companies = list(near.companies)
    month, _ = month_of_work(far)
    statement_drafts.draft_all(far.pool, far.manager, far.centre.id, month)
    made = papers.page(
        far.pool, far.manager, centre=far.centre.id, month=month, before=None, most=10
    )
    total = 0
    for one in made:
        accepted = sorted(statement_blockers.ACCEPTABLE)
        papers.approve(far.pool, far.manager, one.id, accept=accepted)
        done = papers.issue(far.pool, far.manager, one.id, close_early=False, now=NOW)
        total += done.document["totals"]["total"]
    with transaction(far.pool, SYSTEM) as tx:
        for statement in (
            "update centres set name = 'FAR-centre' where id = %s",
            "update machines set name_ko = 'FAR-machine' where centre_id = %s",
            "update machines set name_en = 'FAR-machine' where centre_id = %s",
            "update machines set kind = 'FAR-kind' where centre_id = %s",
        ):
            tx.execute(statement, [far.centre.id])
        for company in far.companies[len(near.companies) :]:
            tx.execute("update companies set name = 'FAR-firm' where id = %s", [company.id])
        (machine,) = tx.execute(
            "select id, slug from machines where centre_id = %s order by slug limit 1",
            [far.centre.id],
        ).fetchall()
    monthly_reports.of_year(far.pool, far.manager, far.centre.id, NOW.year, now=NOW)
    ids = {
        "centre": str(far.centre.id),
        "company": str(far.companies[-1].id),
        "machine": str(machine["id"]),
        "machine_id": str(machine["id"]),
        "slug": machine["slug"],
        "statement_id": str(made[0].id),
    }
    return far, ids, str(total)


def asked_operations(
    client: TestClient, application: FastAPI, ids: dict[str, str], headers: dict[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Yield each reading operation with the status and the text of its answer."""
    described = application.openapi()
    for method, path in sorted(NEEDS):
        for kind in ("csv", "xlsx") if "{kind}" in path and method == "get" else ("",):
            if method != "get":
                continue
            known = {**ids, "kind": kind}
            query = {
                p["name"]: known.get(p["name"], PLAIN.get(p["name"], "1"))
                for p in described["paths"][f"{V1}{path}"][method].get("parameters", [])
                if p["in"] == "query" and p.get("required")
            }
            query |= {"year": str(NOW.year)} if "year" in query else {}
            answer = client.get(V1 + path.format(**known), headers=headers, params=query)
            yield path, answer.status_code, readable(answer)


def asked_pages(
    client: TestClient, ids: dict[str, str], headers: dict[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Yield each page with the status and the text of its answer."""
    known = {**ids, "company_id": ids["company"], "word": "none", "name": "notice_minutes"}
    for route in routes():
        if "GET" not in (route.methods or ()):
            continue
        where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: known.get(name[1], "none"), route.path)
        query = {
            p.name: known.get(p.name, value_of(p.name, known))
            for p in route.dependant.query_params
            if p.name in {"start", "end", "company", "machine"}
        }
        answer = client.get(
            where,
            headers={**headers, "accept": "text/html"},
            params=query,
            follow_redirects=False,
        )
        yield route.path, answer.status_code, answer.text


def leaks(text: str, total: str) -> set[str]:
    """Return the marked names, and the total where it stands by itself, in whatever writing."""
    grouped = f"{int(total):,}"
    numbers = {n for n in (total, grouped) if re.search(rf"(?<![\d,]){n}(?![\d,])", text)}
    return set(MARK.findall(text)) | numbers


def test_the_agency_of_one_centre_reads_nothing_of_another(
    client: TestClient, application: FastAPI, stage: Stage
) -> None:
    far, ids, total = far_away(stage.world)
    both = Caller(
        person_id=stage.world.manager.person_id,
        staff=frozenset((each.centre.id, Role.MANAGER) for each in (stage.world, far)),
    )
    programme_budgets.set_year(
        far.pool,
        both,
        "FAR-programme",
        NOW.year,
        [stage.world.centre.id, far.centre.id],
        amount=int(total),
        reason="FAR-reason",
    )
    headers = stage.headers("agency")
    found: set[tuple[str, str]] = set()
    answered = 0
    for known in (stage.ids, {**stage.ids, **ids}):
        asked = [
            *asked_operations(client, application, known, headers),
            *asked_pages(client, known, headers),
        ]
        answered += sum(status == 200 for _, status, _ in asked)
        found |= {(path, word) for path, _, text in asked for word in leaks(text, total)}
    assert answered > 40
    assert found - PUBLIC == set()
    # An administrator is shown the marks by the same questions.
    shown = {
        word
        for _, _, text in asked_operations(
            client, application, {**stage.ids, **ids}, stage.headers("administrator")
        )
        for word in leaks(text, total)
    }
    assert shown >= {"FAR-centre", "FAR-machine", "FAR-kind", "FAR-firm", "FAR-programme", total}
    assert UUID(ids["centre"]) == far.centre.id
