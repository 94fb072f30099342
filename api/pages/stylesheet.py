"""The one style of all pages: the fonts, what the pages use of Tabler, and our own styles.

Tabler is 635 kB, of which the pages use a tenth. A browser reads all of a style before it paints
anything, so that the rest would be the largest part of a first visit (docs/pages.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

PAGES = Path(__file__).parent
STATIC = PAGES / "static"
NAME = "pages.css"
#: Our own styles, by what they dress; later ones may rest on earlier ones.
STYLES = (
    "tokens",
    "base",
    "shell",
    "controls",
    "content",
    "states",
    "statement",
    "close",
    "catalogue",
    "picker",
    "week",
    "desk",
    "floor",
    "devices",
    "print",
)
FONTS, TABLER = "vendor/pretendard/pretendardvariable-dynamic-subset.css", "vendor/tabler.min.css"
WORD = re.compile(r"[A-Za-z_][\w-]*")
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
ATTRIBUTE = re.compile(r"\[(data-[\w-]+)")
# Classes that a selector excludes, or has among several, need not be used anywhere.
BRACKETS = re.compile(r":[\w-]+\([^()]*\)")
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
FRAMES = re.compile(r"@(?:-[a-z]+-)?keyframes\s+([\w-]+)")
#: Rules that hold others.
NESTING = ("@media", "@supports")


@cache
def stylesheet() -> bytes:
    """Return the style that every page begins with."""
    fonts = (STATIC / FONTS).read_text().replace("url(./", f"url({Path(FONTS).parent}/")
    tabler = used_rules((STATIC / TABLER).read_text(), words_of_pages())
    own = [(STATIC / f"css/{name}.css").read_text() for name in STYLES]
    return "\n".join([COMMENT.sub("", fonts), tabler, *own]).encode()


@cache
def version() -> str:
    """Return the style's version for its address, so that browsers keep it until it changes."""
    return sha256(stylesheet()).hexdigest()[:12]


def words_of_pages() -> frozenset[str]:
    """Return every word of the templates, the pages' modules and the scripts.

    A class that the pages use is among them; a word too many keeps a rule too many.
    """
    files = [*PAGES.rglob("*.html"), *PAGES.rglob("*.py"), *STATIC.glob("*.js")]
    return frozenset(word for file in files for word in WORD.findall(file.read_text()))


def used_rules(css: str, words: Collection[str]) -> str:
    """Return a style without what nobody uses.

    Left out are selectors by their classes and data attributes, and animations by their names.
    """
    kept = _kept(css, words)
    still = "".join(rule for rule in kept if not FRAMES.match(rule))

    def is_used(rule: str) -> bool:
        frames = FRAMES.match(rule)
        return frames is None or frames[1] in still

    return "".join(rule for rule in kept if is_used(rule))


def _kept(css: str, words: Collection[str]) -> list[str]:
    found = []
    for head, body in _rules(css):
        if body is None:
            found.append(head)
        elif head.startswith("@") and not head.startswith(NESTING):
            found.append(f"{head}{{{body}}}")
        elif head.startswith(NESTING):
            if inner := "".join(_kept(body, words)):
                found.append(f"{head}{{{inner}}}")
        else:
            selectors = [one for one in _selectors(head) if _is_used(one, words)]
            if selectors:
                found.append(f"{','.join(selectors)}{{{body}}}")
    return found


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule's head and body; a rule without a body ends with its semicolon."""
    depth = begun = opened = 0
    for mark in re.finditer(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'|[{};]", css, re.DOTALL):
        match mark[0]:
            case "{":
                opened = mark.start() if depth == 0 else opened
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    yield css[begun:opened].strip(), css[opened + 1 : mark.start()]
                    begun = mark.end()
            case ";" if depth == 0:
                yield css[begun : mark.end()].strip(), None
                begun = mark.end()
            case text if depth == 0 and text.startswith("/*"):
                yield text, None
                begun = mark.end()
            case _:
                pass


def _selectors(head: str) -> Iterator[str]:
    """Yield the selectors of a list; a comma within brackets parts none."""
    depth = begun = 0
    for mark in re.finditer(r"[(),]", head):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if mark[0] == "," and depth == 0:
            yield head[begun : mark.start()]
            begun = mark.end()
    yield head[begun:]


def _is_used(selector: str, words: Collection[str]) -> bool:
    needed = selector
    while (outer := BRACKETS.sub("", needed)) != needed:
        needed = outer
    return all(name in words for name in CLASS.findall(needed) + ATTRIBUTE.findall(needed))
