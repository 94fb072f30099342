"""The one rule for a name: of a company, a person, a centre, a machine, a device, a program, a token, a passkey."""

from __future__ import annotations

import unicodedata

from gadong.core.domain.problem import Invalid

# The tax office's forms cut a longer name.
LONGEST = 150
# A person's, and what people call their devices, programs, tokens and passkeys: a line of a page.
LONGEST_SHORT = 100
# A machine's, with its make and model.
LONGEST_MACHINE = 200


def folded(text: str) -> str:
    """Write a name in the one form that is kept: composed letters (NFC), and single plain spaces between words.

    Whatever Unicode calls a space counts as one: an ideographic space and a no-break space look like it, and no form of
    the tax office takes them.
    """
    spaced = "".join(
        " " if unicodedata.category(c) == "Zs" else c for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(word for word in spaced.split(" ") if word)


def name_of(text: str, longest: int = LONGEST) -> str:
    """Return the name as it is kept; ValueError for one that is empty, too long, or holds what cannot be printed."""
    name = folded(text)
    if not 1 <= len(name) <= longest or not name.isprintable():
        raise ValueError(f"a name is 1 to {longest} printable characters")
    return name


def need_name(text: str, longest: int = LONGEST, *, field: str = "name") -> str:
    """Return the name as it is kept; Invalid where it is none."""
    try:
        return name_of(text, longest)
    except ValueError as trouble:
        raise Invalid(
            f"A name has 1 to {longest} printable characters", field=field, limit=longest
        ) from trouble
