"""The catalogue's mechanism: figures filled in, and particles by the final sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from types import ModuleType

import pytest

from gadong.texts import charges, documents, machines, pages, payers, reports, sheets
from gadong.texts.accounts import ACCOUNTS, body_of, subject_of
from gadong.texts.catalogue import Text, joined, with_particles
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


def test_a_text_within_a_text_is_filled_in_by_its_language() -> None:
    made = Text("{name}이(가) {length}", "{name} for {length}").filled(
        name="선반", length=Text("3분", "3 min")
    )
    # Particles stay, so that a document's sentences are the same when it is computed again.
    assert made == Text("선반이(가) 3분", "선반 for 3 min")
    assert made.in_both == "선반이(가) 3분 (선반 for 3 min)"


def test_texts_are_joined_in_each_language() -> None:
    assert joined(Text("가", "a"), Text("나", "b"), between=", ") == Text("가, 나", "a, b")
    assert joined() == Text("", "")


@pytest.mark.parametrize("module", [charges, documents, machines, pages, payers, reports, sheets])
def test_tables_have_the_same_placeholders_in_both_languages(module: ModuleType) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    found = list(texts_of(vars(module)))
    assert found
    assert [text for text in found if names(text.ko) != names(text.en)] == []
    # A unit or a name may be empty in neither language.
    assert [text for text in found if bool(text.ko) != bool(text.en)] == []


def texts_of(value: object) -> Iterator[Text]:
    """Yield the texts of a module, a table or a row."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if not str(name).startswith("__"):
                yield from texts_of(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts_of(inner)
