"""English sentences in a page of another language, marked so that a screen reader says them right.

A template marks a sentence that nobody translated. Where an element may stand, the mark becomes a
`span` with `lang`; elsewhere it is taken away, as in attributes and options.
"""

from __future__ import annotations

import re

# Signs of Unicode's private area, which no sentence has (U+E000 to U+F8FF).
BEGINS, ENDS = "\ue000", "\ue001"
TAG = re.compile(r"(<[^>]*>)")
#: Elements that hold text alone, or none that is read.
PLAIN = ("title", "option", "textarea", "script", "style")


def english(sentence: str) -> str:
    """Return a sentence marked as English."""
    return f"{BEGINS}{sentence}{ENDS}"


def with_english_parts(page: str) -> str:
    """Return the page with every marked sentence in an element of its language."""
    if BEGINS not in page:
        return page
    pieces, plain = TAG.split(page), ""
    for place, piece in enumerate(pieces):
        if place % 2:
            pieces[place] = unmarked(piece)
            name = piece[1:].strip("</>").partition(" ")[0].partition("\n")[0].lower()
            if name in PLAIN:
                plain = "" if piece.startswith("</") else name
        elif plain:
            pieces[place] = unmarked(piece)
        else:
            pieces[place] = piece.replace(BEGINS, '<span lang="en">').replace(ENDS, "</span>")
    return "".join(pieces)


def unmarked(text: str) -> str:
    """Return a text without the marks."""
    return text.replace(BEGINS, "").replace(ENDS, "")
