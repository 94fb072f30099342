"""A draft's page asks what its prints used, and enters it; what is sold in a session stands in the
operation log.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.booking.domain.booking import Booking
from tests.support.billing.prints import asked, printed
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["printed"]  # pytest finds a fixture by its name here


def drafted(world: World, booking: Booking) -> Statement:
    """The month of the prints, as a draft."""
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=booking.company_id,
        month=asked(booking, world)["month"],
    )


def test_a_draft_says_what_its_prints_used_and_a_click_enters_it(
    visit: Visit, world: World, printed: Booking
) -> None:
    at = f"/statements/{drafted(world, printed).id}"
    client = visit(None)
    assert "출력에 쓴 재료 보기" in text_of(client.get(at).text)
    shown = client.get(at, params={"prints": True}).text
    assert re.search(r"bracket\.gcode · \S+ 83\.27 m", text_of(shown))
    assert "PLA (2.98 g/m)" in text_of(shown)
    first, second = re.findall('name="message" value="([^"]+)" checked', shown)
    assert f'value="user:{second}" selected' in shown, "the second was cancelled"
    refused = client.post(f"{at}/prints", data={"code": "pla"})
    assert "넣을 것에 표시하세요" in text_of(refused.text)
    # A spoiled print needs its reason, and without it nothing is entered.
    both: dict[str, str | list[str]] = {
        "code": "pla",
        "message": [first, second],
        "spoiled": ["", f"user:{second}"],
    }
    refused = client.post(f"{at}/prints", data=both)
    assert "왜 못 쓰게 되었는지" in text_of(refused.text)
    strange = client.post(f"{at}/prints", data={**both, "spoiled": f"moon:{second}"})
    assert "결과물이 나왔는지 목록에서" in text_of(strange.text)
    assert "19,868원" not in text_of(client.get(at).text)
    assert client.post(f"{at}/prints", data={**both, "note": "중단"}).status_code == 303
    read = text_of(client.get(at, params={"prints": True}).text)
    assert "19,868원" in read
    assert "PLA 248.351 g" in read
    assert "286원" in read
    assert "이 달에 넣지 않은 출력이 없습니다" in read
    # Twice is once.
    again = client.post(f"{at}/prints", data={**both, "note": "중단"})
    assert "넣을 그런 출력이 없습니다" in text_of(again.text)


def test_what_is_sold_in_a_session_stands_in_its_operation_log(
    visit: Visit, world: World, printed: Booking
) -> None:
    at = f"/statements/{drafted(world, printed).id}"
    client = visit(None)
    (session,) = re.findall('<option value="(booking:[^"]+)"', client.get(at).text)
    day = f"{printed.period.start.astimezone(world.centre.zone):%Y-%m-%d}"
    sold = {"code": "support", "quantity": "12.5", "day": day, "session": session, "note": "서포트"}
    assert client.post(f"{at}/entries", data=sold).status_code == 303
    again = drafted(world, printed)
    statements.approve(
        world.pool, world.manager, again.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    now = datetime.now(UTC)
    issued = statements.issue(world.pool, world.manager, again.id, close_early=False, now=now)
    log = client.get(
        "/api/v1/reports/operation-log.csv",
        params={"centre": str(world.centre.id), "month": asked(printed, world)["month"]},
    )
    (row,) = csv.DictReader(io.StringIO(log.text.removeprefix("\ufeff")))
    amounts = {
        line["charge"]["component"]: line["charge"]["amount"] for line in issued.document["lines"]
    }
    assert amounts["material"] == 1_000
    assert int(row["사용료(원)"]) == sum(amounts.values())
