"""The time to close a centre's months, beside PostgreSQL's mere reading of the same rows.

    python -m bench.closing [--months 12] [--every 10] [--part 10]

Fifty machines, two hundred companies and five thousand bookings a month, or such a part of all
three. Each machine is heard every so many seconds (60) and with every change. The months are closed
one after the other as a centre would: derived, drafted, approved, issued. Every statement is
verified. At last a late signal in the first month must make exactly one difference. Making the
months takes its time, and the processor's other half while one is closed; it is not part of `make
bench`.
"""

from __future__ import annotations

import resource
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from bench.database import milliseconds, own_database
from gadong.billing.services import corrections, statement_blockers, statement_drafts, statements
from gadong.billing.services.prices import tariffs
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services.rules import company_rule_book
from gadong.booking.store import bookings
from gadong.core.database import Pool, cutoff, recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import BookingId, new_id
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from gadong.machines.store import machines
from gadong.metering.services import metering
from gadong.people.domain.company import Company
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.metering.metering import message
from tests.support.world import World, registration_number

SIGNALS = """
    insert into signals (
        centre_id, machine_id, source_id, message_id, channel, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, text_value, part
    )
    select s.centre_id, s.machine_id, s.id, gen_random_uuid(), 'activity', at, 'device',
        at, at, 0, 1, case when busy.times @> at then 'running' else 'idle' end, ''
    from sources s
    left join (
        select machine_id,
            range_agg(tstzrange(
                lower(during) + interval '5 minutes', upper(during) - interval '10 minutes'
            )) as times
        from bookings
        where during && tstzrange(%(start)s, %(end)s)
        group by machine_id
    ) busy using (machine_id)
    cross join generate_series(
        %(start)s::timestamptz, %(end)s::timestamptz - interval '1 microsecond',
        make_interval(secs => %(every)s)
    ) at
"""
READ_SIGNALS = """
    select machine_id, event_time, text_value from signals
    where event_time >= %s and event_time < %s
    order by machine_id, event_time
"""
READ_BOOKINGS = "select booking_id, snapshot from booking_events order by booking_id, version"


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreSize:
    """A centre's machines and companies, and its bookings a month."""

    machines: int = 50
    companies: int = 200
    bookings: int = 5000

    def part(self, of: int) -> CentreSize:
        """Return a smaller centre whose machines are as busy."""
        return CentreSize(
            machines=self.machines // of,
            companies=self.companies // of,
            bookings=self.bookings // of,
        )


def fill(pool: Pool, months: Sequence[Month], size: CentreSize) -> tuple[World, list[Company]]:
    """A centre with some months of bookings; its machines have said nothing yet."""
    world = World.made(pool)
    item = {"kind": "mill", "rate_per_hour": "30000", "basis": "actual_run"}
    tiers = [{"after_seconds": 36_000, "rate_per_hour": "27000"}]
    tariff = {"effective_from": "2000-01-01", "items": [{**item, "tiers": tiers}]}
    drafted = tariffs.draft(pool, world.manager, centre=world.centre.id, document=tariff)
    tariffs.publish(pool, world.manager, drafted.id)
    first = months[0].period(world.centre.zone)
    companies = [
        accounts.create_company(
            pool,
            OPERATOR,
            centre=world.centre.id,
            name=f"회사 {n}",
            registration_number=registration_number(n),
            category="general",
            since=first.start.date() - timedelta(days=60),
        )
        for n in range(size.companies)
    ]
    hall: list[Machine] = [world.machine(f"mill-{n}") for n in range(size.machines)]
    for machine in hall:
        world.source(machine)
    _book(pool, world, months, hall, companies, size.bookings)
    return world, companies


def say(pool: Pool, world: World, period: Period, every: int) -> float:
    """Insert the signals of all machines in a period; return the seconds that it took."""
    begun = perf_counter()
    with psycopg.connect(str(pool.conninfo), autocommit=True) as maker:
        maker.execute(SIGNALS, {"start": period.start, "end": period.end, "every": every})
        maker.execute("analyze")
    with transaction(pool, SYSTEM) as tx:
        for source in machines.sources(tx, centre_id=world.centre.id):
            machines.mark(tx, source, period.start)
    return perf_counter() - begun


def _book(
    pool: Pool,
    world: World,
    months: Sequence[Month],
    hall: Sequence[Machine],
    companies: Sequence[Company],
    count: int,
) -> None:
    """The months' bookings, straight into the store: how long asking takes is another bench's."""
    member = world.member(companies[0]).person_id
    with transaction(pool, SYSTEM) as tx:
        rules = company_rule_book.book(tx, world.centre.id, at=datetime.now(UTC)).rules(
            hall[0], datetime.now(UTC)
        )
    for month in months:
        begins = month.period(world.centre.zone).start
        with transaction(pool, SYSTEM) as tx:
            for n in range(count):
                slot, place = divmod(n, len(hall))
                start = begins + timedelta(hours=6.5 * slot + place % 5)
                booking = Booking(
                    id=BookingId(new_id()),
                    centre_id=world.centre.id,
                    machine_id=hall[place].id,
                    # Every company comes to some machines, and every machine is many companies'.
                    company_id=companies[(n * 7 + slot) % len(companies)].id,
                    person_id=member,
                    period=Period(start, start + timedelta(hours=2)),
                    state=BookingState.CONFIRMED,
                )
                bookings.insert(
                    tx, booking, rules, by=member, recorded_at=recorded_at(tx, world.centre.id)
                )


def floor(pool: Pool, period: Period) -> float:
    """Return the seconds in which a month's signals and all bookings are merely read."""
    begun = perf_counter()
    with pool.connection() as tx, tx.cursor("floor") as cursor:
        # Read and dropped, so that the floor has no peak of its own.
        cursor.execute(READ_SIGNALS, [period.start, period.end])
        for _ in cursor:
            pass
        tx.execute(READ_BOOKINGS).fetchall()
    return perf_counter() - begun


def close(pool: Pool, world: World, month: Month, one: Company, least: float) -> None:
    """Close a month, and print what it took beside its floor."""
    before, begun = cutoff(pool, world.centre.id), perf_counter()
    with transaction(pool, SYSTEM) as tx:
        made = statement_drafts.draft_month(tx, world.centre, month, recorded_before=before).count
    spent = perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{month}: {made} drafts in {spent:.1f} s, {made / spent:.0f} "
        "statements/s,"
        f" {peak:.0f} MB at most, {spent / least:.1f} x reading it ({least:.1f} s)",
        flush=True,
    )
    look = milliseconds(
        lambda: statement_drafts.preview(
            pool, world.manager, centre=world.centre.id, company=one.id, month=str(month)
        )
    )
    drafts = []
    cursor_: UUID | None = None
    while page := statements.page(
        pool, world.manager, centre=world.centre.id, month=str(month), before=cursor_, most=100
    ):
        drafts += [s.id for s in page]
        cursor_ = page[-1].id
    begun, worked = perf_counter(), process_time()
    opened = statements.open_month(pool, world.manager, world.centre.id, str(month))
    for draft in drafts:
        accepted = sorted(statement_blockers.ACCEPTABLE)
        statements.approve(pool, world.manager, draft, accept=accepted, opened=opened)
        statements.issue(
            pool, world.manager, draft, close_early=False, now=datetime.now(UTC), opened=opened
        )
    each = (perf_counter() - begun) / len(drafts) * 1000
    work = (process_time() - worked) / len(drafts) * 1000
    print(
        f"{month}: a preview {look:.0f} ms, approving and issuing {each:.0f} ms a statement, "
        f"{work:.0f} ms of them CPU",
        flush=True,
    )


def measure(pool: Pool, months: Sequence[Month], every: int, size: CentreSize) -> None:
    """Make the months, close and verify each as a centre would, and change one."""
    world, companies = fill(pool, months, size)
    spans = [month.period(world.centre.zone) for month in months]
    spans[0] = spans[0].widened(before=timedelta(hours=1), after=timedelta(0))
    count, differ, least = 0, 0, 0.0
    with ThreadPoolExecutor(1) as maker:
        # A statement looks two days into the next month: that is there before a month is closed,
        # and the one after it is made meanwhile.
        made = [say(pool, world, span, every) for span in spans[:2]]
        for month, ahead in zip(months, [*spans[2:], None, None][: len(months)], strict=True):
            coming = maker.submit(say, pool, world, ahead, every) if ahead else None
            begun = perf_counter()
            while metering.catch_up(pool, most=size.machines):
                pass
            derived = perf_counter() - begun
            print(
                f"{month}: runs derived in {derived:.1f} s, signals made in {made.pop(0):.0f} s",
                flush=True,
            )
            # One month's signals are as many as another's.
            least = least or floor(pool, month.period(world.centre.zone))
            close(pool, world, month, companies[0], least)
            begun, worked = perf_counter(), process_time()
            found = verification.verify(pool, world.manager, month=str(month))
            each = (perf_counter() - begun) / len(found) * 1000
            work = (process_time() - worked) / len(found) * 1000
            wrong = sum(bool(v.differences) for v in found)
            print(
                f"{month}: verifying {len(found)} from their signals {each:.0f} ms each, "
                f"{work:.0f} ms of them CPU, {wrong} differ",
                flush=True,
            )
            count, differ = count + len(found), differ + wrong
            if coming:
                made.append(coming.result())
    print(f"{count} statements verified, {differ} differ", flush=True)
    changed = late_signal(pool, world, months[0], size.companies)
    print(f"a late signal in {months[0]}: {changed} of its statements would say something else")


def late_signal(pool: Pool, world: World, month: Month, most: int) -> int:
    """A machine says late that it had failed in the middle of a booking.

    How many statements of the month differ then.
    """
    with transaction(pool, SYSTEM) as tx:
        row = tx.execute(
            "select b.machine_id, lower(b.during) as start from bookings b where "
            "lower(b.during) >= %s"
            " order by lower(b.during), b.machine_id limit 1",
            [month.period(world.centre.zone).start + timedelta(days=3)],
        ).fetchone()
        if row is None:
            raise AssertionError("the month has bookings")
        (source,) = (
            s
            for s in machines.sources(tx, centre_id=world.centre.id)
            if s.machine_id == row["machine_id"]
        )
    # An alarm stands beside what the machine said every so often, so that it holds until it is
    # taken back.
    words = ((61, "fault"), (100, "none"))
    batch = [
        message(source, row["start"] + timedelta(minutes=m), Channel.ALARM, word)
        for m, word in words
    ]
    ingestion.commit(pool, world.centre.id, batch, [])
    issued = statements.page(
        pool, world.manager, centre=world.centre.id, month=str(month), before=None, most=most
    )
    proposals = [corrections.propose(pool, world.manager, s.id) for s in issued]
    return sum(bool(p.difference.changes) for p in proposals)


def last_months(count: int) -> list[Month]:
    """Return the last complete months, the earliest first."""
    month, found = Month.of(datetime.now(UTC), ZoneInfo("Asia/Seoul")), []
    for _ in range(count):
        month = month.previous
        found.append(month)
    return found[::-1]


if __name__ == "__main__":
    told = ArgumentParser()
    told.add_argument("--months", type=int, default=1)
    told.add_argument("--every", type=int, default=60)
    told.add_argument("--part", type=int, default=1)
    arguments = told.parse_args()
    with own_database() as opened:
        measure(
            opened,
            last_months(arguments.months),
            arguments.every,
            CentreSize().part(arguments.part),
        )
