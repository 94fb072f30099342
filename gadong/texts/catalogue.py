"""The mechanism of all sentences: a text in Korean and English, filled in with figures.

A further language has its sentences in a catalogue of its own, keyed by the English.

A Korean particle depends on the final sound of the word before it. A text writes both forms, such
as `{machine}이(가)`; the filled-in text keeps the right one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, NamedTuple

from babel.messages.pofile import read_po

Language = Literal["ko", "en", "vi", "zh"]
#: Each language by its own name, for whoever chooses it.
LANGUAGES: Mapping[Language, str] = {
    "ko": "한국어",
    "en": "English",
    "vi": "Tiếng Việt",
    "zh": "简体中文",
}
#: Languages whose sentences are keyed by the English ones, and English where one is missing.
FURTHER: frozenset[str] = frozenset({"vi", "zh"})
#: The tag in `lang`, by which a browser chooses letters and a voice (BCP 47).
TAGS: Mapping[str, str] = {"ko": "ko", "en": "en", "vi": "vi", "zh": "zh-Hans"}
#: The locale by which scripts write days and numbers.
LOCALES: Mapping[str, str] = {"ko": "ko-KR", "en": "en-GB", "vi": "vi-VN", "zh": "zh-CN"}

#: both forms → (after a final sound, after none)
PARTICLES: Mapping[str, tuple[str, str]] = {
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
#: The final sounds of the digits' names, 영 to 구.
DIGITS = ("ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", "")
#: A word's last sign, and the quotes and brackets that may close after it.
BOTH_FORMS = re.compile(r"(\w)([”’」』\"')\]]*)(" + "|".join(map(re.escape, PARTICLES)) + ")")
FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
# Unicode orders the syllables by 28 finals each; the first is none, the ninth ㄹ.
FINALS = 28
RIEUL = 8


class Text(NamedTuple):
    """A text in Korean and English with the same placeholders."""

    ko: str
    en: str

    def say(self, language: str, figures: Mapping[str, object] | None = None) -> str:
        """Return the text in a language, filled in; Korean for a language that is not known."""
        if language == "en" or language in FURTHER:
            return translated(self.en, language).format(**(figures or {}))
        return with_particles(self.ko.format(**(figures or {})))

    @property
    def in_both(self) -> str:
        """Return the Korean text with the English in brackets."""
        return f"{self.ko} ({self.en})"

    def filled(self, **figures: object) -> Text:
        """Return the text with its figures; one that is a text is filled in by its language.

        Particles stay as they are written, so that the sentences of documents never change.
        """
        return Text(
            self.ko.format(**{k: v.ko if isinstance(v, Text) else v for k, v in figures.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in figures.items()}),
        )


@cache
def sentences_in(language: str) -> Mapping[str, str]:
    """Return the English sentences of a language's catalogue with their translations."""
    with (files("gadong.texts") / f"{language}.po").open("rb") as stream:
        read = read_po(BytesIO(stream.read()))
    return {str(m.id): str(m.string) for m in read if m.id and m.string}


def translated(english: str, language: str) -> str:
    """Return an English sentence in a further language; as it is where nobody translated it."""
    return sentences_in(language).get(english, english) if language in FURTHER else english


@cache
def patterns(language: Language) -> Sequence[tuple[re.Pattern[str], str]]:
    """Return patterns of refusals that contain figures, with their translations."""
    found = [(text, said) for text, said in sentences_in(language).items() if "{}" in text]
    # Longer patterns come first.
    found.sort(key=lambda pair: -len(pair[0]))
    return [
        (re.compile("(.+)".join(map(re.escape, text.split("{}"))), re.DOTALL), said)
        for text, said in found
    ]


def refusal(text: str, language: Language = "ko") -> str | None:
    """Return a service's English refusal in a language; None if there is only the English."""
    known = sentences_in(language)
    if text in known:
        return known[text]
    # The fault of a machine's rules comes after the machine's name.
    named, _, rest = text.partition(": ")
    if rest in known:
        return f"{named}: {known[rest]}"
    for pattern, said in patterns(language):
        if found := pattern.fullmatch(text):
            return with_particles(said.format(*found.groups()))
    return None


def paper_language(language: str) -> Literal["ko", "en"]:
    """Return the language of documents for a reader: they are made in Korean and English."""
    return "ko" if language == "ko" else "en"


def joined(*texts: Text, between: str = "") -> Text:
    """Return the texts one after another in each language."""
    return Text(between.join(t.ko for t in texts), between.join(t.en for t in texts))


def with_particles(text: str) -> str:
    """Keep the right form of each particle; both after a word in another alphabet."""
    return BOTH_FORMS.sub(_chosen, text)


def _chosen(found: re.Match[str]) -> str:
    last, closing, both = found.groups()
    final = _final_sound(last)
    if final is None:
        return found[0]
    after_final, after_none = PARTICLES[both]
    # 로 follows ㄹ as it follows no final sound: 서울로, 칠로.
    has_final = bool(final) and not (both == "(으)로" and final == "ㄹ")
    return f"{last}{closing}{after_final if has_final else after_none}"


def _final_sound(sign: str) -> str | None:
    """Return the final sound of a sign's name; empty for none, None for an unknown sign."""
    if sign in "0123456789":
        return DIGITS[int(sign)]
    if not FIRST_SYLLABLE <= sign <= LAST_SYLLABLE:
        return None
    index = (ord(sign) - ord(FIRST_SYLLABLE)) % FINALS
    return "ㄹ" if index == RIEUL else "ㅇ" if index else ""
