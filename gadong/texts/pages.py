"""Texts of pages beside their catalogue: units, weekdays, and refused logins."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: Monday first.
WEEKDAYS = tuple(
    Text(korean, english)
    for korean, english in zip(
        "월화수목금토일", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
    )
)
MONEY = Text("{digits}원", "KRW {digits}")
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
