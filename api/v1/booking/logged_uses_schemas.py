"""The ledger of use on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import NamesMachine
from api.v1.schemas import BrokenRule, In, Instant, Out, Reason, Whole
from gadong.machines.domain.observation import Observed
from gadong.metering.domain.logged_use import UseOrigin
from gadong.metering.domain.use_table import MOST_SAMPLES


class LoggedUseIn(NamesMachine):
    """Use that is over, on a machine that no signals observe. Without a company it is the centre's
    own.
    """

    company: UUID | None = None
    person: UUID | None = None
    booking: UUID | None = None
    start: Instant
    end: Instant
    samples: Annotated[Whole, Field(ge=0, le=MOST_SAMPLES)] | None = Field(
        default=None, description="시료 수, as 운영일지 asks for it."
    )
    reason: Reason
    is_correction: bool = Field(
        default=False, description="Accept that the month is locked or its statement issued."
    )


class LoggedReversalIn(In):
    """The reason for which an entry is taken back."""

    reason: Reason
    is_correction: bool = False


class LoggedUseOut(Out):
    """An entry of the ledger.

    `reverses` names the one that it takes back, `reversed_by` the one that takes it back.
    """

    id: UUID
    centre: UUID
    machine: UUID
    machine_slug: str
    company: UUID | None
    person: UUID | None
    booking: UUID | None
    start: datetime
    end: datetime
    seconds: int
    grade: str
    origin: UseOrigin
    samples: int | None
    reason: str
    is_correction: bool
    reverses: UUID | None
    reversed_by: UUID | None
    recorded_by: UUID | None
    recorded_at: datetime


class UseTableIn(In):
    """A table with headings, its cells parted by tabs, commas or semicolons: docs/ledgers.md."""

    text: str = Field(max_length=400_000, examples=["장비\t기업\t날짜\t시작\t종료\t사유"])
    is_correction: bool = False
    keeps_good: bool = Field(
        default=False, description="Keep the good lines and leave the bad ones out."
    )


class UseTableLine(Out):
    """One line: its number in the text, the text, its entry, and what stands in the way of one."""

    line: int
    text: str
    is_good: bool
    entry: LoggedUseOut | None
    problems: list[BrokenRule]


class UseTableOut(Out):
    """A table as it was read. In a preview the entries are those that keeping it would make."""

    items: list[UseTableLine]
    next: str | None = None
    good: int
    bad: int


class ObservationIn(In):
    """A machine's observation from an instant on."""

    observed: Observed
    since: Instant


class ObservationOut(Out):
    """A machine's observation from an instant on."""

    machine: UUID
    machine_slug: str
    observed: Observed
    since: datetime
