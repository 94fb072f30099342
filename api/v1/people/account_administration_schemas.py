"""Wire formats of others' accounts, for administrators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out


class AccountOut(Out):
    """A person's account."""

    id: UUID
    name: str
    email: str
    is_administrator: bool
    disabled_at: datetime | None = Field(description="since when nothing opens it")


class BecauseIn(In):
    """The reason for an action, as the audit shows it."""

    reason: str = Field(min_length=1, max_length=500, examples=["휴대전화 분실, 본인 확인함"])


class AdministratorIn(BecauseIn):
    """The right to run the installation, given or taken."""

    is_administrator: bool
