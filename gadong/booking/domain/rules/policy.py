"""The rules of a booking request: one rule, one function, and every rule is asked.
A rule never queries and never writes sentences for users. It returns a code and its figures, or
None. The limits that it compares with are the rule book's (rules/rulebook.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from gadong.booking.domain.applications.window import after_the_draw
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.equipment.equipped import equipped
from gadong.booking.domain.rules import eligibility, month_quota, quota
from gadong.booking.domain.rules.approval import needs_approval as needs_approval  # noqa: PLC0414
from gadong.booking.domain.rules.free_time import few_seats, free
from gadong.booking.domain.safety.qualified import holds as holds  # noqa: PLC0414  # re-exported
from gadong.booking.domain.safety.qualified import (
    qualified,
    qualified_for_hours,
    still_qualified,
)
from gadong.booking.domain.staff.assistance import helped
from gadong.booking.domain.time_grid import next_midnight, on_grid
from gadong.core.domain import clock
from gadong.core.domain.clock import write_instant as _text
from gadong.core.domain.period import Period, whole_minutes, within, without
from gadong.core.domain.problem import Problem

Rule = Callable[[Wish, Facts, datetime], Problem | None]


def in_service(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a retired machine."""
    return Problem(code="booking.retired") if facts.is_retired else None


def not_stopped(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a person whom a manager has suspended, until the suspension ends."""
    if facts.stopped_until is None or facts.stopped_until <= now:
        return None
    return Problem(
        code="booking.stopped", limit=_text(facts.stopped_until), overridable_by="manager"
    )


def nothing_long_overdue(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a company with a long overdue debt."""
    most, due = facts.rules.overdue_stop, facts.unpaid_since
    if most is None or due is None:
        return None
    late = now.astimezone(facts.zone).date() - due
    if wish.is_extension or late <= most:
        return None
    return Problem(
        code="booking.overdue", limit=most.days, actual=late.days, overridable_by="manager"
    )


def for_a_person(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """A booking is a person's of its company, also where the centre enters it by telephone."""
    return Problem(code="booking.person", overridable_by="manager") if wish.is_unnamed else None


def terms_accepted(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require acceptance of the terms in force, before the request or with it."""
    wanted = facts.rules.terms
    if wanted is None or wanted in facts.accepted or wanted == wish.pledge:
        return None
    return Problem(code="booking.terms", limit=wanted)


def in_the_future(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a start in the future by the notice; a moved booking also leaves by a notice."""
    if wish.is_extension:
        return None
    if wish.period.start < now:
        # A manager may enter what was agreed by telephone before.
        return Problem(
            code="booking.in_the_past",
            limit=_text(now),
            actual=_text(wish.period.start),
            overridable_by="manager",
        )
    if wish.was is not None and wish.was.start - now < facts.rules.move_notice:
        return Problem(
            code="booking.move_notice",
            limit=whole_minutes(facts.rules.move_notice),
            actual=whole_minutes(wish.was.start - now),
            overridable_by="manager",
        )
    lead = wish.period.start - now
    # Freed time is short of any notice; the list gives it out all the same.
    if lead < facts.rules.notice and wish.offer is None and not wish.is_application:
        return Problem(
            code="booking.notice",
            limit=whole_minutes(facts.rules.notice),
            actual=whole_minutes(lead),
            overridable_by="manager",
        )
    return None


def within_the_horizon(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require an end within the horizon."""
    if wish.is_application or wish.period.end <= now + facts.rules.horizon:
        return None
    ahead = (wish.period.end - now).days
    return Problem(
        code="booking.horizon",
        limit=facts.rules.horizon.days,
        actual=ahead,
        overridable_by="manager",
        details={"ends": _text(wish.period.end), "until": _text(now + facts.rules.horizon)},
    )


def on_the_grid(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a start and an end on the grid from the centre's midnight; a running one may stay."""
    edges = [wish.period.end] if wish.is_extension else [wish.period.start, wish.period.end]
    off = next((e for e in edges if on_grid(e, facts.rules.step, facts.zone) != e), None)
    if off is None:
        return None
    return Problem(
        code="booking.off_grid",
        limit=whole_minutes(facts.rules.step),
        actual=_text(off),
        overridable_by="manager",
    )


def long_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require the minimum length."""
    if wish.period.length >= facts.rules.shortest:
        return None
    return Problem(
        code="booking.too_short",
        limit=whole_minutes(facts.rules.shortest),
        actual=whole_minutes(wish.period.length),
        overridable_by="manager",
    )


def short_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require the maximum length."""
    if wish.period.length <= facts.rules.longest:
        return None
    return Problem(
        code="booking.too_long",
        limit=whole_minutes(facts.rules.longest),
        actual=whole_minutes(wish.period.length),
        overridable_by="manager",
    )


def while_open(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require opening hours; a booking that may run past closing needs only to start in them."""
    if facts.rules.may_run_past_close and any(p.contains(wish.period.start) for p in facts.opened):
        return None
    outside = without([wish.period], facts.opened)
    if not outside:
        return None
    seconds = sum(part.seconds for part in outside)
    return Problem(
        code="booking.closed",
        limit=0,
        actual=seconds // 60,
        overridable_by="manager",
    ).saying(open_hours=_open_hours(wish, facts))


def _open_hours(wish: Wish, facts: Facts) -> list[Period]:
    """Return the opening hours of the wish's own days; where they have none, the next ones."""
    begin = clock.midnight(wish.period.start.astimezone(facts.zone).date(), facts.zone)
    days = Period(begin, next_midnight(wish.period.end - timedelta(seconds=1), facts.zone))
    inside = within(facts.opened, days)
    later = (part for part in facts.opened if part.start >= days.end)
    return inside or [period for period in [min(later, default=None)] if period]


def not_during_closure(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a time in a closure or maintenance."""
    inside = [part for closed in facts.closed if (part := closed.overlap(wish.period))]
    if not inside:
        return None
    return Problem(
        code="booking.closure",
        actual=sum(part.seconds for part in inside) // 60,
        overridable_by="manager",
        details={
            "from": _text(min(p.start for p in inside)),
            "until": _text(max(p.end for p in inside)),
        },
    )


def whole_night(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require the whole of a night that a period touches: nobody clears the plate at three."""
    night = facts.rules.overnight
    if night is None:
        return None
    cut = [w for w in night.touching(wish.period, facts.zone) if w.overlap(wish.period) != w]
    if not cut:
        return None
    return Problem(
        code="booking.overnight",
        limit=f"{night.since:%H:%M}-{night.until:%H:%M}",
        overridable_by="manager",
        details={"from": _text(cut[0].start), "until": _text(cut[-1].end)},
    )


def usage_mode_offered(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a usage mode that the centre offers; an existing booking keeps its own."""
    modes = facts.rules.usage_modes
    if wish.moving is not None or facts.rules.mode(wish.usage_mode) in modes:
        return None
    return Problem(
        code="booking.usage_mode",
        limit=", ".join(modes),
        actual=wish.usage_mode,
        overridable_by="manager",
    )


def questions_answered(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require answers to the centre's required questions."""
    if wish.moving is not None:
        return None
    missing = [
        q.key
        for q in facts.rules.questions
        if q.is_required and not wish.answers.get(q.key, "").strip()
    ]
    if not missing:
        return None
    return Problem(
        code="booking.unanswered",
        limit=", ".join(missing),
        overridable_by="manager",
    ).saying(names={q.key: (q.ko, q.en) for q in facts.rules.questions})


def with_what_belongs(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Machines that are used together are booked together, in one request."""
    missing = [slug for slug in facts.rules.linked if slug not in wish.together]
    if not missing or wish.moving is not None:
        return None
    return Problem(code="booking.linked", limit=", ".join(missing), overridable_by="manager")


def not_by_list_only(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a machine that only its waiting list assigns."""
    if facts.rules.waiting_list != "only" or wish.moving or wish.offer or wish.is_application:
        return None
    return Problem(code="booking.waiting_list_only", overridable_by="manager")


RULES: tuple[Rule, ...] = (
    in_service,
    not_stopped,
    nothing_long_overdue,
    quota.max_strikes,
    eligibility.from_the_districts,
    eligibility.of_the_sectors,
    eligibility.small_enough,
    eligibility.known_enough,
    for_a_person,
    terms_accepted,
    in_the_future,
    within_the_horizon,
    after_the_draw,
    on_the_grid,
    long_enough,
    short_enough,
    while_open,
    not_during_closure,
    whole_night,
    usage_mode_offered,
    qualified,
    still_qualified,
    qualified_for_hours,
    questions_answered,
    with_what_belongs,
    few_seats,
    not_by_list_only,
    quota.max_bookings_per_day,
    quota.max_future_bookings,
    quota.max_future_time,
    quota.max_time_per_day,
    quota.max_time_per_week,
    month_quota.max_bookings_per_month,
    month_quota.max_time_per_month,
    month_quota.max_company_bookings,
    month_quota.max_company_time,
    month_quota.max_days_in_row,
    month_quota.max_company_days_in_row,
    quota.min_gap,
    helped,
    equipped,
    free,
)

#: Rules about the request's form, which its people can answer whatever its time is.
ABOUT_FORM: tuple[Rule, ...] = (
    for_a_person,
    terms_accepted,
    usage_mode_offered,
    qualified,
    still_qualified,
    questions_answered,
    with_what_belongs,
    few_seats,
)

#: Rules about how a machine is used.
ABOUT_MODE: tuple[Rule, ...] = (
    usage_mode_offered,
    qualified,
    still_qualified,
    qualified_for_hours,
)

#: Rules about what is edited of a booking that stands.
ABOUT_EDIT: tuple[Rule, ...] = (*ABOUT_MODE, questions_answered)


def check(
    wish: Wish, facts: Facts, *, now: datetime, rules: Sequence[Rule] = RULES
) -> list[Problem]:
    """Return the problems of all rules; empty if every rule agrees."""
    return [p.saying(zone=facts.zone.key) for p in each_problem(wish, facts, now, rules)]


def each_problem(
    wish: Wish, facts: Facts, now: datetime, rules: Sequence[Rule]
) -> Iterator[Problem]:
    """Yield the problems one by one; a rule is asked when its turn comes."""
    return (problem for rule in rules if (problem := rule(wish, facts, now)))


def form_codes(wish: Wish, facts: Facts, *, now: datetime) -> frozenset[str]:
    """Return the codes of what the request's form lacks, which another time would not mend."""
    return frozenset(p.code for p in check(wish, facts, now=now, rules=ABOUT_FORM))
