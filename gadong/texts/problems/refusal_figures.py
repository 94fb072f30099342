"""A refusal's figures as people say them: lengths in hours and days, times on the centre's clock,
things by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.core.domain.period import Period
from gadong.core.domain.problem import Figure, Problem
from gadong.core.domain.usage_mode import UsageMode
from gadong.texts.catalogue import Language, Text
from gadong.texts.pages import DAYS, HOURS, MINUTES, day_in_words

OPEN_HOURS = Text(" 운영시간: {hours}.", " It is open {hours}.")
FREE_AGAIN = Text(" {day}부터 다시 됩니다.", " It is free again from {day} on.")
#: Codes whose limit and actual are minutes that pass on the clock: days from two days on.
AWAY = frozenset(
    {"booking.notice", "booking.move_notice", "tariff.fee_before_free", "tariff.fee_always"}
)
#: Codes whose limit and actual are minutes of use, which add up in hours.
USED = frozenset(
    {
        "booking.too_short",
        "booking.too_long",
        "booking.closed",
        "booking.closure",
        "booking.off_grid",
        "booking.ahead_minutes",
        "booking.day_minutes",
        "booking.week_minutes",
        "booking.month_minutes",
        "booking.company_month_minutes",
        "booking.gap",
    }
)
MODES: Mapping[str, Text] = {
    UsageMode.SELF: Text("직접 이용", "run by yourselves"),
    UsageMode.ASSISTED: Text("지원 이용", "with the centre's operator"),
    UsageMode.COMMISSIONED: Text("의뢰", "done for you by the centre"),
}
TWO_DAYS = 2880


def said(problem: Problem, language: Language) -> dict[str, object]:
    """Return the problem's figures by their names, each as its sentence says it."""
    figures = {**problem.details, "limit": problem.limit, "actual": problem.actual}
    spoken: dict[str, object] = {
        name: _figure(problem, figure, language) for name, figure in figures.items()
    }
    spoken["hours"] = _hours(problem, language)
    spoken["again"] = _again(problem, language)
    return spoken


def length(minutes: int, language: Language, *, days: bool = False) -> str:
    """Write so many minutes as hours and minutes; with `days`, two days and more as days."""
    whole, rest = (
        divmod(abs(minutes), 1440) if days and abs(minutes) >= TWO_DAYS else (0, abs(minutes))
    )
    hours, left = divmod(rest, 60)
    counts = ((whole, DAYS), (hours, HOURS), (left, MINUTES))
    parts = [unit.say(language, {"count": n}) for n, unit in counts if n]
    written = " ".join(parts) or MINUTES.say(language, {"count": 0})
    return ("-" if minutes < 0 else "") + written


def moment(instant: datetime, problem: Problem, language: Language) -> str:
    """Write an instant on the problem's clock, with its day and weekday."""
    local = instant.astimezone(_zone(problem))
    return f"{day_in_words(local, language)} {local:%H:%M}"


def span(period: Period, problem: Problem, language: Language) -> str:
    """Write a period on the problem's clock; the end of its day is 24:00."""
    begin, end = (i.astimezone(_zone(problem)) for i in (period.start, period.end))
    first = moment(period.start, problem, language)
    if end.date() == begin.date():
        return f"{first}–{end:%H:%M}"
    is_midnight = f"{end:%H:%M}" == "00:00" and end.date() - begin.date() == timedelta(days=1)
    return f"{first}–24:00" if is_midnight else f"{first}–{moment(period.end, problem, language)}"


def names_of(problem: Problem) -> Mapping[str, tuple[str, str]]:
    """Return the Korean and the English name of what the problem's figures call by a key."""
    return problem.spoken.names if problem.spoken else {}


def _zone(problem: Problem) -> ZoneInfo:
    return ZoneInfo(problem.spoken.zone if problem.spoken else "UTC")


def _figure(problem: Problem, figure: Figure, language: Language) -> object:
    code = problem.code
    if isinstance(figure, int) and code in AWAY | USED:
        return length(figure, language, days=code in AWAY)
    if not isinstance(figure, str):
        return figure
    pick = 0 if language == "ko" else 1
    if code == "booking.usage_mode":
        return ", ".join(
            MODES[one].say(language) if one in MODES else one for one in figure.split(", ")
        )
    names = names_of(problem)
    return ", ".join(
        names[one][pick] if one in names else _instant(problem, one, language)
        for one in figure.split(", ")
    )


def _instant(problem: Problem, text: str, language: Language) -> str:
    """Write an instant in people's words, and any other text as it is."""
    if "T" not in text:
        return text
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(instant, problem, language) if instant.tzinfo else text


def _hours(problem: Problem, language: Language) -> str:
    """Return the sentence of the opening hours near the wish; empty where there are none."""
    if not problem.spoken or not problem.spoken.open_hours:
        return ""
    written = ", ".join(span(period, problem, language) for period in problem.spoken.open_hours)
    return OPEN_HOURS.say(language, {"hours": written})


def _again(problem: Problem, language: Language) -> str:
    """Say from which day on the same request would do; nothing where no near day would."""
    instant = problem.details.get("free_from")
    if not isinstance(instant, str):
        return ""
    local = datetime.fromisoformat(instant).astimezone(_zone(problem))
    return FREE_AGAIN.say(language, {"day": day_in_words(local, language)})
