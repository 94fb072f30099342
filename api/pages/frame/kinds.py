"""Kinds of machines in words and with an icon.

A centre may name others, which are shown as it wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.frame.texts import Words

#: By the kind's slug, as docs/glossary.md has it: its English name, and its icon.
KINDS: Mapping[str, tuple[str, str]] = {
    "3d-printer": ("3D printer", "printer"),
    "3d-scanner": ("3D scanner", "scan"),
    "bench": ("bench", "tools"),
    "cmm": ("coordinate measuring machine", "ruler-measure"),
    "digital-press": ("digital press", "news"),
    "extractor": ("decoction vessel", "soup"),
    "freezer": ("cold store", "snowflake"),
    "laser-cutter": ("laser cutter", "scissors"),
    "lathe": ("lathe", "tools"),
    "machining-centre": ("machining centre", "tools"),
    "mill": ("milling machine", "tools"),
    "room": ("room", "door"),
    "roughness-tester": ("roughness tester", "wave-sine"),
    "sewing-machine": ("sewing machine", "needle-thread"),
    "studio": ("studio", "camera"),
    "vision": ("vision measuring machine", "eye"),
}
# The icon of a kind that no table names.
OTHER = "box"


def kind_name(words: Words, kind: str) -> str:
    """Return a kind in words; one that only the centre knows without its hyphens."""
    known = KINDS.get(kind)
    return words.say(known[0]) if known else kind.replace("-", " ")


def kind_icon(kind: str) -> str:
    """Return the name of a kind's icon."""
    return KINDS.get(kind, ("", OTHER))[1]
