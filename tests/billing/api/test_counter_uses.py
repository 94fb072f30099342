"""Printing by the click: readings of a page counter, the charge, and what they refuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.counters.counter_use import CounterUse
from gadong.billing.services import statement_drafts
from gadong.billing.services.counters import counter_uses
from gadong.billing.services.counters.counter_uses import ReadingAt
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Conflict
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

V1 = "/api/v1"
NOW = datetime.now(UTC).replace(microsecond=0)
A_DAY = 24 * 60
CLICK = {
    "code": "click",
    "kind": "commission",
    "name_ko": "컬러 클릭",
    "name_en": "Colour click",
    "measure": "ea",
    "price": "50",
    "is_discounted": True,
}
SHEET = {**CLICK, "code": "gloss", "measure": "g"}


class Press:
    """A press of a centre, and the desk that reads its counter."""

    def __init__(self, client: TestClient, world: World, bearer: LogIn) -> None:
        self.client, self.world = client, world
        self.machine = world.machine("press-1")
        world.tariff(goods=[CLICK, SHEET])
        self.company = world.company()
        self.member, self.outsider = (
            bearer(world.member(c)) for c in (self.company, world.company())
        )
        client.headers.update(bearer(None))
        self.path = f"{V1}/centres/{world.centre.id}/counter-uses"

    def start(
        self, reading: int | None, minutes: int = 60, end: int | None = None, **more: Any
    ) -> Any:
        """Enter a use that began some minutes ago, and with its end where that is given."""
        body = {
            "machine_slug": "press-1",
            "company": str(self.company.id),
            "good": "click",
            "start": read(reading, minutes),
            **({"end": read(end, minutes - 5)} if end is not None else {}),
            **more,
        }
        return self.client.post(self.path, json=body)

    def end(self, use: Any, reading: int | None, minutes: int = 5) -> Any:
        return self.client.post(f"{V1}/counter-uses/{use['id']}/end", json=read(reading, minutes))

    def take_back(self, use: Any, reason: str = "잘못 읽음") -> Any:
        path = f"{V1}/counter-uses/{use['id']}/take-back"
        return self.client.post(path, json={"reason": reason})

    def lines(self) -> list[tuple[int, str]]:
        month = f"{(NOW - timedelta(minutes=60)).astimezone(self.world.ZONE):%Y-%m}"
        computed = statement_drafts.preview(
            self.world.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=self.company.id,
            month=month,
        )
        lines = computed.document.lines
        return [(x.charge.amount, s.note) for x in lines if (s := x.charge.trace.sold)]


def read(reading: int | None, minutes: int) -> dict[str, Any]:
    return {"at": (NOW - timedelta(minutes=minutes)).isoformat(), "reading": reading}


@pytest.fixture
def press(client: TestClient, world: World, bearer: LogIn) -> Press:
    return Press(client, world, bearer)


def test_what_the_counter_counted_is_charged_by_the_piece(press: Press) -> None:
    client, member, outsider = press.client, press.member, press.outsider
    begun = press.start(48_200)
    assert (begun.status_code, begun.json()["state"]) == (201, "open"), begun.text
    assert begun.headers["Location"] == f"{V1}/counter-uses/{begun.json()['id']}"
    assert press.lines() == []
    done = press.end(begun.json(), 49_400)
    assert (done.status_code, done.json()["state"], done.json()["counted"]) == (200, "ended", 1200)
    # 1,200 clicks of 50 won.
    assert press.lines() == [(60_000, "48,200 → 49,400")]
    entry = client.get(f"{V1}/entries/{done.json()['entry']}").json()
    assert (entry["machine_slug"], entry["quantity"]) == ("press-1", 1200)
    again = press.end(done.json(), 49_500)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    # The company reads its own; another nothing.
    one = begun.headers["Location"]
    assert client.get(one, headers=member).json() == done.json()
    assert client.get(one, headers=outsider).status_code == 404
    assert client.get(press.path, headers=member).json()["items"] == [done.json()]
    assert client.get(press.path, headers=outsider).json()["items"] == []
    assert client.post(f"{one}/take-back", json={"reason": "x"}, headers=member).status_code == 403
    # Taken back, its charge goes, and the same counts may be entered rightly.
    assert press.take_back(done.json(), " ").status_code == 422
    gone = press.take_back(done.json())
    assert (gone.status_code, gone.json()["state"]) == (200, "taken_back")
    assert press.lines() == []
    assert press.take_back(done.json()).status_code == 409
    right = press.start(48_200, end=49_300)
    assert (right.status_code, right.json()["counted"]) == (201, 1100), right.text
    assert press.lines() == [(55_000, "48,200 → 49,300")]


def test_nothing_is_charged_where_nothing_was_counted(press: Press) -> None:
    done = press.end(press.start(100).json(), 100).json()
    assert (done["state"], done["counted"], done["entry"]) == ("ended", 0, None)
    assert press.lines() == []
    assert press.take_back(done).status_code == 200


@pytest.mark.parametrize(
    ("start", "is_replaced", "status"),
    [(49_399, False, 409), (49_400, False, 201), (49_401, False, 201), (0, True, 201)],
)
def test_a_use_begins_at_or_above_the_last_end(
    press: Press, start: int, is_replaced: bool, status: int
) -> None:
    assert press.start(48_200, 60, end=49_400, counter="colour").status_code == 201
    answer = press.start(start, 30, is_replaced=is_replaced, counter="colour")
    assert answer.status_code == status, answer.text
    if status == 409:
        assert (answer.json()["code"], answer.json()["end"]) == ("conflict", 49_400)
    # Another counter of the press counts by itself.
    assert press.start(7, 30, counter="mono").status_code == 201


@pytest.mark.parametrize(("end", "status"), [(48_199, 422), (48_200, 200), (48_201, 200)])
def test_a_use_ends_at_or_above_its_start(press: Press, end: int, status: int) -> None:
    begun = press.start(48_200).json()
    answer = press.end(begun, end)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert (answer.json()["code"], answer.json()["field"]) == ("invalid", "reading")


@pytest.mark.parametrize(
    ("end", "status"), [(None, 409), (49_000, 201), (49_400, 201), (49_401, 409)]
)
def test_a_forgotten_use_fits_between_the_others(
    press: Press, end: int | None, status: int
) -> None:
    assert press.start(48_000, 90, end=48_200).status_code == 201
    assert press.start(49_400, 30, end=50_000).status_code == 201
    answer = press.start(48_200, 60, end=end)
    assert answer.status_code == status, answer.text
    # A replacement between the two would set the later one back.
    assert press.start(0, 50, end=10, is_replaced=True).status_code == 409


def test_a_replaced_counters_use_that_is_sent_twice_is_charged_once(press: Press) -> None:
    assert press.start(48_200, 60, end=49_400).status_code == 201
    for status in (201, 409):
        again = press.start(2_000, 30, end=2_100, is_replaced=True)
        assert again.status_code == status, again.text
    # Nor is a counter replaced while the use before lasts, and it goes on after it.
    assert press.start(0, 28, end=10, is_replaced=True).status_code == 409
    assert press.start(0, 25, end=10, is_replaced=True).status_code == 201
    assert sorted(won for won, _ in press.lines()) == [500, 5_000, 60_000]


def test_a_forgotten_use_before_a_replaced_counter_has_an_end(press: Press) -> None:
    assert press.start(100, 90, end=200).status_code == 201
    assert press.start(0, 30, is_replaced=True).status_code == 201
    assert press.start(200, 60).status_code == 409
    assert press.start(200, 60, end=5_000).status_code == 201


def test_one_use_of_a_counter_is_open_at_a_time(press: Press) -> None:
    begun = press.start(48_200).json()
    second = press.start(48_300, 30)
    assert (second.status_code, second.json()["start"]) == (409, 48_200)
    assert press.start(0, 30, is_replaced=True).status_code == 409
    assert press.start(48_100, 90, end=48_150).status_code == 201
    assert press.take_back(begun).json()["state"] == "taken_back"
    assert press.start(48_300, 30).status_code == 201


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        # A press's counters are named from one day on, and then always.
        ("", "컬러", 409),
        ("컬러", "", 422),
        ("Total", "흑백", 201),
        # One counter, whose counts are charged already.
        ("Total", " total ", 409),
        ("", "", 409),
    ],
)
def test_no_count_is_charged_under_two_names(
    press: Press, first: str, second: str, status: int
) -> None:
    assert press.start(1_000, 60, end=2_000, counter=first).status_code == 201
    again = press.start(1_000, 50, end=2_000, counter=second)
    assert again.status_code == status, again.text
    later = press.start(2_000, 40, end=2_100, counter=first.upper())
    assert (later.status_code, later.json()["counter"]) == (201, first)


def test_a_counter_that_gets_a_name_goes_on_and_another_one_says_so(press: Press) -> None:
    assert press.start(1_000, 60, end=2_000).status_code == 201
    assert press.start(2_000, 50, end=2_100, counter="컬러").status_code == 201
    # Its counts are none of the first one's, as after a replacement.
    assert press.start(500, 40, end=600, counter="흑백").status_code == 409
    assert press.start(500, 40, end=600, counter="흑백", is_replaced=True).status_code == 201
    assert press.start(600, 30, end=650, counter="흑백").status_code == 201
    unnamed = press.start(2_100, 20)
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "counter")
    assert sorted(won for won, _ in press.lines()) == [2_500, 5_000, 5_000, 50_000]


def test_a_use_of_later_is_no_question_of_a_statement_until_then(press: Press) -> None:
    """A press is in use at any moment; what was counted before is billed within the month."""
    client, world = press.client, press.world
    month = Month.of(NOW, world.ZONE).previous
    late = int((NOW - month.period(world.ZONE).end).total_seconds() // 60) + 10
    assert press.start(1_000, late + 120, end=2_000).status_code == 201
    assert press.start(2_000, late + 20).status_code == 201
    where = f"{V1}/centres/{world.centre.id}/companies/{press.company.id}/bill-now"
    until = NOW - timedelta(minutes=late + 60)
    billed = client.post(where, json={"until": until.isoformat()})
    assert (billed.status_code, billed.json().get("total")) == (201, 55_000), billed.text


def test_readings_are_those_that_the_press_sent(press: Press) -> None:
    world = press.world
    nothing = press.start(None)
    assert (nothing.status_code, nothing.json()["field"]) == (422, "reading")
    source = world.source(press.machine)
    counts = [(70, 48_200.0), (40, 49_100.0), (6, 49_400.0), (1, 60_000.0)]
    ingestion.commit(
        world.pool,
        world.centre.id,
        [
            message(source, NOW - timedelta(minutes=at), Channel.PARTS, value)
            for at, value in counts
        ],
        [],
    )
    begun = press.start(None)
    assert (begun.status_code, begun.json()["start_reading"]) == (201, 48_200), begun.text
    done = press.end(begun.json(), None)
    assert (done.json()["start_reading"], done.json()["end_reading"]) == (48_200, 49_400)


def test_a_counters_name_is_found_in_capitals_or_not(press: Press) -> None:
    """The desk typed it first, and the press sends it in its own letters."""
    world = press.world
    assert press.start(100, 90, end=200, counter="Black").status_code == 201
    sent = message(
        world.source(press.machine), NOW - timedelta(minutes=70), Channel.PARTS, 300.0, part="black"
    )
    ingestion.commit(world.pool, world.centre.id, [sent], [])
    begun = press.start(None, counter="black")
    assert begun.status_code == 201, begun.text
    assert (begun.json()["counter"], begun.json()["start_reading"]) == ("Black", 300)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"good": "welding"}, "good"),
        ({"good": "gloss"}, "unit"),
        ({"machine_slug": None}, "machine"),
        ({"start": read(1, -A_DAY)}, "at"),
    ],
)
def test_a_use_that_is_none_is_refused(press: Press, more: dict[str, Any], field: str) -> None:
    answer = press.start(1, **more)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


def test_the_booking_is_the_companys_on_this_machine(press: Press) -> None:
    world = press.world
    then = NOW - timedelta(hours=2)
    own = world.booked(press.machine, press.company, then, 1)
    other = world.booked(world.machine("mill-1"), press.company, then)
    theirs = world.booked(press.machine, world.company(), then + timedelta(hours=1), 1)
    for booking in (other, theirs):
        answer = press.start(1, booking=str(booking.id))
        assert (answer.status_code, answer.json()["field"]) == (422, "booking")
    begun = press.start(1, booking=str(own.id)).json()
    entry = press.end(begun, 3).json()["entry"]
    assert press.client.get(f"{V1}/entries/{entry}").json()["booking"] == str(own.id)


def test_the_database_lets_no_count_be_charged_twice(press: Press) -> None:
    press.start(48_200, end=49_400)
    with (
        pytest.raises(psycopg.errors.ExclusionViolation, match="counter_uses_no_overlap"),
        transaction(press.world.pool, SYSTEM) as tx,
    ):
        tx.execute(
            """
            insert into counter_uses (id, centre_id, machine_id, company_id, series, good,
                started_at, start_reading, ended_at, end_reading, state, recorded_by, recorded_at)
            select gen_random_uuid(), centre_id, machine_id, company_id, series, good, started_at,
                49399, ended_at, 49500, state, recorded_by, recorded_at
            from counter_uses
            """
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("end_reading = end_reading + 1", "counter_uses_readings_stay"),
        ("start_reading = start_reading - 1", "counter_uses_readings_stay"),
        ("state = 'open', ended_at = null, end_reading = null", "counter_uses_readings_stay"),
        ("state = 'ended'", "counter_uses_steps"),
    ],
)
def test_a_use_stays_as_it_was_read(press: Press, change: str, constraint: str) -> None:
    press.start(48_200, end=49_400)
    with (
        pytest.raises(psycopg.errors.RestrictViolation) as trouble,
        transaction(press.world.pool, SYSTEM) as tx,
    ):
        tx.execute(f"update counter_uses set {change}")  # noqa: S608  # fixed parts of a test
    assert trouble.value.diag.constraint_name == constraint


def test_an_open_use_keeps_its_month_from_being_closed(press: Press) -> None:
    client, world = press.client, press.world
    month = Month.of(NOW, world.ZONE).previous
    # The last minutes of the month before; the day of the start decides.
    late = int((NOW - month.period(world.ZONE).end).total_seconds() // 60) + 10
    assert press.start(48_200, late + 10, end=48_300).status_code == 201
    begun = press.start(48_300, late).json()
    lock = f"{V1}/centres/{world.centre.id}/months/{month}/lock"
    where = {"centre": str(world.centre.id), "company": str(press.company.id), "month": str(month)}
    drafted = client.post(f"{V1}/statements", json=where).json()
    one = f"{V1}/statements/{drafted['id']}"
    assert [(b["code"], b["actual"]) for b in drafted["blockers"]] == [
        ("statement.open_counter", "press-1")
    ]
    for accept in ([], ["statement.open_counter"]):
        refused = client.post(f"{one}/approve", json={"accept": accept})
        assert refused.status_code == 422
        assert [p["code"] for p in refused.json()["problems"]] == ["statement.open_counter"]
    done = press.end(begun, 49_400)
    assert done.status_code == 200
    again = client.post(f"{V1}/statements", json=where).json()
    assert (again["blockers"], again["total"]) == ([], 66_000)
    assert client.post(f"{one}/approve", json={}).status_code == 200
    assert client.post(f"{one}/issue", json={}).json()["total"] == 66_000
    assert client.post(lock, json={"reason": "월 마감"}).status_code == 200


def test_an_open_use_of_a_company_without_statement_keeps_the_month_open(press: Press) -> None:
    client, world = press.client, press.world
    month = Month.of(NOW, world.ZONE).previous
    late = int((NOW - month.period(world.ZONE).end).total_seconds() // 60) + 10
    begun = press.start(48_200, late).json()
    lock = f"{V1}/centres/{world.centre.id}/months/{month}/lock"
    refused = client.post(lock, json={"reason": "월 마감"})
    assert refused.status_code == 422
    assert [(p["code"], p["actual"]) for p in refused.json()["problems"]] == [
        ("month.open_counter", "press-1")
    ]
    assert press.take_back(begun).status_code == 200
    assert client.post(lock, json={"reason": "월 마감"}).status_code == 200
    # A locked month without a statement takes no use on that could never be charged.
    late_one = press.start(48_200, late)
    assert [p["code"] for p in late_one.json()["problems"]] == ["month.locked_unstated"]


def test_of_several_at_once_one_starts_a_use_and_one_ends_it(press: Press) -> None:
    world = press.world

    def begun(reading: int) -> CounterUse | None:
        try:
            return counter_uses.start(
                world.pool,
                world.manager,
                centre=world.centre.id,
                machine=press.machine,
                company=press.company.id,
                booking=None,
                good="click",
                first=ReadingAt(at=NOW - timedelta(minutes=60), value=reading),
                now=NOW,
            )
        except Conflict:
            return None

    def ended(reading: int) -> CounterUse | None:
        last = ReadingAt(at=NOW - timedelta(minutes=5), value=reading)
        try:
            return counter_uses.end(world.pool, world.manager, use.id, last, now=NOW)
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as threads:
        (use,) = filter(None, threads.map(begun, [100, 200, 300, 400]))
        (done,) = filter(None, threads.map(ended, [500, 600, 700, 800]))
    assert done.counted is not None
    assert [amount for amount, _ in press.lines()] == [done.counted * 50]
