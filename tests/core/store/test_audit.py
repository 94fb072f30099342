"""The record of actions: a chain that shows every later change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request, request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.core.domain.audit import BEGINNING, Head
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden
from gadong.operations.services import audit_export
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import World, nobody_may

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


def test_an_act_says_who_when_from_where_what_and_why(world: World, pool: Pool) -> None:
    machine, company = world.machine("mill-1"), world.company()
    member = replace(world.member(company), origin="192.0.2.7")
    wanted = Request(
        machine=machine, company=company.id, period=Period(SOON, SOON + timedelta(hours=1))
    )
    (booking,) = request(pool, member, wanted, now=datetime.now(UTC))
    hand = Hand(who=world.manager, booking=booking.id)
    booking_changes.release(pool, hand, reason="스핀들 고장", now=datetime.now(UTC))
    released, made = [
        e for e in audit_export.page(pool, world.manager, world.centre.id) if e.what == "bookings"
    ]
    assert (made.by, made.origin, made.action, made.which) == (
        member.person_id,
        "192.0.2.7",
        "made",
        str(booking.id),
    )
    assert made.before is None
    assert (released.by, released.action) == (world.manager.person_id, "changed")
    assert "state" in released.changed
    assert released.before == made.after
    assert released.at > made.at
    assert audit_export.verify(pool, OPERATOR)[1] == []


def test_what_comes_to_nothing_leaves_no_entry(world: World, pool: Pool) -> None:
    world.machine()
    before, _ = audit_export.verify(pool, OPERATOR)
    with transaction(pool, SYSTEM) as tx, tx.transaction(force_rollback=True):
        tx.execute("update machines set kind = 'x'")
    assert audit_export.verify(pool, OPERATOR)[0] == before


def test_many_hands_make_one_chain(world: World, pool: Pool) -> None:
    start, _ = audit_export.verify(pool, OPERATOR)

    def close(number: int) -> None:
        at = SOON + timedelta(hours=number)
        closures.close(
            pool,
            world.manager,
            Closing(
                centre=world.centre.id,
                machine=None,
                period=Period(at, at + timedelta(minutes=30)),
                kind="maintenance",
                reason="점검",
            ),
            now=datetime.now(UTC),
        )

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(close, range(200)))
    end, wrong = audit_export.verify(pool, OPERATOR)
    assert (end.number - start.number, wrong) == (200, [])


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("update audit_entries set by = gen_random_uuid() where number = 3", "entry 3 was changed"),
        ("update audit_entries set why = 'x' where number = 3", "entry 3 was changed"),
        ("delete from audit_entries where number = 3", "entries 3 to 3 are missing"),
        (
            "delete from audit_entries where number = (select max(number) from audit_entries)",
            "the chain ends at",
        ),
        # An owner of the database may write the whole chain anew. A copy elsewhere shows it.
        (
            """
            delete from audit_entries where number > 2;
            update audit_head set (number, hash) = (
                select number, hash from audit_entries where number = 2
            )
            """,
            "is not the one that was written down",
        ),
    ],
)
def test_a_hand_that_owns_the_database_is_seen(
    world: World, pool: Pool, tampering: str, words: str
) -> None:
    world.machine()
    known, wrong = audit_export.verify(pool, OPERATOR)
    assert (known.number > 3, wrong) == (True, [])
    with psycopg.connect(str(pool.conninfo)) as owner:
        owner.execute("alter table audit_entries disable trigger user")
        owner.execute(tampering.encode())
        owner.execute("alter table audit_entries enable trigger user")
    _, wrong = audit_export.verify(pool, OPERATOR, known)
    assert any(words in line for line in wrong), wrong


@pytest.mark.parametrize(
    "change",
    ["update audit_entries set why = ''", "delete from audit_entries", "truncate audit_entries"],
)
def test_nobody_edits_it(change: str, world: World, pool: Pool) -> None:
    nobody_may(pool, change)


def test_whoever_looks_at_people_is_on_record(world: World, pool: Pool) -> None:
    company = world.company()
    world.member(company)
    members.members(pool, world.manager, world.centre.id, company.id)
    seen = audit_export.page(pool, world.manager, world.centre.id)[0]
    assert (seen.by, seen.action, seen.what, seen.which) == (
        world.manager.person_id,
        "read",
        "people",
        str(company.id),
    )
    text = audit_export.export(pool, world.manager, world.centre.id, reason="=cmd() 월간 점검")
    assert text.startswith("\ufeffnumber,at,by")
    taken = audit_export.page(pool, world.manager, world.centre.id)[0]
    assert (taken.action, taken.what, taken.why) == ("read", "audit_entries", "=cmd() 월간 점검")
    again = audit_export.export(pool, world.manager, world.centre.id, reason="다시")
    assert "'=cmd() 월간 점검" in again


def test_a_centre_reads_its_own_and_only_the_operator_all(world: World, pool: Pool) -> None:
    other = World.made(pool)
    other.machine("theirs")
    assert {e.centre_id for e in audit_export.page(pool, world.manager, world.centre.id)} == {
        world.centre.id
    }
    with pytest.raises(Forbidden):
        audit_export.verify(pool, world.manager)
    end, _ = audit_export.verify(pool, OPERATOR)
    assert end != BEGINNING
    assert audit_export.verify(pool, OPERATOR, Head(end.number, bytes(32)))[1] != []


def test_a_role_that_is_given_and_taken_is_on_record(world: World, pool: Pool) -> None:
    person = members.create_person(
        pool,
        OPERATOR,
        email="tech@x.example",
        name="기사",
        password="a long enough one",  # a test's
        centre=world.centre.id,
        roles={Role.TECHNICIAN},
    )
    members.set_roles(pool, world.manager, world.centre.id, person.id, set())
    acts = [
        (e.action, e.by)
        for e in audit_export.page(pool, world.manager, world.centre.id)
        if e.what == "centre_staff" and e.which == str(person.id)
    ]
    assert acts == [("removed", world.manager.person_id), ("made", OPERATOR.person_id)]
