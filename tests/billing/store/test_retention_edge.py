"""Retention between a machine's last word before a month and the month: what rests on that word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections, statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.proof.verification import Kind
from gadong.booking.domain.booking import Booking
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Refused
from gadong.core.store import outbox
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, machines
from gadong.metering.services import metering
from tests.support.billing.evidence import tampered
from tests.support.metering.metering import message
from tests.support.world import World

#: Before the month's start. A chunk is of seven days: that of the word has ended nine days later.
SAID = timedelta(days=20)
RETIRED = timedelta(days=11)


def start_of(world: World) -> datetime:
    """Return the start of last month."""
    return Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start


def booked_in_vain(world: World, hours: float = 10, basis: str = "actual_run") -> Booking:
    """Return a booking of the third, on a machine that said long before that it was idle and
    speaks again from the fifth on.
    """
    world.tariff(no_show={"pct": "50"}, basis=basis)
    start = start_of(world)
    machine = world.machine("mill-1")
    source = world.source(machine)
    booking = world.booked(machine, world.company(), start + timedelta(days=2, hours=hours))
    words = ((-SAID, "idle"), (timedelta(days=4), "running"), (timedelta(days=4, hours=1), "idle"))
    said = [message(source, start + after, Channel.ACTIVITY, word) for after, word in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    return booking


def drafted(world: World, booking: Booking) -> Statement:
    """Compute the month of the company that booked."""
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=booking.company_id,
        month=str(Month.of(booking.period.start, world.centre.zone)),
    )


def say_again(world: World) -> None:
    """Report once more that the machine ran, so that its month is read anew."""
    machine = machines.find(world.pool, world.manager, "mill-1", centre=world.centre.id)
    (source,) = machines.sources(world.pool, world.manager, machine)
    when = start_of(world) + timedelta(days=4, minutes=30)
    ingestion.commit(
        world.pool, world.centre.id, [message(source, when, Channel.ACTIVITY, "running")], []
    )


def settled(world: World, draft: Statement) -> Statement:
    """Approve a draft and issue it."""
    statements.approve(world.pool, world.manager, draft.id)
    return statements.issue(
        world.pool, world.manager, draft.id, close_early=False, now=datetime.now(UTC)
    )


def missed(world: World) -> Statement:
    """Return an issued statement of a fee for not coming to such a machine."""
    issued = settled(world, drafted(world, booked_in_vain(world)))
    assert issued.document["totals"]["total"] == 30_000
    return issued


def retire(pool: Pool, before: datetime) -> None:
    """Drop the signals from before the instant."""
    with transaction(pool, SYSTEM) as tx:
        outbox.forget_old(tx, signals_before=before)


def test_a_fee_that_rests_on_a_word_from_before_its_month_is_not_given_back(
    world: World, pool: Pool
) -> None:
    statement = missed(world)
    retire(pool, start_of(world) - RETIRED)
    # Until another signal comes, the month's runs are kept as they were read.
    assert corrections.propose(pool, world.manager, statement.id).difference.changes == ()
    say_again(world)
    with pytest.raises(Refused) as refused:
        corrections.propose(pool, world.manager, statement.id)
    assert [p.code for p in refused.value.problems] == ["statement.retired"]
    with pytest.raises(Refused) as refused:
        corrections.issue(pool, world.manager, statement.id, digest="0" * 64, reason="늦은 신호")
    assert [p.code for p in refused.value.problems] == ["statement.retired"]
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, verdict.differences) == (Kind.RETIRED, ())


def test_a_month_is_corrected_while_the_word_before_it_is_there(world: World, pool: Pool) -> None:
    statement = missed(world)
    retire(pool, start_of(world) - SAID)
    assert corrections.propose(pool, world.manager, statement.id).difference.changes == ()
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, verdict.differences) == (Kind.HOLDS, ())


def test_a_changed_fact_differs_also_when_the_word_before_the_month_is_gone(
    world: World, pool: Pool, database_url: str
) -> None:
    missed(world)
    retire(pool, start_of(world) - RETIRED)
    tampered(
        database_url,
        "update tariffs set document = jsonb_set(document, '{items,0,rate_per_hour}', '\"30001\"')",
    )
    (verdict,) = verification.verify(pool, world.manager)
    assert verdict.kind is Kind.DIFFERS


def test_a_word_that_was_taken_away_while_signals_are_there_differs(
    world: World, pool: Pool, database_url: str
) -> None:
    missed(world)
    tampered(
        database_url, "delete from signals where event_time = (select min(event_time) from signals)"
    )
    tampered(
        database_url,
        "delete from messages where received_at = (select min(received_at) from messages)",
    )
    (verdict,) = verification.verify(pool, world.manager)
    assert verdict.kind is Kind.DIFFERS


@pytest.mark.parametrize("basis", ["actual_run", "hull"])
def test_a_new_draft_is_refused_where_its_fee_rests_on_a_word_that_is_gone(
    basis: str, world: World, pool: Pool
) -> None:
    booking = booked_in_vain(world, basis=basis)
    assert metering.catch_up(pool) == 1
    retire(pool, start_of(world) - RETIRED)
    month = str(Month.of(booking.period.start, world.centre.zone))
    for ask in (statement_drafts.draft, statement_drafts.preview):
        with pytest.raises(Refused) as refused:
            ask(
                pool, world.manager, centre=world.centre.id, company=booking.company_id, month=month
            )
        assert [p.code for p in refused.value.problems] == ["statement.retired"]
    # Of all companies the one is named, and stops no other.
    done = statement_drafts.draft_all(pool, world.manager, world.centre.id, month)
    assert (done.count, done.faults) == (0, (world.companies[0].name,))


def test_a_draft_is_not_called_outdated_where_only_a_word_is_gone(world: World, pool: Pool) -> None:
    draft = drafted(world, booked_in_vain(world))
    assert metering.catch_up(pool) == 1
    retire(pool, start_of(world) - RETIRED)
    say_again(world)
    with pytest.raises(Refused) as refused:
        statements.approve(pool, world.manager, draft.id)
    assert [p.code for p in refused.value.problems] == ["statement.retired"]


def test_a_new_draft_is_computed_where_a_word_that_is_gone_decides_nothing(
    world: World, pool: Pool
) -> None:
    # Booked while the machine ran, by its own words of the month.
    booking = booked_in_vain(world, hours=48)
    assert metering.catch_up(pool) == 1
    retire(pool, start_of(world) - RETIRED)
    draft = drafted(world, booking)
    assert (draft.document["totals"]["supply"], draft.blockers) == (30_000, [])
    issued = settled(world, draft)
    assert corrections.propose(pool, world.manager, issued.id).difference.changes == ()


def test_a_statement_is_corrected_though_a_word_is_gone_that_decides_nothing(
    world: World, pool: Pool
) -> None:
    booking = booked_in_vain(world, hours=48)
    issued = settled(world, drafted(world, booking))
    retire(pool, start_of(world) - RETIRED)
    say_again(world)
    assert corrections.propose(pool, world.manager, issued.id).difference.changes == ()
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, verdict.differences) == (Kind.RETIRED, ())
