"""Attacks on shares of a booking's cost: floods, guessed numbers, replays, and many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.shares.cost_shares import MOST_NAMED
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.core.domain.problem import NotFound
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.booking.cost_shares import API, Headers, Shared, code, shared, states
from tests.support.page_fixtures import Visit
from tests.support.world import World

__all__ = ["shared"]  # pytest finds a fixture by its name here


def act(client: TestClient, shared: Shared, name: str, headers: Headers) -> Callable[[], int]:
    """Return an answer to the first request, to be given at a moment."""
    where = f"{shared.address}/{name}"
    return lambda: client.post(where, headers=headers, json={"request": 1}).status_code


def guess(client: TestClient, shared: Shared, headers: Headers, count: int) -> int:
    """Ask so many companies that the centre does not serve."""
    shares = [{"company": str(new_id()), "parts": 1} for _ in range(count)]
    body = {"booker_parts": 1, "shares": shares}
    return client.post(shared.address, headers=headers, json=body).status_code


def test_nobody_asks_or_guesses_without_end(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    booker = bearer(shared.booker)
    assert client.post(shared.address, headers=booker, json=shared.wanted).status_code == 201
    left = MOST_NAMED - len(shared.wanted["shares"])
    for _ in range(left // 8):
        assert guess(client, shared, booker, 8) == 404
    assert guess(client, shared, booker, left % 8 + 1) == 429
    statuses = at_once(*[lambda: guess(client, shared, booker, left % 8)] * 8)
    assert Counter(statuses) == {404: 1, 429: 7}
    refused = client.post(shared.address, headers=booker, json=shared.wanted)
    assert code(refused) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) > 0
    with transaction(pool, SYSTEM) as tx:
        told = many(tx, "select id from outbox where kind = 'booking.share_asked'")
    assert len(told) == len(shared.wanted["shares"])
    # Shares that were asked are still answered and taken back.
    assert states(client.post(f"{shared.address}/take-back", headers=booker)) == ["taken_back"] * 2


def test_of_many_answers_at_once_one_is_given(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    for name in ("consent", "withdraw", "consent"):
        statuses = Counter(at_once(*[act(client, shared, name, second)] * 32))
        assert (statuses[200], statuses[422]) == (1, 31)


def test_an_answer_that_was_given_counts_whatever_waited_beside_it(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    """Answer, ask, move and cancel at once: what was answered with success lies before the end.

    Where the move was the first, the end is that of the time which it left late. What was answered
    once it had moved is of the time that it has now.
    """
    booker, second, third = (bearer(who) for who in (shared.booker, *shared.members))
    client.post(shared.address, headers=booker, json=shared.wanted)
    period = shared.booking.period
    later = {
        "start": (period.start + timedelta(hours=3)).isoformat(),
        "end": (period.end + timedelta(hours=3)).isoformat(),
    }
    own = f"{API}/bookings/{shared.booking.id}"
    acts = [
        act(client, shared, "consent", second),
        act(client, shared, "withdraw", second),
        act(client, shared, "consent", third),
        act(client, shared, "refuse", third),
        lambda: client.post(f"{shared.address}/take-back", headers=booker).status_code,
        lambda: client.post(f"{own}/move", headers=booker, json=later).status_code,
        lambda: client.post(f"{own}/cancel", headers=booker).status_code,
        lambda: client.post(f"{own}/cancel", headers=booker).status_code,
    ]
    statuses = at_once(*acts * 4)
    # 404: it was moved, and the part refused or taken back; 409: it is cancelled; 412: it changed.
    assert set(statuses) <= {200, 404, 409, 412, 422}, Counter(statuses)
    with transaction(pool, SYSTEM) as tx:
        (row,) = many(
            tx,
            """
            with ended as (
                select b.cancelled_at as at, coalesce(min(e.recorded_at), 'infinity') as left_at
                from bookings b
                left join booking_events e
                    on e.booking_id = b.id and e.left_late_at = b.cancelled_at
                where b.id = %(id)s
                group by b.cancelled_at
            )
            select ended.at, max(a.recorded_at) as last
            from ended
            left join booking_shares s on s.booking_id = %(id)s
            left join booking_share_answers a
                on a.share_id = s.id and a.recorded_at < ended.left_at
            group by ended.at
            """,
            id=shared.booking.id,
        )
    assert row["at"] is not None
    assert row["last"] is None or row["last"] < row["at"]


def test_a_time_left_late_is_paid_by_its_own_shares(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    start = shared.booking.period.start + timedelta(hours=3)
    moved = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    own = f"{API}/bookings/{shared.booking.id}"
    assert client.post(f"{own}/move", headers=booker, json=moved).status_code == 200
    # Of the time that it has now, nobody shares any more.
    assert client.post(f"{shared.address}/take-back", headers=booker).status_code == 200
    assert client.post(f"{own}/cancel", headers=booker).status_code == 200
    with transaction(pool, SYSTEM) as tx:
        (row,) = many(
            tx,
            """
            select b.cancelled_at, b.during, max(a.recorded_at) as last
            from bookings b
            join booking_shares s on s.booking_id = b.id
            join booking_share_answers a on a.share_id = s.id
            where b.id = %(id)s
            group by b.cancelled_at, b.during
            """,
            id=shared.booking.id,
        )
    assert row["during"].lower == shared.booking.period.start
    assert row["cancelled_at"] < row["last"]
    told = client.get(shared.address, headers=booker).json()
    assert [part["parts"] for part in told["pays"]] == [2, 1]


def test_a_cancellation_that_waited_ends_after_the_last_answer(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    """Cancel at an instant before an answer's, as a request does that waited for the machine."""
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    with transaction(pool, SYSTEM) as tx:
        (row,) = many(tx, "select recorded_at from booking_share_answers")
    booking_changes.cancel(
        pool,
        Hand(who=shared.booker, booking=shared.booking.id),
        now=row["recorded_at"] - timedelta(seconds=2),
    )
    told = client.get(shared.address, headers=booker).json()
    assert [part["parts"] for part in told["pays"]] == [2, 1]


def test_who_is_asked_no_more_is_told_nothing_new(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second, third = (bearer(who) for who in (shared.booker, *shared.members))
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/refuse", headers=second, json={"request": 1})
    assert client.get(shared.address, headers=second).status_code == 200
    start = shared.booking.period.start + timedelta(hours=3)
    moved = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    answer = client.post(f"{API}/bookings/{shared.booking.id}/move", headers=booker, json=moved)
    assert answer.status_code == 200, answer.text
    # A company without an answer sees that it is asked again; one that refused sees no more.
    assert client.get(shared.address, headers=second).status_code == 404
    assert states(client.get(shared.address, headers=third)) == ["refused", "outdated"]
    client.post(f"{shared.address}/take-back", headers=booker)
    assert client.get(shared.address, headers=third).status_code == 404
    assert client.get(f"{API}/cost-shares", headers=third).json()["items"] == []


@pytest.mark.parametrize("count", ["9" * 5000, "²", "0", "1001", "-1", "1e3"])
def test_a_typed_part_is_a_whole_number(shared: Shared, visit: Visit, count: str) -> None:
    form = {
        "version": shared.booking.version,
        "booker_parts": 1,
        "number": [shared.second.registration_number],
        "parts": [count],
    }
    page = f"/bookings/{shared.booking.id}/cost-shares"
    assert visit(shared.booker).post(page, data=form).status_code == 409


def test_a_share_and_its_answer_stay_at_the_centre(
    client: TestClient, shared: Shared, bearer: LogIn, pool: Pool
) -> None:
    booker = bearer(shared.booker)
    client.post(shared.address, headers=booker, json=shared.wanted)
    elsewhere = World.made(pool)
    foreign = elsewhere.company()
    with pytest.raises(NotFound) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(
            """
            insert into booking_share_answers (id, centre_id, share_id, booker_id, company_id,
                answer, recorded_at)
            select gen_random_uuid(), %s, id, booker_id, company_id, 'consent', now()
            from booking_shares where place = 1
            """,
            [elsewhere.centre.id],
        )
    assert refused.value.figures["constraint"] == "booking_share_answers_share"
    with pytest.raises(NotFound) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(
            """
            insert into booking_shares (id, centre_id, booking_id, version, place, booker_id,
                company_id, booker_parts, parts, machine_id, during, usage_mode, recorded_at)
            select gen_random_uuid(), centre_id, booking_id, 2, 1, booker_id, %s, 1, 1, machine_id,
                during, usage_mode, now()
            from booking_shares where place = 1
            """,
            [foreign.id],
        )
    assert refused.value.figures["constraint"] == "booking_shares_served"
