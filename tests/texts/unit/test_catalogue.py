"""The catalogue's mechanism: figures filled in, and particles by the final sound."""

from __future__ import annotations

from string import Formatter

import pytest

from gadong.texts.accounts import ACCOUNTS, body_of, subject_of
from gadong.texts.catalogue import Text, with_particles
from gadong.texts.documents import DOCUMENTS, words_of
from gadong.texts.notices import NOTICES

BOTH = ["이(가)", "을(를)", "은(는)", "와(과)", "과(와)", "(으)로"]


@pytest.mark.parametrize(
    ("word", "chosen"),
    [
        ("밀링", "이 을 은 과 과 으로"),
        ("프린터", "가 를 는 와 와 로"),
        ("레이저 칼", "이 을 은 과 과 로"),
        ("가", "가 를 는 와 와 로"),  # the first syllable there is
        ("힣", "이 을 은 과 과 으로"),  # the last one
        ("mill-0", "이 을 은 과 과 으로"),
        ("mill-1", "이 을 은 과 과 로"),
        ("mill-2", "가 를 는 와 와 로"),
        ("mill-3", "이 을 은 과 과 으로"),
        ("mill-4", "가 를 는 와 와 로"),
        ("mill-5", "가 를 는 와 와 로"),
        ("mill-6", "이 을 은 과 과 으로"),
        ("mill-7", "이 을 은 과 과 로"),
        ("mill-8", "이 을 은 과 과 로"),
        ("mill-9", "가 를 는 와 와 로"),
        ("“삼만”", "이 을 은 과 과 으로"),
        ("'레이저 (2)'", "가 를 는 와 와 로"),
    ],
)
def test_a_particle_follows_the_final_sound(word: str, chosen: str) -> None:
    said = [with_particles(f"{word}{both}") for both in BOTH]
    assert said == [f"{word}{particle}" for particle in chosen.split()]


@pytest.mark.parametrize("word", ["Prusa", "mL", "ㄱ", "漢"])
def test_both_forms_stay_after_a_word_in_another_alphabet(word: str) -> None:
    assert [with_particles(f"{word}{both}") for both in BOTH] == [f"{word}{both}" for both in BOTH]


def test_a_text_is_korean_in_any_language_but_english() -> None:
    text = Text("{machine}이(가) 멈췄습니다", "{machine} has stopped")
    assert text.say("ko", {"machine": "선반"}) == "선반이 멈췄습니다"
    assert text.say("en", {"machine": "선반"}) == "선반 has stopped"
    assert text.say("fr", {"machine": "프린터"}) == "프린터가 멈췄습니다"


def test_both_languages_have_the_same_placeholders() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, text in {**ACCOUNTS, **DOCUMENTS}.items():
        if key not in {"recovery", "invitation", "warning"}:  # one mail holds both languages
            assert names(text.ko) == names(text.en), key
    for kind, notice in NOTICES.items():
        assert names(notice.ko) | names(notice.subject_ko) == (
            names(notice.en) | names(notice.subject_en)
        ), kind


def test_a_mail_about_an_account_is_in_both_languages() -> None:
    assert subject_of("invitation.subject") == "가동에 초대합니다 (You are invited to Gadong)"
    assert body_of("recovery").format(link="https://example").count("https://example") == 1


def test_documents_have_words_in_both_languages() -> None:
    assert words_of("ko").keys() == words_of("en").keys()
    assert (words_of("ko")["draft"], words_of("en")["draft"]) == ("초안", "DRAFT")
