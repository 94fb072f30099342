"""The order in which people expect names: numbers in them by their value, 2 before 10."""

from __future__ import annotations

import re
import unicodedata

#: A sort key: each part is a number or letters, and the name as it is parts equal ones.
NaturalKey = tuple[tuple[tuple[int, int, str], ...], str]

_DIGITS = re.compile(r"([0-9]+)")


def natural_key(text: str) -> NaturalKey:
    """Return a key that sorts names by their letters and by the values of their numbers.

    Case, full-width letters and leading zeros decide only between names that are otherwise alike.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    parts = tuple(
        (0, int(part), "") if part[0] in "0123456789" else (1, 0, part)
        for part in _DIGITS.split(folded)
        if part
    )
    return parts, text


def matches(text: str, asked: str) -> bool:
    """Return whether a text has every word of a search, in any order, case and width.

    Dashes do not part a number: 124-81 finds 12481.
    """
    found = _searched(text)
    return all(word in found for word in search_words(asked))


def search_words(asked: str) -> list[str]:
    """Return the words of a search as `matches()` compares them.

    A statement that searches in the database folds its texts alike.
    """
    return [folded for word in asked.split() if (folded := _searched(word))]


def _searched(text: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text).casefold())
