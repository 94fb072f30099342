"""The ledger of use of a company that two centres serve: each centre's tables name its own
people.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.people.consents import V1, Enter, consented, enter, far, far_manager, firm
from tests.support.world import World

__all__ = ["enter", "far", "far_manager", "firm"]  # pytest finds fixtures by their names here

NOON = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0) - timedelta(days=2)


def test_a_table_tells_nothing_of_another_centres_people(
    client: TestClient, world: World, far: World, far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller], enter: Enter, session: LogIn,
) -> None:  # fmt: skip
    company, owner, member = firm
    consented(client, enter, company, session(owner))
    for at in (world, far):
        machine = at.machine("cmm-1", kind="cmm")
        observations.declare(at.pool, at.manager, machine.id, Observed.LEDGER, since=BEGINNING)

    def read(at: World, name: str, headers: dict[str, str]) -> Any:
        day = NOON.astimezone(at.centre.zone).date().isoformat()
        cells = ["cmm-1", day, "12:00", "13:00", company.registration_number, name, "측정"]
        text = "장비,날짜,시작,종료,기업,이용자,사유\n" + ",".join(cells)
        where = f"{V1}/centres/{at.centre.id}/use-tables/preview"
        answer = client.post(where, json={"text": text}, headers=headers)
        assert answer.status_code == 200, answer.text
        (line,) = answer.json()["items"]
        return [(p["code"], p["actual"]) for p in line["problems"]]

    theirs, unknown = world.emails[member.person_id], "nobody@nowhere.example"
    assert read(world, theirs, session(None)) == []
    # The other centre's answer for somebody whom it does not know is that for nobody.
    assert read(far, theirs, far_manager) == [("table.person", theirs)]
    assert read(far, unknown, far_manager) == [("table.person", unknown)]
    assert read(far, world.emails[owner.person_id], far_manager) == []
    with transaction(world.pool, SYSTEM) as tx:
        assert tx.execute("select from logged_uses").rowcount == 0
