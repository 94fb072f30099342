"""Earlier wrong results, through the whole path: broker, ingest, runs, and charges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.billing.services import statement_drafts
from gadong.booking.services import timeline
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.ingest.bad_day_rows import HALF_AN_HOUR, Row, all_rows
from tests.support.ingest.listening import heard
from tests.support.waiting import until
from tests.support.world import World


def topic(row: Row, tail: str) -> str:
    """Return the topic of the device."""
    return (
        f"tele/{row.base}/{tail}" if row.dialect == "tasmota" else f"{row.base}/{tail}".strip("/")
    )


def heard_of_devices(pool: Pool) -> int:
    """Count what the devices said.

    The inbox may keep a question that ingest asked while a device was bound.
    """
    with transaction(pool, SYSTEM) as tx:
        return len(many(tx, "select 1 from messages where topic !~ '^[^/]+/rpc$'"))


def test_a_bad_day_comes_out_right_and_is_billed_right(
    world: World, device: Publisher, pool: Pool
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    local = start.astimezone(world.ZONE)
    if local.month != (local + timedelta(hours=1)).month:
        start -= timedelta(hours=3)
    company = world.company()
    world.tariff()
    bound: dict[str, Machine] = {}
    for name, row in all_rows(start).items():
        bound[name] = machine = world.machine(name.lower())
        source = world.source(
            machine,
            row.dialect,
            base=row.base,
            options=dict(row.options),
            thresholds=row.thresholds,
        )
        heard(world, source)
        world.booked(machine, company, start - timedelta(minutes=10), hours=1)
    said = [
        (topic(row, tail), body) for row in all_rows(start).values() for _, tail, body in row.said
    ]
    begins = datetime.now(UTC)
    device.publish_all(said[:-1])
    # The last word ends a job that has no clock of its own: the job lasts at least a second.
    until(lambda: datetime.now(UTC) - begins > timedelta(seconds=2), what="the last job has run")
    device.publish_all(said[-1:])
    until(lambda: heard_of_devices(pool) == len(said), within=60, what="all of it is stored")
    metering.catch_up(pool)
    live = {s.machine.id: s.live for s in timeline.seen(pool, world.manager)}
    for name, row in all_rows(start).items():
        machine = bound[name]
        with transaction(pool, SYSTEM) as tx:
            whole = Period(start - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
            found = runs.of_machine(tx, machine.id, whole)
            worked = runs.jobs_of_machine(tx, machine.id, whole)
        shown = live[machine.id]
        assert shown is not None
        assert shown.state == row.ends, (name, found)
        if row.minutes is not None:
            ran = [(r.start, r.end) for r in found if r.state == "running"]
            assert ran == [(start, start + timedelta(minutes=row.minutes))], (name, found)
        if row.result is not None:
            assert [job.result for job in worked] == [row.result], name
    month = f"{start.astimezone(world.ZONE):%Y-%m}"
    computed = statement_drafts.preview(
        pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    halves = [row for row in all_rows(start).values() if row.minutes == HALF_AN_HOUR]
    of_time = [
        line.charge.amount for line in computed.document.lines if line.machine in {"r1", "r2", "r9"}
    ]
    assert of_time == [15_000, 15_000, 15_000], "half an hour each, at 30,000 won an hour"
    assert computed.document.totals.lines == 15_000 * len(halves)
