"""The pages of what lies with an issued statement, and of a month that is locked."""

from __future__ import annotations

from tests.support.billing.evidence import ran
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_a_line_leads_to_its_kept_evidence_and_its_month_is_locked(
    world: World, visit: Visit
) -> None:
    statement = ran(world)
    client = visit(None)
    key = statement.document["lines"][0]["charge"]["key"]
    page = client.get(f"/statements/{statement.id}")
    assert f"/statements/{statement.id}/evidence?line=" in page.text
    shown = client.get(f"/statements/{statement.id}/evidence", params={"line": key})
    assert shown.status_code == 200
    assert statement.evidence_digest is not None
    assert statement.evidence_digest.hex() in shown.text
    form = {"month": statement.month, "reason": "결산"}
    assert client.post("/month/lock", data=form).status_code == 303
    assert "결산" in client.get("/month", params={"month": statement.month}).text
    assert client.post("/month/lock", data=form).status_code == 409
    assert client.post("/month/unlock", data=form).status_code == 303
