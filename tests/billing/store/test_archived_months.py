"""Statements of a month whose raw rows lie in files: proven, read, and corrected once restored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections, energy_sales, print_materials, statement_drafts
from gadong.billing.services.prices import session_costs
from gadong.billing.services.proof import line_messages, verification
from gadong.billing.services.proof.verification import Kind
from gadong.billing.services.statement_document import document
from gadong.booking.services import booking_changes, bookings, machine_ledger, timeline
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.machine_ledger import open_ledger
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import MessageId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound, Problem, Refused
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, machines
from gadong.machines.services.archive import restoring
from gadong.operations.services import archiving
from tests.support.billing.evidence import ran
from tests.support.metering.metering import message
from tests.support.operations.archive import MONTHS, archived, month_of, spoke
from tests.support.page_fixtures import Visit
from tests.support.world import World


def start_of(world: World, statement: Statement) -> datetime:
    """Return the first instant of a statement's month."""
    return Month.parse(statement.month).period(world.centre.zone).start


def message_ids(statement: Statement) -> list[MessageId]:
    """Return the messages that a statement's lines name."""
    return [
        MessageId(UUID(id_))
        for line in document(statement).lines
        for id_ in line.charge.trace.messages
    ]


def test_an_issued_statement_of_an_archived_month_holds_and_its_messages_are_read(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    statement = ran(world, MONTHS + 1)
    ids = message_ids(statement)
    assert ids
    shown = line_messages.of_document(pool, world.manager, world.centre.id, document(statement))
    was = [timeline.message(pool, world.manager, id_) for id_ in ids]
    assert archived(pool, tmp_path).dropped > 0
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, str(verdict)) == (Kind.ARCHIVED, "holds; raw signals archived")
    assert [timeline.message(pool, world.manager, id_) for id_ in ids] == was
    assert shown == line_messages.of_document(
        pool, world.manager, world.centre.id, document(statement)
    )


def test_a_message_of_the_archive_is_for_the_same_people_as_before(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    statement = ran(world, MONTHS + 1)
    own = world.member(next(c for c in world.companies if c.id == statement.company_id))
    other = world.member(world.company())
    asked = message_ids(statement)[0]
    elsewhere = World.made(pool)
    for _ in range(2):
        assert timeline.message(pool, own, asked)[0].id == asked
        for nobody in (other, elsewhere.manager):
            with pytest.raises(NotFound):
                timeline.message(pool, nobody, asked)
        archived(pool, tmp_path)
    with pytest.raises(NotFound):
        timeline.message(pool, own, MessageId(new_id()))


def test_a_correction_says_where_the_month_lies_and_is_made_once_it_is_restored(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    statement = ran(world, MONTHS + 1)
    assert archived(pool, tmp_path).dropped > 0
    with pytest.raises(Refused) as refused:
        corrections.propose(pool, world.manager, statement.id)
    (problem,) = refused.value.problems
    assert (problem.code, problem.actual) == ("statement.archived", statement.month)
    until = datetime.now(UTC) + timedelta(days=30)
    month = Month.parse(statement.month)
    assert restoring.restore(pool, world.centre, month, until=until) > 0
    assert corrections.propose(pool, world.manager, statement.id).difference.changes == ()
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, verdict.differences) == (Kind.HOLDS, ())
    # A word that comes late changes the proposal, as in any month whose signals are there.
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)
    (source,) = machines.sources(pool, world.manager, machine)
    longer = start_of(world, statement) + timedelta(days=9, hours=12, minutes=40)
    late = [message(source, longer, Channel.ACTIVITY, "idle")]
    ingestion.commit(pool, world.centre.id, late, [])
    assert corrections.propose(pool, world.manager, statement.id).difference.changes != ()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_month_with_an_open_statement_stays_in_the_database(
    world: World, pool: Pool, tmp_path: Path, is_open: bool
) -> None:
    spoke(world, MONTHS + 1)
    if is_open:
        statement_drafts.draft(
            pool,
            world.manager,
            centre=world.centre.id,
            company=world.company().id,
            month=str(month_of(world, MONTHS + 1)),
        )
    done = archived(pool, tmp_path)
    written = {file.month for file in archiving.files_of(pool) if file.rows}
    assert (not written) is is_open
    assert (done.dropped == 0) is is_open


def test_what_is_read_while_a_month_is_away_does_not_outlast_its_return(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    statement = ran(world, MONTHS + 1)
    noon = start_of(world, statement) + timedelta(days=9, hours=12)
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)

    def seconds() -> int:
        """Return the use of the booked hours; nobody has read exactly these before."""
        with transaction(pool, SYSTEM) as tx:
            booked = Period(noon, noon + timedelta(hours=2))
            ledger = open_ledger(tx, machine, booked, recorded_before=datetime.now(UTC))
        return sum(usage.seconds for usage in ledger.usages)

    assert archived(pool, tmp_path).dropped > 0
    assert seconds() == 0
    until = datetime.now(UTC) + timedelta(days=30)
    restoring.restore(pool, world.centre, Month.parse(statement.month), until=until)
    assert seconds() == 3600


def test_use_of_an_archived_month_is_not_said_to_be_none(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    statement = ran(world, MONTHS + 1)
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)
    with transaction(pool, SYSTEM) as tx:
        (row,) = tx.execute("select id from bookings").fetchall()
    booking, _ = bookings.find(pool, world.manager, row["id"])
    cost = session_costs.of_booking(pool, world.manager, booking)
    assert cost is not None
    assert (cost.ran_seconds, cost.missing) == (3600, None)
    assert archived(pool, tmp_path).dropped > 0
    cost = session_costs.of_booking(pool, world.manager, booking)
    away = Problem(code="signals.archived", actual=statement.month)
    assert cost is not None
    assert (cost.ran_seconds, cost.amount, cost.missing) == (0, None, away)
    for read in (
        lambda: energy_sales.of_booking(pool, world.manager, booking.id),
        lambda: machine_ledger.usages(pool, world.manager, machine, booking.period),
        lambda: print_materials.waiting(
            pool,
            world.manager,
            centre=world.centre.id,
            company=statement.company_id,
            month=statement.month,
        ),
    ):
        with pytest.raises(Refused) as refused:
            read()
        assert refused.value.problems == [away]


def test_a_bookings_page_says_that_its_month_lies_in_an_archive(
    world: World, pool: Pool, tmp_path: Path, visit: Visit
) -> None:
    statement = ran(world, MONTHS + 1)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update bookings set state = 'completed'")
        (row,) = tx.execute("select id from bookings").fetchall()
    desk = visit(world.member(next(c for c in world.companies if c.id == statement.company_id)))
    said = f"{statement.month}의 신호는 보관 파일에 있습니다"
    assert said not in desk.get(f"/bookings/{row['id']}").text
    assert archived(pool, tmp_path).dropped > 0
    assert said in desk.get(f"/bookings/{row['id']}").text


def test_the_cost_of_a_booking_without_any_device_needs_no_signals(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    start = month_of(world, MONTHS + 1).period(world.centre.zone).start + timedelta(days=5)
    booked = world.booked(
        world.machine("press"), world.company(), start, now=start - timedelta(hours=1)
    )
    hand = Hand(who=world.manager, booking=booked.id, version=booked.version)
    booking = booking_changes.check_in(pool, hand, now=start)
    before = session_costs.of_booking(pool, world.manager, booking)
    assert before is not None
    assert before.missing is None
    assert archived(pool, tmp_path).dropped > 0
    assert session_costs.of_booking(pool, world.manager, booking) == before
