"""Files of commissioned work: what either side attaches, and the result reports (성적서)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

# Of each kind. Every backup holds them; a case of more has a project's own place for them.
MOST_FILES = 20


class CommissionFileKind(StrEnum):
    """The kinds of a commission's files."""

    FILE = "file"  # a drawing, a photo, a data sheet
    REPORT = "report"  # the result, with a number of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionFile:
    """A file of a commission under the SHA-256 digest of its bytes; a report has a number."""

    id: UUID
    commission_id: UUID
    kind: CommissionFileKind
    number: str
    name: str
    digest: str
    media_type: str
    kept_at: datetime


def saved_name(file: CommissionFile, ending: str) -> str:
    """Return the name under which a file is saved: a report's number, or its own without signs.

    A name is somebody's text, and becomes part of an answer's header.
    """
    stem = file.number or re.sub(r"[^\w.\- ]", "_", file.name).removesuffix(f".{ending}")
    return f"{stem}.{ending}"


def report_number(commission_number: str, reports_before: int) -> str:
    """Return the number of a commission's next report: a corrected one has another."""
    return f"{commission_number}-R{reports_before + 1}"
