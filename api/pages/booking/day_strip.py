"""A machine's day as a drawing: when it is open, booked, and truly ran; and the same in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from markupsafe import Markup

from api.pages.frame.texts import Words
from gadong.booking.services.centre_calendar.agenda import AgendaRow
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.period import Period, within

WIDTH, LANE, GAP, LABELS = 720, 18, 2, 13
HOURS = 3
PATTERNS = (
    '<pattern id="p-{key}-taken" width="7" height="7" patternUnits="userSpaceOnUse"><rect '
    'width="7" height="7" class="taken"/>'
    '<path d="M0 7L7 0" class="hatch"/></pattern>'
    '<pattern id="p-{key}-own" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" '
    'height="4" class="own"/>'
    '<path d="M0 2H4" class="hatch"/></pattern>'
)


def day_of(day: date, zone: ZoneInfo) -> Period:
    """Return a day on the centre's clock."""
    return Period(
        datetime.combine(day, time(), tzinfo=zone),
        datetime.combine(day + timedelta(days=1), time(), tzinfo=zone),
    )


def drawn(row: AgendaRow, day: date, who: Caller, words: Words, *, now: datetime) -> Markup:
    """Return the day as SVG: bookings (one's own hatched otherwise) over the runs."""
    whole = day_of(day, words.zone)
    scale = WIDTH / whole.seconds
    key = f"{row.machine.slug}-{day:%m%d}"
    height = 2 * LANE + GAP + LABELS

    def bar(period: Period, y: float, height: float, look: str) -> str:
        x = (period.start - whole.start).total_seconds() * scale
        return (
            f'<rect x="{x:.1f}" y="{y}" width="{max(1.0, period.seconds * scale):.1f}" '
            f'height="{height}" {look}/>'
        )

    parts = [f'<rect width="{WIDTH}" height="{2 * LANE + GAP}" class="shut"/>']
    parts += [bar(p, 0, 2 * LANE + GAP, 'class="open"') for p in within(row.opened, whole)]
    for free in row.free_seats:
        if part := free.period.overlap(whole):
            # As much of the lane as seats are held.
            height_held = LANE * (row.machine.seats - free.free) / row.machine.seats
            look = f'fill="url(#p-{key}-taken)" class="edge"'
            parts.append(bar(part, LANE - height_held, height_held, look))
    for taken in row.taken if row.machine.seats == 1 else ():
        if part := taken.period.overlap(whole):
            kind = (
                "own"
                if who.may_see(row.machine.centre_id, taken.company_id, Right.DESK_SEE)
                else "taken"
            )
            parts.append(bar(part, 0, LANE, f'fill="url(#p-{key}-{kind})" class="edge"'))
    parts += [bar(p, LANE + GAP, LANE, 'class="ran"') for p in within(row.ran, whole)]
    for hour in range(0, 25, HOURS):
        x = hour * WIDTH / 24
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        parts.append(f'<path d="M{x:.1f} 0V{2 * LANE + GAP + 2}" class="tick"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 3}" text-anchor="{anchor}">{hour:02d}</text>')
    if whole.contains(now):
        x = (now - whole.start).total_seconds() * scale
        parts.append(f'<path d="M{x:.1f} 0V{2 * LANE + GAP}" class="now"/>')
    said = escape(told(row, day, who, words))
    patterns = PATTERNS.format(key=key)
    return Markup(  # noqa: S704  # made of numbers and of what is escaped above
        f'<svg class="strip-svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said}">'
        f"<defs>{patterns}</defs>{''.join(parts)}</svg>"
    )


def told(row: AgendaRow, day: date, who: Caller, words: Words) -> str:
    """Return the drawing in words, for readers who do not see it."""
    whole = day_of(day, words.zone)

    def spans(periods: list[Period]) -> str:
        return ", ".join(
            f"{words.clock(p.start)}–{words.clock(p.end)}" for p in periods
        ) or words.say("none")

    taken = within([t.period for t in row.taken], whole)
    own = within(
        [
            t.period
            for t in row.taken
            if who.may_see(row.machine.centre_id, t.company_id, Right.DESK_SEE)
        ],
        whole,
    )
    seats = "".join(
        words.say("; from {start} to {end} seats free: {n}", start=start, end=end, n=free.free)
        for free in row.free_seats
        if (part := free.period.overlap(whole))
        for start, end in [(words.clock(part.start), words.clock(part.end))]
    )
    said = words.say(
        "Open {opened}; booked {taken}; of these yours {own}; ran {ran}",
        opened=spans(within(row.opened, whole)),
        taken=spans(taken),
        own=spans(own),
        ran=spans(within(row.ran, whole)),
    )
    return said + seats
