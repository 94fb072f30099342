"""Requests and answers about the files of commissioned work, and a centre's terms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out
from gadong.commissions.domain.commission_file import CommissionFileKind
from gadong.commissions.services.commission_files import LONGEST_NAME


class CommissionFileIn(In):
    """A file as PDF, JPEG or PNG."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, examples=["성적서.pdf"])
    data: str = Field(description="The file in base64.")


class CommissionFileOut(Out):
    """A file of a commission; a report has a number."""

    id: UUID
    commission: UUID
    kind: CommissionFileKind
    number: str | None = Field(examples=["2026-0001-R1"])
    name: str
    digest: str = Field(description="The SHA-256 digest of its bytes.")
    media_type: str
    kept_at: datetime


class CommissionTermsIO(In):
    """Terms that a centre sets for all its commissioned work."""

    is_paid_first: bool = Field(description="Results are handed over once they are paid.")
