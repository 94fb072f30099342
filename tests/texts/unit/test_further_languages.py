"""Vietnamese and Chinese: each sentence is one of ours, whole, and falls back to English alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.pages.frame.english_parts import BEGINS, english, with_english_parts
from api.pages.frame.texts import Words
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.texts import charges, pages, payers
from gadong.texts.catalogue import FURTHER, LANGUAGES, TAGS, Text, refusal, sentences_in
from gadong.texts.notices import NOTICES
from gadong.texts.problems import refusal_figures
from gadong.texts.problems.booking_refusals import BOOKING_PROBLEMS
from gadong.texts.problems.resource_refusals import RESOURCE_PROBLEMS
from gadong.texts.refusals import PROBLEMS, TITLES, sentence

SEOUL = ZoneInfo("Asia/Seoul")
ENGLISH_ALONE = re.compile(r"[A-Za-z {}.,:;'-]+")
#: Names that are written alike, and Vietnamese without a sign of its own.
ALIKE = frozenset({"Gadong", "E-mail"})


def texts_in(value: object) -> Iterator[Text]:
    """Yield the texts of a module's tables."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts_in(inner)


def ours() -> set[str]:
    """Return every English sentence that pages, refusals and notices say."""
    found = set(sentences_in("ko")) | {english for _, english in PROBLEMS.values()}
    found |= {english for _, english in TITLES.values()}
    for notice in NOTICES.values():
        found |= {notice.subject_en, notice.en}
    for module in (charges, pages, payers, refusal_figures):
        tables = {name: value for name, value in vars(module).items() if name.isupper()}
        found |= {text.en for text in texts_in(tables)}
    return found


def test_every_translation_is_of_a_sentence_of_ours_and_both_languages_have_the_same() -> None:
    assert {english for language in FURTHER for english in sentences_in(language)} <= ours()
    vietnamese, chinese = (set(sentences_in(language)) for language in ("vi", "zh"))
    assert vietnamese == chinese


@pytest.mark.parametrize("language", sorted(FURTHER))
def test_a_translation_has_the_same_figures_and_is_no_english(language: str) -> None:
    figure = r"\{\w*\}"
    for english_text, said in sentences_in(language).items():
        assert sorted(re.findall(figure, english_text)) == sorted(re.findall(figure, said)), said
        assert said != english_text or english_text in ALIKE, english_text
        if language == "zh" and not re.fullmatch(r"[\W\d_a-z]*", re.sub(figure, "", said)):
            assert re.search("[\u4e00-\u9fff]", said) or english_text in ALIKE, said


@pytest.mark.parametrize("language", sorted(FURTHER))
def test_every_refusal_and_notice_of_a_booking_is_translated(language: str) -> None:
    known = sentences_in(language)
    # A technician is chosen, and a request approved, by the staff alone.
    staff = {
        "booking.technician",
        "booking.shares_companies",
        "booking.shares_own",
        "booking.share_of_others",
        "booking.share_state",
    }
    problems = {**BOOKING_PROBLEMS, **RESOURCE_PROBLEMS}
    missing = {c for c, (_, said) in problems.items() if said not in known}
    assert missing - staff == set()
    to_staff = {"booking.to_approve", "booking.unobserved"}
    told = {kind: n for kind, n in NOTICES.items() if kind.startswith(("booking.", "waiting."))}
    silent = {k for k, n in told.items() if n.en not in known or n.subject_en not in known}
    assert silent == to_staff


def test_a_refusal_is_said_with_figures_of_its_language() -> None:
    problem = Problem(code="booking.too_long", limit=120, actual=150)
    assert sentence(problem, "vi").startswith(
        "Mỗi lần đặt tối đa 2 giờ (bạn yêu cầu 2 giờ 30 phút)"
    )
    assert sentence(problem, "zh").startswith("每次最多预约 2 小时（您申请了 2 小时 30 分钟）")
    # An untranslated one is English as a whole.
    staff = Problem(code="interlock.stale", limit=5)
    assert sentence(staff, "vi") == sentence(staff, "en")
    assert refusal("There are 4 seats", "zh") == "共有 4 个座位"
    assert refusal("A photo has at most 12 MB", "vi") is None


def test_days_money_and_numbers_are_written_as_each_language_writes_them() -> None:
    words = {language: Words(language, SEOUL) for language in LANGUAGES}
    day = date(2026, 11, 24)
    assert [w.day(day) for w in words.values()] == [
        "11/24 (화)",
        "11/24 (Tue)",
        "24/11 (T3)",
        "11月24日（周二）",
    ]
    assert [w.won(-1_234_500) for w in words.values()] == [
        "−1,234,500원",
        "KRW −1,234,500",
        "−1.234.500 won",
        "−1,234,500 韩元",
    ]
    assert [w.number(1234.5) for w in words.values()] == [
        "1,234.5",
        "1,234.5",
        "1.234,5",
        "1,234.5",
    ]
    assert words["vi"].length(5400) == "1 giờ 30 phút"
    hour = Period(datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert words["ko"].past_span(hour) == "2026/11/24 (화) 10:00–11:00"
    assert words["vi"].past_span(hour) == "24/11/2026 (T3) 10:00–11:00"
    assert words["zh"].past_span(hour) == "2026年11月24日（周二） 10:00–11:00"
    assert list(LANGUAGES) == list(TAGS)


def test_english_is_marked_where_an_element_may_stand_and_nowhere_else() -> None:
    words = Words("vi", SEOUL)
    assert words.marked("Book") == "Đặt"
    power = words.marked("Power thresholds")
    assert power == english("Power thresholds")
    page = f'<title>{power}</title><p title="{power}">{power}</p><option>{power}</option>{power}'
    assert with_english_parts(page) == (
        '<title>Power thresholds</title><p title="Power thresholds">'
        '<span lang="en">Power thresholds</span></p><option>Power thresholds</option>'
        '<span lang="en">Power thresholds</span>'
    )
    assert BEGINS not in Words("ko", SEOUL).marked("Power thresholds")
    assert BEGINS not in Words("en", SEOUL).marked("Power thresholds")
