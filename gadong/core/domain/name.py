"""The rule for names of organisations, people, machines, devices, programs and credentials."""

from __future__ import annotations

import unicodedata

from gadong.core.domain.problem import Invalid

# The tax office's forms cut a longer name.
LONGEST = 150
# Names of people, devices, programs, tokens and passkeys fit on one line of a page.
LONGEST_SHORT = 100
# A machine's name includes its make and model.
LONGEST_MACHINE = 200


def folded(text: str) -> str:
    """Return a name in its canonical form: composed letters (NFC) and single plain spaces.

    Every Unicode space counts as a space. An ideographic or no-break space looks like one, and no
    form of the tax office accepts those.
    """
    spaced = "".join(
        " " if unicodedata.category(c) == "Zs" else c for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(word for word in spaced.split(" ") if word)


def name_of(text: str, longest: int = LONGEST) -> str:
    """Return the canonical name; raise ValueError if it is empty, too long or not printable."""
    name = folded(text)
    if not 1 <= len(name) <= longest or not name.isprintable():
        raise ValueError(f"a name is 1 to {longest} printable characters")
    return name


def need_name(text: str, longest: int = LONGEST, *, field: str = "name") -> str:
    """Return the canonical name; raise Invalid if it is empty, too long or not printable."""
    try:
        return name_of(text, longest)
    except ValueError as trouble:
        raise Invalid(
            f"A name has 1 to {longest} printable characters", field=field, limit=longest
        ) from trouble
