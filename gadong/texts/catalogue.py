"""The mechanism of all sentences: a text in Korean and English, filled in with figures.

A Korean particle depends on the final sound of the word before it. A text writes both forms, such
as `{machine}이(가)`; the filled-in text keeps the right one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["ko", "en"]

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
        """Return the text in a language, filled in; Korean for any language but English."""
        if language == "en":
            return self.en.format(**(figures or {}))
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
