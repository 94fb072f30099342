"""The customer's check, and who is who on paper, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Reason, Whole
from gadong.billing.domain.objection import Objected

OneLine = Annotated[str, Field(max_length=150, pattern=r"^[^\x00-\x1f]*$")]


class CustomerCheckIn(In):
    """The time for a company's objections."""

    days: Whole = Field(default=5, ge=1, le=31)


class ObjectionIn(In):
    """An objection to a line; `line` is its charge's key."""

    line: str = Field(min_length=1, max_length=200, examples=["booking:0195…/time"])
    category: Objected
    words: Reason


class AnswerIn(In):
    """A manager's word on an objection."""

    is_accepted: bool
    reason: Reason


class ObjectionOut(Out):
    """An objection; without an answer it is open."""

    id: UUID
    statement: UUID
    line: str
    category: str
    words: str
    raised_at: datetime
    is_accepted: bool | None
    reason: str | None
    answered_at: datetime | None


class PartyIO(In):
    """A business as tax invoices name it: `branch` 종사업장번호, `business_type` 업태,
    `business_item` 종목.
    """

    registration_number: str = Field(default="", max_length=12, examples=["124-81-00998"])
    name: OneLine = Field(default="", examples=["한솔정밀"])
    branch: str = Field(default="", max_length=4)
    representative: OneLine = ""
    address: OneLine = ""
    business_type: OneLine = Field(default="", examples=["제조업"])
    business_item: OneLine = Field(default="", examples=["금형"])
    email: OneLine = ""


class BankAccountIO(In):
    """The account into which companies pay a centre; all empty where it names none."""

    bank: OneLine = Field(default="", max_length=40, examples=["우리은행"])
    number: str = Field(default="", max_length=30, examples=["1005-123-456789"])
    holder: OneLine = Field(default="", max_length=60, examples=["(재)시험진흥원"])


class CategoryIO(In):
    """A company's category from a day on, until (not on) the day its proof runs out."""

    category: OneLine = Field(min_length=1, examples=["small-manufacturer"])
    since: date = Field(examples=["2026-01-01"])
    until: date | None = None
    proof: OneLine = Field(default="", examples=["소공인 확인서 2026-10"])
