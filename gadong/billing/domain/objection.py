"""Objections: what a company says is wrong with a line of its statement, and what a manager made of
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gadong.core.domain.ids import CentreId, ObjectionId, PersonId, StatementId


class Objected(StrEnum):
    """The ground of an objection to a line (docs/reference/billing.md#objections)."""

    TIME = "time"  # 시간: it was not so long
    NOT_OURS = "not_ours"  # 본인 아님: somebody else used it
    FAULT = "fault"  # 장비 고장: the machine failed
    ATTENDED = "attended"  # 노쇼 아님: they were there
    PRICE = "price"  # 요율: the price is not theirs
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A manager's word on an objection.

    An accepted one is followed by a decision, or by a correction.
    """

    is_accepted: bool
    reason: str
    answered_by: PersonId
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A company's word on one line; open until it is answered."""

    id: ObjectionId
    centre_id: CentreId
    statement_id: StatementId
    line_key: str
    category: Objected
    words: str
    raised_by: PersonId
    raised_at: datetime
    answer: Answer | None = None
