"""A machine's day as a thin bar: its opening hours, what of them is free, and now."""

from __future__ import annotations

from datetime import datetime
from html import escape

from markupsafe import Markup

from api.pages.frame.texts import Words
from gadong.booking.services.centre_calendar.agenda import AgendaRow
from gadong.core.domain.period import Period, within

WIDTH, HEIGHT = 360, 12


def free_bar(row: AgendaRow, day: Period, words: Words, *, now: datetime) -> Markup:
    """Return the bar with its hours below; without any hours that day a sentence instead."""
    opened = within(row.opened, day)
    if not opened:
        return Markup('<p class="small">{}</p>').format(words.say("Closed today"))
    whole = Period(opened[0].start, opened[-1].end)
    free = within(row.free, whole)
    scale = WIDTH / whole.seconds

    def bar(period: Period, look: str) -> str:
        x = (period.start - whole.start).total_seconds() * scale
        width = max(1.0, period.seconds * scale)
        return f'<rect class="{look}" x="{x:.1f}" width="{width:.1f}" height="{HEIGHT}"/>'

    parts = [f'<rect class="taken" width="{WIDTH}" height="{HEIGHT}"/>']
    parts += [bar(p, "free") for p in free]
    if whole.contains(now):
        x = (now - whole.start).total_seconds() * scale
        parts.append(f'<path class="now" d="M{x:.1f} 0V{HEIGHT}"/>')
    spans = ", ".join(f"{words.clock(p.start)}–{words.clock(p.end)}" for p in free)
    said = escape(words.say("Free today: {spans}", spans=spans or words.say("none")))
    drawn = (
        f'<svg class="free-bar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
        f' role="img" aria-label="{said}">{"".join(parts)}</svg>'
    )
    ends = Markup('<p class="free-ends small"><span>{}</span><span>{}</span></p>').format(
        words.clock(whole.start), "24:00" if whole.end == day.end else words.clock(whole.end)
    )
    return Markup(drawn) + ends  # noqa: S704  # made of numbers and of what is escaped above
