"""A shared booking that is moved late and then cancelled: its parts are those of the move."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.booking.cost_shares import API, Shared, code, shared

__all__ = ["shared"]

MONTH_ON = timedelta(days=20)


@pytest.mark.parametrize("answer", ["consent", "refuse", "later"])
def test_what_was_consented_to_before_a_late_move_is_shared_when_it_is_cancelled(
    client: TestClient, shared: Shared, bearer: LogIn, answer: str
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    asked = {"booker_parts": 1, "shares": shared.wanted["shares"][:1]}
    client.post(shared.address, headers=booker, json=asked)
    if answer != "later":
        path = f"{shared.address}/{answer}"
        assert client.post(path, headers=second, json={"request": 1}).status_code == 200
    start, end = shared.booking.period.start + MONTH_ON, shared.booking.period.end + MONTH_ON
    path = f"{API}/bookings/{shared.booking.id}"
    moved = client.post(
        f"{path}/move",
        headers=booker,
        json={"start": start.isoformat(), "end": end.isoformat()},
    )
    assert moved.status_code == 200, moved.text
    if answer == "later":
        late = client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
        assert code(late) == (422, "booking.share_state")
    given = client.post(f"{path}/cancel", headers=booker)
    assert given.status_code == 200, given.text
    cancelled = client.get(path, headers=booker).json()
    assert datetime.fromisoformat(cancelled["start"]) == shared.booking.period.start
    shares = client.get(shared.address, headers=booker).json()
    expected = {"consent": "consented", "refuse": "refused", "later": "asked"}
    assert [share["state"] for share in shares["shares"]] == [expected[answer]]
    assert shares["is_fixed"]
