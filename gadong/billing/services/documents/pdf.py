"""Printed documents: PDF/A-3 with the machine-readable document attached, the same bytes each time
(ADR 15).
What is printed is read from the frozen document and nothing else, so that a statement of ten years
ago prints as it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

import msgspec
import typst

#: Archival, tagged for screen readers; level A holds all that level B asks for.
STANDARD = "a-3a"
HOUSE = files("gadong.billing.services.documents") / "printed"
TEMPLATE = (HOUSE / "document.typ").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printable document in the parts that its template knows (document.typ).

    `files` are drawings that parts name. `attached` are files that go with the document: name →
    media type, description, bytes.
    """

    title: str
    subtitle: str
    author: str
    language: str
    at: datetime
    parts: Sequence[Mapping[str, Any]]
    footer: str = ""
    watermark: str = ""
    is_wide: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    attached: Mapping[str, tuple[str, str, bytes]] = field(default_factory=dict)


def heading(text: str) -> dict[str, Any]:
    """Return a part's name."""
    return {"kind": "heading", "text": text}


def pairs(title: str, rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Names and values; those without a value are left out."""
    return {"kind": "pairs", "title": title, "rows": [[n, v] for n, v in rows if v]}


def beside(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return some pairs next to each other."""
    return {"kind": "beside", "parts": list(parts)}


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    align: str,
    widths: Sequence[int],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Set a table whose head stands on every page.

    `align` has a letter a column, a width of 0 is as wide as it needs.

    `notes` has a sentence for each row, which stands below it over all columns.
    """
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(r) for r in rows],
        "align": list(align),
        "widths": list(widths),
        "notes": list(notes),
    }


def sums(rows: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    """Sums, kept together on one page."""
    return {"kind": "sums", "rows": [list(r) for r in rows]}


def drawing(title: str, file: str) -> dict[str, Any]:
    """Return a drawing with its words."""
    return {"kind": "drawing", "title": title, "file": file}


def note(text: str) -> dict[str, Any]:
    """Small print."""
    return {"kind": "note", "text": text}


def paragraph(text: str) -> dict[str, Any]:
    """Return a sentence in the size of a form."""
    return {"kind": "paragraph", "text": text}


def signatures(rows: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """Return lines to sign on: the role, the name, and the mark for a signature or a seal."""
    return {"kind": "signatures", "rows": [list(r) for r in rows]}


def print_(what: Printed) -> bytes:
    """Return the document as PDF."""
    at = what.at.astimezone(UTC)
    said = {
        "title": what.title,
        "subtitle": what.subtitle,
        "author": what.author,
        "language": what.language,
        "date": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "parts": what.parts,
        "footer": what.footer,
        "watermark": what.watermark,
        "is_wide": what.is_wide,
        "attached": [[name, media, about] for name, (media, about, _) in what.attached.items()],
    }
    together = {
        "main": TEMPLATE,
        "document.json": msgspec.json.encode(said),
        **what.files,
        **{name: content for name, (_, _, content) in what.attached.items()},
    }
    with as_file(HOUSE / "fonts") as fonts:
        # Files by name are documented and missing in its types.
        made = typst.compile(  # type: ignore[call-overload]
            together,
            format="pdf",
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            pdf_standards=[STANDARD],
        )
    if not isinstance(made, bytes):
        raise TypeError("one document is one file")
    return made
