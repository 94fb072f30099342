"""Labels of booking parameters, and their values as people read and write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.pages.frame.texts import USAGE_MODES, Words
from gadong.booking.domain.rules.limits import Criterion
from gadong.booking.domain.rules.parameter import Parameter, Unit
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.core.domain.problem import Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.people.domain.company_profile import sector_names
from gadong.texts.pages import WEEKDAYS

#: Labels of the parameters, in the order of the rule book.
NAMES: Mapping[str, str] = {
    "step_minutes": "Bookings start and end on steps of",
    "shortest_minutes": "Shortest booking",
    "longest_minutes": "Longest booking",
    "horizon_days": "How far ahead one may book",
    "notice_minutes": "How long before its start one must book",
    "move_notice_minutes": "How long before its start one may still move",
    "free_cancellation_minutes": "Cancelling is free until so long before",
    "opening_hours": "Opening hours (none: the centre's)",
    "holidays": "On holidays",
    "holiday_hours": "Hours of holidays, where they have hours of their own",
    "may_run_past_close": "A booking may run past closing",
    "overnight": "Hours that are booked whole or not at all",
    "day_bookings": "Most bookings a day",
    "ahead_bookings": "Most bookings to come",
    "ahead_minutes": "Most booked time to come",
    "day_minutes": "Most time a day",
    "week_minutes": "Most time a week",
    "month_bookings": "Most bookings a month",
    "month_minutes": "Most time a month",
    "company_month_bookings": "Most bookings a company and month",
    "company_month_minutes": "Most time a company and month",
    "days_in_row": "Most days in a row",
    "company_days_in_row": "Most days in a row for a company",
    "quota_scope": "What these limits count",
    "gap_minutes": "Least time between one person's bookings",
    "setup_minutes": "Held before a booking to prepare",
    "teardown_minutes": "Held after a booking to clear up",
    "quota_exempt": "Hours that no limit counts",
    "qualification": "Training that is wanted",
    "qualification_idle_days": "A training lapses so long after its last use",
    "qualification_unused_days": "or, never used, after it was granted",
    "hour_rules": "Hours that ask for more",
    "eligible_districts": "Kept for firms in these districts",
    "eligible_sectors": "Kept for firms of these sectors",
    "eligible_workers": "Kept for firms with at most so many regular workers",
    "terms": "Version of the terms to be accepted",
    "approval": "Who waits for approval",
    "approval_timeout_hours": "An unanswered request lapses after",
    "competing_requests": "Several may ask for one time, and a manager chooses",
    "most_seats": "Most seats of a room in one booking",
    "linked": "Machines to be booked in the same request",
    "questions": "What is asked when booking",
    "usage_modes": "How the machine may be used",
    "transfer": "A booking may be handed to a colleague",
    "drop_alone": "One machine of a group may be given up or moved alone",
    "needs_booking": "An interlock opens only for who has booked",
    "early_grace_minutes": "How early one may check in",
    "no_show_after_minutes": "A booking is a no-show so long after its start",
    "release_least_minutes": "Least time that is worth giving back",
    "releases_early_finish": "What is left after finishing early is given back",
    "overrun_grace_minutes": "Staying past the end is borne for",
    "forgotten_minutes": "A session idle past its end is closed after",
    "waiting_list": "Waiting list",
    "offer_minutes": "How long an offer is held",
    "offer_hours": "Hours in which an offer's time runs",
    "application_days": "Days of a month in which the next month is applied for",
    "application_order": "Order in which applications are answered",
    "application_rank": "Rank of applications, the lowest first",
    "strikes": "Points that stop booking (a no-show 1, a late cancellation ½)",
    "strike_days": "How long a point counts",
    "stop_days": "How long one is stopped",
    "payment_days": "Statements are due after",
    "overdue_warn_days": "An unpaid statement is warned of after",
    "overdue_again_days": "It is warned of a second time after",
    "overdue_stop_days": "An unpaid statement stops booking after",
    "rebill_days": "What a company owes more is claimed for so long after its statement",
    "signal_days": "Raw signals are kept for",
    "utilisation_target_pct": "Utilisation that the centre aims at, in per cent",
    "join_gap_minutes": "Shorter pauses do not end an activity",
    "longest_presence_minutes": "Who never checks out is gone after",
}
#: Labels of values that are words.
WORDS: Mapping[str, str] = {
    "auto": "nobody",
    "qualified": "who is not trained",
    "manual": "everybody",
    "off": "none",
    "hybrid": "beside booking",
    "only": "instead of booking",
    "closed": "closed",
    "open": "open as on any day",
    "own": "open in hours of their own",
    "machine": "bookings of this machine",
    "kind": "bookings of all machines of its kind",
}
ORDER: Mapping[Criterion, str] = {
    Criterion.RANK: "rank",
    Criterion.FEWEST_MINUTES: "who booked least",
    Criterion.FIRST_COME: "first come",
    Criterion.LOT: "by lot",
}
LEVELS: Mapping[str, str] = {
    "default": "usual value",
    "installation": "for every centre",
    "centre": "for the centre",
    "kind": "for this kind",
    "machine": "for this machine",
    "tier": "for a category",
}
AFTER: Mapping[Unit, str] = {Unit.MINUTES: "min", Unit.HOURS: "h.", Unit.DAYS: "days"}
#: Hints for the form of a line, for parameters with a list.
HINTS: Mapping[Unit, str] = {
    Unit.WINDOW: "Days and hours, as in: Mon,Tue 18:00-09:00. Without days: every day.",
    Unit.WINDOWS: "One a line, days and hours, as in: Mon,Tue 09:00-18:00. Without days: "
    "every day.",
    Unit.QUESTIONS: "One a line: key | Korean | English | yes (where it must be answered) or no",
    Unit.HOUR_RULES: "One a line: days and hours | trainings with commas | approval: auto, "
    "qualified (who lacks a training waits for a manager) or manual, as in: "
    "Mon,Tue 18:00-22:00 | evening, talk | manual",
    Unit.SLUGS: "One a line, by its short name.",
    Unit.CODES: "One training a line; all of them are required.",
    Unit.AREAS: "One district a line, in words from the province down. Firms in any of them "
    "may book; empty: all.",
    Unit.SECTORS: "One sector a line, by its two digits in the standard industrial "
    "classification, as in: 25 (fabricated metal). Firms of any of them may book; empty: all.",
    Unit.MONTH_DAYS: "The first and the last day, from 1 to 28, as in: 20-25.",
    Unit.ORDER: "One a line: rank (the lowest first), fewest_minutes (who booked least in three "
    "months), first_come, lot.",
    Unit.MODES: "One a line, the usual one first: self (run by yourselves), assisted (with the "
    "centre's operator), commissioned (done for you by the centre).",
}
LINES = frozenset(
    {
        Unit.WINDOWS,
        Unit.QUESTIONS,
        Unit.SLUGS,
        Unit.CODES,
        Unit.AREAS,
        Unit.SECTORS,
        Unit.MODES,
        Unit.ORDER,
        Unit.HOUR_RULES,
    }
)
EVERY_DAY = list(range(7))


def said(parameter: Parameter, value: Any, words: Words) -> str:
    """Return a value as it is read."""
    if value is None or value == []:
        return words.say("none")
    match parameter.unit:
        case Unit.FLAG:
            return words.say("yes" if value else "no")
        case Unit.MINUTES:
            return words.length(value * 60)
        case Unit.HOURS:
            return words.length(value * 3600)
        case Unit.DAYS:
            return words.say("{n} days", n=value)
        case Unit.WORD if value in WORDS and parameter.choices:
            return words.say(WORDS[value])
        case Unit.ORDER:
            return ", ".join(words.say(ORDER[Criterion(one)]) for one in value)
        case Unit.SECTORS:
            return ", ".join(words.either(*sector_names(code)) for code in value)
        case Unit.MODES:
            return ", ".join(words.say(USAGE_MODES[UsageMode(mode)]) for mode in value)
        case _:
            return written(parameter, value, words).replace("\n", ", ")


def written(parameter: Parameter, value: Any, words: Words) -> str:
    """Return a value as a form holds it; nothing for none."""
    if value is None:
        return ""
    match parameter.unit:
        case Unit.FLAG:
            return "yes" if value else "no"
        case Unit.WINDOW:
            return _window(value, words)
        case Unit.WINDOWS:
            return "\n".join(_window(w, words) for w in value)
        case Unit.QUESTIONS:
            return "\n".join(
                " | ".join(
                    (q["key"], q["ko"], q["en"], "yes" if q.get("is_required", True) else "no")
                )
                for q in value
            )
        case Unit.HOUR_RULES:
            return "\n".join(_hour_rule(rule, words) for rule in value)
        case Unit.SLUGS | Unit.MODES | Unit.ORDER | Unit.AREAS | Unit.SECTORS:
            return "\n".join(value)
        case Unit.MONTH_DAYS:
            return f"{value['first']}-{value['last']}"
        case Unit.CODES:
            return value if isinstance(value, str) else "\n".join(value)
        case _:
            return str(value)


def read(name: str, text: str) -> Any:
    """Return a form's text as the rule book takes it; raise Invalid for a wrong value."""
    parameter, text = PARAMETERS[name], text.strip()
    if not text and parameter.unit not in LINES:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        match parameter.unit:
            case Unit.MINUTES | Unit.HOURS | Unit.DAYS | Unit.COUNT:
                return int(text.replace(",", ""))
            case unit if unit in ONE_LINE:
                return ONE_LINE[unit](text)
            case Unit.WINDOWS:
                return [read_window(line) for line in lines] or (
                    None if parameter.may_be_off else []
                )
            case Unit.QUESTIONS:
                return [_read_question(line) for line in lines]
            case Unit.HOUR_RULES:
                return [_read_hour_rule(line) for line in lines]
            case Unit.SLUGS | Unit.MODES | Unit.ORDER:
                return lines
            case Unit.CODES | Unit.AREAS | Unit.SECTORS:
                return lines or None
            case _:
                return text
    except ValueError as trouble:
        raise Invalid("This is not written as it says beside the field", field=name) from trouble


def _window(window: Mapping[str, Any], words: Words) -> str:
    days: Sequence[int] = window.get("weekdays", EVERY_DAY)
    names = "" if list(days) == EVERY_DAY else ",".join(words.weekday(d) for d in days) + " "
    return f"{names}{window['since'][:5]}-{window['until'][:5]}"


def read_window(line: str) -> dict[str, Any]:
    """Read days and hours, as in: Mon,Tue 18:00-09:00; ValueError for anything else."""
    days, _, hours = line.rpartition(" ")
    since, dash, until = hours.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(line)
    names = {n: i for i, day in enumerate(WEEKDAYS) for n in day}
    told = [d.strip() for d in days.split(",") if d.strip()]
    if any(d not in names for d in told):
        raise ValueError(line)
    return {"weekdays": [names[d] for d in told] or EVERY_DAY, "since": since, "until": until}


def _hour_rule(rule: Mapping[str, Any], words: Words) -> str:
    given = rule.get("qualification") or []
    codes = [given] if isinstance(given, str) else given
    parts = (_window(rule, words), ", ".join(codes), rule.get("approval", "auto"))
    return " | ".join(parts)


def _read_hour_rule(line: str) -> dict[str, Any]:
    hours, *more = (part.strip() for part in line.split("|"))
    if len(more) > 2:
        raise ValueError(line)
    trainings, approval = [*more, "", ""][:2]
    codes = [code.strip() for code in trainings.split(",") if code.strip()]
    return {**read_window(hours), "qualification": codes or None, "approval": approval or "auto"}


def _read_days(text: str) -> dict[str, int]:
    first, _, last = text.replace("–", "-").partition("-")
    return {"first": int(first), "last": int(last)}


def _read_question(line: str) -> dict[str, Any]:
    key, korean, english, *needed = (part.strip() for part in line.split("|"))
    if needed not in ([], ["yes"], ["no"]):
        raise ValueError(line)
    return {"key": key, "ko": korean, "en": english, "is_required": needed != ["no"]}


ONE_LINE: Mapping[Unit, Callable[[str], Any]] = {
    Unit.FLAG: lambda text: text == "yes",
    Unit.WINDOW: read_window,
    Unit.MONTH_DAYS: _read_days,
}
