"""The evidence of a session: what was booked beside what the machine did, as values and as one
drawing.
The drawing is the same text on a page and in a printed document. States differ by pattern as well
as by shade, so that it can be read without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session
from gadong.core.domain import clock
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, without
from gadong.texts.documents import EVIDENCE_BANDS, MINUTES_AND_SECONDS

WIDTH, LANE, GAP, LABELS = 680, 11, 3, 12
# Beyond this many hours, ticks stand farther apart: a label wants 40 of the drawing's units.
MOST_TICKS = 16
STEPS = (600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000)
FILLS = {
    State.RUNNING: "#1f5f8b",
    State.SETUP: "url(#setup)",
    State.PAUSED: "url(#setup)",
    State.FAULT: "url(#fault)",
    State.UNKNOWN: "url(#unknown)",
}
#: The states in the order of the drawing's words.
DRAWN = (State.RUNNING, State.SETUP, State.PAUSED, State.FAULT, State.UNKNOWN)
PATTERNS = (
    '<pattern id="booked" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#eef2f6"/><path d="M0 6L6 0" stroke="#8795a5" '
    'stroke-width="0.7"/></pattern>'
    '<pattern id="setup" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#cfe0ee"/><path d="M0 0V4" stroke="#1f5f8b" '
    'stroke-width="1.2"/></pattern>'
    '<pattern id="fault" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#fbe3df"/><path d="M0 0L5 5M0 5L5 0" stroke="#a3260f" '
    'stroke-width="0.9"/></pattern>'
    '<pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#ffffff"/><circle cx="2.5" cy="2.5" r="0.9" '
    'fill="#5b6673"/></pattern>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStretch:
    """A part of a machine's time in one state, and what that state rests on."""

    state: State
    grade: Grade
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One session's: `key` begins the keys of its lines.

    Nothing of the machine's time outside it is shown.
    """

    key: str
    machine: str
    machine_name: str
    booked: Period | None
    used: Period | None
    stretches: tuple[EvidenceStretch, ...]

    @property
    def whole(self) -> Period:
        """Booking and use together."""
        known = [p for p in (self.booked, self.used) if p]
        return known[0].hull(known[-1])


def evidence(session: Session, *, machine: str, machine_name: str) -> Evidence:
    """Return the evidence of a session's lines, clipped to the session.

    It does not show others' time on the machine before and after.
    """
    booked = session.booking.period if session.booking else None
    known = [p for p in (booked, session.occupied) if p]
    return Evidence(
        key=session.key,
        machine=machine,
        machine_name=machine_name,
        booked=booked,
        used=session.occupied,
        stretches=tuple(_stretches(session, known[0].hull(known[-1]))),
    )


def _stretches(session: Session, whole: Period) -> Iterable[EvidenceStretch]:
    """Yield the visible runs, joined in one state, without others' use."""
    if session.presence is Presence.CANCELLED:
        return
    last: EvidenceStretch | None = None
    own = [*session.own_time, *([session.booking.period] if session.booking else [])]
    hidden = [*session.taken, *without([whole], own)]
    for run in session.runs:
        inside = run.clipped(whole)
        if inside is None or run.state not in FILLS:
            continue
        for part in without([inside], hidden):
            start = part.start
            if last and (last.state, last.grade, last.period.end) == (run.state, run.grade, start):
                start = last.period.start
            elif last:
                yield last
            last = EvidenceStretch(state=run.state, grade=run.grade, period=Period(start, part.end))
    if last:
        yield last


def drawing(of: Evidence, zone: ZoneInfo, language: str = "ko") -> str:
    """Draw the session as SVG: bookings over the machine's states, on the centre's clock."""
    frame = of.whole
    scale = WIDTH / frame.seconds
    height = 2 * LANE + GAP + LABELS

    def bar(period: Period, lane: int, fill: str, title: str) -> str:
        x = (period.start - frame.start).total_seconds() * scale
        width = max(0.6, period.seconds * scale)
        y = lane * (LANE + GAP)
        stroke = ' stroke="#5b6673" stroke-width="0.6"' if fill.startswith("url") else ""
        return (
            f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{LANE}" fill="{fill}"{stroke}>'
            f"<title>{escape(title)}</title></rect>"
        )

    named = {key: text.say(language) for key, text in EVIDENCE_BANDS.items()}
    parts = [bar(of.booked, 0, "url(#booked)", named["booked"])] if of.booked else []
    parts += [bar(s.period, 1, FILLS[s.state], named[s.state]) for s in of.stretches]
    for at in _ticks(frame, zone):
        x = (at - frame.start).total_seconds() * scale
        parts.append(
            f'<path d="M{x:.2f} 0V{2 * LANE + GAP + 2}" stroke="#8795a5" stroke-width="0.4"/>'
        )
        anchor = "start" if x < 20 else "end" if x > WIDTH - 20 else "middle"
        parts.append(
            f'<text x="{x:.2f}" y="{height - 2}" font-size="7.5" text-anchor="{anchor}" '
            'fill="#3d4752" '
            f'font-family="Pretendard">{_label(at, zone, frame)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(described(of, zone, language))}">'
        f"<defs>{PATTERNS}</defs>{''.join(parts)}</svg>"
    )


def described(of: Evidence, zone: ZoneInfo, language: str = "ko") -> str:
    """Return the drawing in words: what was booked, and how long the machine was in each state."""
    named = {key: text.say(language) for key, text in EVIDENCE_BANDS.items()}

    def clock(period: Period) -> str:
        return f"{period.start.astimezone(zone):%m/%d %H:%M}–{period.end.astimezone(zone):%H:%M}"

    words = [f"{named['booked']} {clock(of.booked)}"] if of.booked else []
    for state in DRAWN:
        seconds = sum(s.period.seconds for s in of.stretches if s.state is state)
        if seconds:
            minutes, rest = divmod(seconds, 60)
            figures = {"minutes": minutes, "rest": rest}
            words.append(f"{named[state]} {MINUTES_AND_SECONDS.say(language, figures)}")
    return f"{of.machine_name}: {', '.join(words)}"


def _ticks(frame: Period, zone: ZoneInfo) -> Sequence[datetime]:
    """Round instants on the centre's clock inside the frame."""
    step = next((s for s in STEPS if frame.seconds / s <= MOST_TICKS), STEPS[-1])
    midnight = clock.midnight(clock.day_of(frame.start, zone), zone)
    first = -(-int((frame.start - midnight).total_seconds()) // step)
    ticks = []
    at = midnight + timedelta(seconds=first * step)
    while at <= frame.end:
        ticks.append(at)
        at += timedelta(seconds=step)
    return ticks


def _label(at: datetime, zone: ZoneInfo, frame: Period) -> str:
    local = at.astimezone(zone)
    is_midnight = (local.hour, local.minute) == (0, 0)
    return f"{local:%m/%d}" if is_midnight and frame.seconds > 43_200 else f"{local:%H:%M}"
