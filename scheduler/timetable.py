"""The timetable of jobs: the slots that are due at an instant, and the work of each job.

A slot is done once: its row is claimed in the transaction of its work. So a second scheduler is
harmless, and one that was away finds what is due by a query
(docs/reference/reliability.md#scheduled-jobs).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from gadong.billing.services import holidays, payments, statement_drafts, tax_invoices
from gadong.billing.services.proof import evidence
from gadong.booking.services import attendance, unbooked_runs
from gadong.booking.services.applications import draws, rounds
from gadong.booking.services.waiting.offers import offer_all
from gadong.core.database import Pool, Tx, cutoff
from gadong.core.domain.calendar import Month, is_working
from gadong.core.domain.period import Period
from gadong.metering.services import channel_limits, machine_dues, metering
from gadong.notices.services import notice_delivery
from gadong.notices.services.answer_links import MailedLinks
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import archiving, health, jobs
from gadong.operations.services.archiving import ArchivePlan
from gadong.operations.services.jobs import JobFunction
from gadong.people.domain.centre import Centre
from gadong.people.services import accounts
from gadong.reports.services import monthly_reports
from gadong.satisfaction.services import requests as satisfaction
from gadong.stays.services import tenancy_notices
from gadong.training.services import (
    course_answers,
    course_waiting,
    guidance_answers,
    lapsing_trainings,
)

# Drafts of these months are made even after a long downtime; an older one is a manager's decision.
MONTHS_BACK = 3
LONGEST_MONTH = timedelta(days=31)
# A statement takes some tenths of a second; other jobs of the night's lane wait meanwhile.
EVIDENCE_A_MINUTE = 20


class Lane(StrEnum):
    """A row of jobs that are done one after the other; lanes do not wait for each other."""

    MINUTE = "minute"
    POST = "post"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """Work, with the slots that are due at an instant, the oldest first,
    and the lane that does it.
    """

    name: str
    lane: Lane
    slots: Callable[[datetime], list[datetime]]
    work: JobFunction


def timetable(
    pool: Pool, links: MailedLinks | None = None, plan: ArchivePlan | None = None
) -> Iterator[ScheduledJob]:
    """Yield every job. Without `links` no letter with a link is made, and without a `plan` no
    archive.
    """
    yield ScheduledJob(name="metering", lane=Lane.MINUTE, slots=every_minute, work=_meter)
    yield ScheduledJob(name="attendance", lane=Lane.MINUTE, slots=every_minute, work=_attend)
    yield ScheduledJob(
        name="limits",
        lane=Lane.MINUTE,
        slots=every_minute,
        work=lambda _tx, slot: f"{channel_limits.judge_all(pool, now=slot)} alarms told",
    )
    yield ScheduledJob(name="applications", lane=Lane.MINUTE, slots=every_minute, work=_draw)
    yield ScheduledJob(
        name="outbox",
        lane=Lane.POST,
        slots=every_minute,
        work=lambda tx, _slot: (
            f"{notice_delivery.publish_outbox(tx, links=links)} events published"
        ),
    )
    yield ScheduledJob(
        name="evidence",
        lane=Lane.NIGHT,
        slots=every_minute,
        work=lambda _tx, _slot: _evidence(pool),
    )
    yield ScheduledJob(name="calendar", lane=Lane.NIGHT, slots=nightly, work=_calendar)
    yield ScheduledJob(name="retention", lane=Lane.NIGHT, slots=nightly, work=_delete_expired)
    yield ScheduledJob(name="duplicates", lane=Lane.NIGHT, slots=nightly, work=_forget_keys)
    if plan:
        yield ScheduledJob(
            name="archive",
            lane=Lane.NIGHT,
            slots=nightly,
            work=lambda _tx, slot: str(archiving.archive(pool, plan, now=slot)),
        )
    for centre in accounts.every_centre(pool):
        yield ScheduledJob(
            name=f"reminders {centre.slug}",
            lane=Lane.NIGHT,
            slots=partial(mornings, centre=centre),
            work=partial(_remind, centre=centre),
        )
        yield ScheduledJob(
            name=f"figures {centre.slug}",
            lane=Lane.NIGHT,
            slots=partial(small_hours, centre=centre),
            work=partial(_figures, pool, centre=centre),
        )
        yield ScheduledJob(
            name=f"running month {centre.slug}",
            lane=Lane.NIGHT,
            slots=hourly,
            work=partial(_running_month, pool, centre=centre),
        )
        yield ScheduledJob(
            name=f"statement drafts {centre.slug}",
            lane=Lane.NIGHT,
            slots=partial(_drafting, pool, centre=centre),
            work=partial(_draft, pool, centre=centre),
        )


def every_minute(now: datetime) -> list[datetime]:
    """Return the present minute.

    Missed minutes need no work, since each reads the present facts.
    """
    return [now.replace(second=0, microsecond=0)]


def hourly(now: datetime) -> list[datetime]:
    """Return the present full hour; the figures of a missed one would be replaced at once."""
    return [now.replace(minute=0, second=0, microsecond=0)]


def nightly(now: datetime) -> list[datetime]:
    """Return the latest 18:00 UTC: three in the morning in Korea."""
    today = now.astimezone(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    return [today if today <= now else today - timedelta(days=1)]


def mornings(now: datetime, centre: Centre) -> list[datetime]:
    """Return the latest 9:00 on the centre's clock, when a reminder wakes nobody."""
    today = now.astimezone(centre.zone).replace(hour=9, minute=0, second=0, microsecond=0)
    return [(today if today <= now else today - timedelta(days=1)).astimezone(UTC)]


def small_hours(now: datetime, centre: Centre) -> list[datetime]:
    """Return the latest 4:00 on the centre's clock, when nobody books."""
    today = now.astimezone(centre.zone).replace(hour=4, minute=0, second=0, microsecond=0)
    return [(today if today <= now else today - timedelta(days=1)).astimezone(UTC)]


def monthly(now: datetime, centre: Centre, off: Container[date]) -> list[datetime]:
    """Return 6:00 of the second working day after each of the last months,
    as far as it has passed.
    """
    month = Month.of(now, centre.zone)
    slots: list[datetime] = []
    for _ in range(MONTHS_BACK):
        slots.append(drafting_time(month, centre, off))
        month = month.previous
    return sorted(slot for slot in slots if slot <= now)


def _drafting(pool: Pool, now: datetime, centre: Centre) -> list[datetime]:
    """Return the instants of a centre's drafts, by its own holidays."""
    return monthly(now, centre, _holidays(pool, now, centre))


def _holidays(pool: Pool, now: datetime, centre: Centre) -> Container[date]:
    """Return the holidays for which drafting waits."""
    return holidays.known_to(pool, centre, Period(now - MONTHS_BACK * LONGEST_MONTH, now))


def drafting_time(month: Month, centre: Centre, off: Container[date]) -> datetime:
    """Return the instant at which last month's drafts are made.

    Late messages have arrived by then (docs/reference/billing.md#statement-cycle).
    """
    day = month.period(centre.zone).start.astimezone(centre.zone).date()
    working_days = 0
    while True:
        working_days += is_working(day, off)
        if working_days == 2:
            return datetime.combine(day, time(6), tzinfo=centre.zone).astimezone(UTC)
        day += timedelta(days=1)


def tick_metering(pool: Pool) -> None:
    """Derive what is due, each second.

    The marks in the database say what is due, so this needs no slot.
    """
    metering.catch_up(pool)


def tick_deliveries(pool: Pool, senders: Senders, now: datetime) -> None:
    """Send due deliveries, every few seconds.

    Each delivery is claimed by itself, so this needs no slot.
    """
    notice_delivery.deliver(pool, senders, now=now)


def tick_slots(
    pool: Pool,
    now: datetime,
    lanes: Collection[Lane] = tuple(Lane),
    *,
    links: MailedLinks | None = None,
    plan: ArchivePlan | None = None,
) -> None:
    """Do the lanes' slots that are due and not done, every few seconds."""
    jobs_of_lanes = [job for job in timetable(pool, links, plan) if job.lane in lanes]
    due = [(job, slot) for job in jobs_of_lanes for slot in job.slots(now)]
    # One statement for all: three jobs of each centre would otherwise be tried every time.
    done = jobs.done(pool, [(job.name, slot) for job, slot in due])
    for job, slot in due:
        if (job.name, slot) not in done:
            jobs.run_slot(pool, job.name, slot, job.work)


def _meter(tx: Tx, slot: datetime) -> str:
    health.need_derived(tx, since=slot - timedelta(minutes=1))
    return "nothing waits"


def _attend(tx: Tx, slot: datetime) -> str:
    settled = attendance.settle_all(tx, now=slot)
    offers = offer_all(tx, now=slot) + course_waiting.settle_all(tx, now=slot)
    unbooked = unbooked_runs.tell_new(tx, now=slot)
    return f"{settled} bookings settled, {offers} offers made, {unbooked} unbooked runs notified"


def _draw(tx: Tx, slot: datetime) -> str:
    drawn = draws.draw_due(tx, now=slot)
    return f"{drawn} rounds drawn, {rounds.open_due(tx, now=slot)} rounds opened"


def _calendar(tx: Tx, slot: datetime) -> str:
    return f"{holidays.bring_up_to_date(tx, now=slot)} holidays changed"


def _delete_expired(tx: Tx, slot: datetime) -> str:
    return f"{jobs.forget(tx, slot)} rows deleted"


def _forget_keys(tx: Tx, slot: datetime) -> str:
    return f"{jobs.forget_keys(tx, slot)} duplicate keys deleted"


def _remind(tx: Tx, slot: datetime, centre: Centre) -> str:
    overdue, untaxed = (
        payments.remind(tx, centre, now=slot),
        tax_invoices.warn(tx, centre, now=slot),
    )
    lapsing = lapsing_trainings.remind(tx, centre, now=slot)
    leaving = tenancy_notices.remind(tx, centre, now=slot)
    due = machine_dues.remind(tx, centre, now=slot)
    asked = satisfaction.ask_after_sessions(tx, centre, now=slot)
    asked += course_answers.ask_after_courses(tx, centre, now=slot)
    asked += guidance_answers.ask_after_guidance(tx, centre, now=slot)
    return (
        f"{overdue} overdue reminders, {untaxed} tax invoice warnings, {lapsing} training "
        f"reminders, {leaving} contracts that end,"
        f" {due} reminders of machines, {asked} asked for an answer"
    )


def _evidence(pool: Pool) -> str:
    """Keep evidence of statements from before an upgrade, each in a transaction of its own."""
    return f"{evidence.keep_missing(pool, most=EVIDENCE_A_MINUTE)} kept"


def _figures(pool: Pool, tx: Tx, slot: datetime, centre: Centre) -> str:
    before = cutoff(pool, centre.id)
    months = monthly_reports.keep_months(tx, centre, recorded_before=before, now=slot)
    return f"{months} months kept in figures"


# Every job's work has one shape.
def _running_month(pool: Pool, tx: Tx, slot: datetime, centre: Centre) -> str:  # noqa: ARG001
    before = cutoff(pool, centre.id)
    return f"{monthly_reports.keep_running(tx, centre, recorded_before=before)} kept in figures"


def _draft(pool: Pool, tx: Tx, slot: datetime, centre: Centre) -> str:
    month = Month.of(slot, centre.zone).previous
    before = cutoff(pool, centre.id)
    drafted = statement_drafts.draft_month(tx, centre, month, recorded_before=before)
    missing = f"; not drafted: {', '.join(drafted.faults)}" if drafted.faults else ""
    return f"{drafted.count} drafts of {month}{missing}"
