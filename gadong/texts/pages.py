"""Texts of pages beside their catalogue: units, weekdays, and refused logins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gadong.texts.catalogue import Text

#: Monday first.
WEEKDAYS = tuple(
    Text(korean, english)
    for korean, english in zip(
        "월화수목금토일", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
    )
)
MONEY = Text("{digits}원", "KRW {digits}")
DAYS = Text("{count}일", "{count} days")
HOURS = Text("{count}시간", "{count} h")
MINUTES = Text("{count}분", "{count} min")
SECONDS = Text("{count}초", "{count} s")
#: By the reason for which a login is refused.
LOGIN: Mapping[str, Text] = {
    "wrong": Text("로그인 정보가 맞지 않습니다", "E-mail address or password is wrong"),
    "code_needed": Text("일회용 코드도 넣으세요", "Enter the one-time code too"),
    "too_many": Text(
        "시도가 너무 많습니다. {minutes}분 뒤에 다시 하세요",
        "Too many attempts; try again in {minutes} minutes",
    ),
}
DAY = Text("{month}/{day} ({weekday})", "{month}/{day} ({weekday})")
DAY_OF_A_YEAR = Text("{year}/{month}/{day} ({weekday})", "{year}/{month}/{day} ({weekday})")


def day_in_words(day: date, language: str, *, with_year: bool = False) -> str:
    """Return a day with its weekday: 11/24 (화), or 24/11 (T3) in Vietnamese."""
    figures = {
        "year": f"{day:%Y}",
        "month": f"{day:%m}",
        "day": f"{day:%d}",
        "weekday": WEEKDAYS[day.weekday()].say(language),
    }
    return (DAY_OF_A_YEAR if with_year else DAY).say(language, figures)


def grouped(written: str, language: str) -> str:
    """Return a number that was written as in English as the language writes it: 1.234,5."""
    return written.translate(str.maketrans(",.", ".,")) if language == "vi" else written
