"""Answers about reports: seconds and counts; ratios in per cent with two decimals, as text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.satisfaction.satisfaction_schemas import AnswersOut
from api.v1.schemas import In, MonthText, Out
from gadong.reports.domain.utilisation import Denominator


class UtilisationOut(Out):
    """A machine's time in a month, or all machines' (`machine` null)."""

    machine: UUID | None
    machine_slug: str | None
    kind: str | None
    observed: str | None = Field(
        default=None,
        description="How the machine was observed at the end; rooms are no machines in a total.",
    )
    seconds: dict[str, int]
    no_shows: int
    starts: int
    companies: int = Field(description="Companies that used it.")
    ratios: dict[str, str | None] = Field(examples=[{"utilisation": "24.06"}])


class ClassOut(Out):
    """The use by companies of one category; `seconds` is the machines' running time."""

    companies: int
    sessions: int
    seconds: int


class SupportedOut(Out):
    """Companies that were supported.

    `new` had not come in the year before; `returning` came more than once.
    """

    companies: int
    new: int
    returning: int
    sessions: int


class IncomeOut(Out):
    """Issued statements with their corrections, in won.

    `relief` divides the list price by the reasons for which it was reduced.
    """

    statements: int
    corrections: int
    supply: int = Field(
        description="Taxable and exempt; what is no supply stands in `out_of_scope`."
    )
    vat: int
    out_of_scope: int = Field(description="Fees for not coming, outside VAT.")
    total: int
    subsidy: int
    outstanding: int
    written_off: int
    operator_seconds: int
    trainings: int
    relief: dict[str, int] = Field(
        examples=[{"listed": 100000, "category": 50000, "charged": 50000}]
    )
    relief_by_class: dict[str, dict[str, int]]


class ReportMonthOut(Out):
    """One month of a report. `known` is the instant of its facts."""

    month: str
    known: datetime
    whole: UtilisationOut
    income: IncomeOut


class RefreshIn(In):
    """The month to compute again."""

    centre: UUID
    month: MonthText


class ReportOut(Out):
    """A centre's month or year by a named standard time, up to now while it lasts."""

    centre: UUID
    month: str = Field(description="The month, or the year.")
    start: datetime
    end: datetime
    denominator: Denominator
    recorded_before: datetime
    whole: UtilisationOut
    machines: list[UtilisationOut]
    kinds: dict[str, UtilisationOut]
    classes: dict[str, ClassOut]
    supported: SupportedOut
    satisfaction: AnswersOut
    income: IncomeOut
    months: list[ReportMonthOut]


class HoursRowOut(Out):
    """Billed time of a company on a machine, by what speaks for it: seconds that add up to
    `total`.
    """

    company: UUID | None
    company_name: str
    machine: UUID | None = Field(description="Null where the slug is no machine's any more.")
    machine_slug: str
    machine_name: str
    signal: int
    ledger: int
    unknown: int
    total: int


class UseHoursOut(Out):
    """The time of a month's statements by its evidence. `whole` is the sum of all rows."""

    items: list[HoursRowOut]
    next: str | None = None
    whole: HoursRowOut
