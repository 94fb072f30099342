"""Names of firms as banks write them: cut short, and with the kind of company or without it."""

from __future__ import annotations

import re
import unicodedata

#: Kinds of companies, which a bank's line has or has not. ㈜ is folded to (주) first.
_KINDS = re.compile(
    r"주식회사|유한회사|유한책임회사|합자회사|합명회사|농업회사법인|영농조합법인|사회적협동조합"
    r"|협동조합|사단법인|재단법인|\((?:주|유|합|사|재)\)"
)
#: Shorter texts are parts of too many names.
LEAST_PART = 2


def compared(name: str) -> str:
    """Return what of a name is compared: letters and digits, without the kind of company.

    A name that is nothing but a kind of company stays as it is.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = re.sub(r"[\W_]", "", _KINDS.sub("", folded))
    return bare or re.sub(r"[\W_]", "", folded)


def is_part(one: str, other: str) -> bool:
    """Return whether one of two compared names holds the other, as a bank cuts or extends it."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= LEAST_PART and shorter in longer
