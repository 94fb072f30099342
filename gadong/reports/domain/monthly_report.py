"""The figures of a centre's month, from which reports are summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from gadong.core.domain.ids import CompanyId
from gadong.machines.domain.observation import Observed
from gadong.reports.domain.utilisation import Denominator, Utilisation

IDLE_MONTHS = 6
LOW = Fraction(1, 10)
#: The category of a company without one.
NO_CATEGORY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMonth:
    """One machine's time, and its standard time by each denominator.

    `observed` is how, at the month's end.
    """

    machine: str
    name: str
    kind: str
    registration: str
    standards: Mapping[Denominator, int]
    time: Utilisation
    observed: Observed = Observed.SIGNAL

    def of(self, denominator: Denominator) -> Utilisation:
        """Return the machine's time with the standard time of a denominator."""
        return replace(self.time, standard=self.standards[denominator])


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyUse:
    """The use of a company in a month: its sessions, and the seconds that machines ran for it."""

    company_id: CompanyId
    category: str
    sessions: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """The figures of a centre's month. `uses` has a row for each company and category."""

    month: str
    machines: tuple[MachineMonth, ...]
    uses: tuple[CompanyUse, ...]


def whole(months: Iterable[MonthFigures], denominator: Denominator) -> Utilisation:
    """Return the sum over all machines and months. What nothing observes, as a room, is no machine
    in it.
    """
    return _sum(
        m.of(denominator)
        for month in months
        for m in month.machines
        if m.observed is not Observed.NEITHER
    )


def by_machine(
    months: Sequence[MonthFigures], denominator: Denominator
) -> list[tuple[MachineMonth, Utilisation]]:
    """Return each machine's time over the months, by name, with the machine's latest data."""
    last = {m.machine: m for month in months for m in month.machines}
    return [
        (
            last[slug],
            _sum(
                m.of(denominator) for month in months for m in month.machines if m.machine == slug
            ),
        )
        for slug in sorted(last)
    ]


class Seldom(StrEnum):
    """NFEC's names for hardly used equipment (docs/reference/billing.md#equipment-statistics)."""

    IDLE = "idle"  # 유휴: it has not run in six months
    LOW = "low"  # 저활용: it ran a tenth of its standard time at most


def seldom_used(
    months: Sequence[MonthFigures], denominator: Denominator
) -> list[tuple[MachineMonth, Utilisation, Seldom]]:
    """Return the machines that are hardly used over the months, which are in order.

    IDLE takes six months of data or more.
    """
    last = [{m.machine: m.time.ran for m in month.machines} for month in months[-IDLE_MONTHS:]]
    found: list[tuple[MachineMonth, Utilisation, Seldom]] = []
    for machine, time in by_machine(months, denominator):
        if machine.observed is Observed.NEITHER:
            continue
        ran = [of_month.get(machine.machine) for of_month in last]
        share = time.ratios["utilisation"]
        if len(ran) == IDLE_MONTHS and not any(n is None or n for n in ran):
            found.append((machine, time, Seldom.IDLE))
        elif share is not None and share <= LOW:
            found.append((machine, time, Seldom.LOW))
    return found


def by_kind(
    months: Sequence[MonthFigures], denominator: Denominator
) -> list[tuple[str, Utilisation]]:
    """Return each kind's time over the months."""
    kinds = sorted({m.kind for month in months for m in month.machines})
    return [
        (
            kind,
            _sum(m.of(denominator) for month in months for m in month.machines if m.kind == kind),
        )
        for kind in kinds
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassUse:
    """The use by companies of one category."""

    category: str
    companies: int
    sessions: int
    seconds: int


def by_class(months: Sequence[MonthFigures]) -> list[ClassUse]:
    """Return the use by each category; a company that changed its category counts in both."""
    uses = [u for month in months for u in month.uses]
    return [
        ClassUse(
            category=category,
            companies=len({u.company_id for u in uses if u.category == category}),
            sessions=sum(u.sessions for u in uses if u.category == category),
            seconds=sum(u.seconds for u in uses if u.category == category),
        )
        for category in sorted({u.category for u in uses})
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """Companies that the centre supported; `new` had not come in the year before."""

    companies: int
    new: int
    returning: int
    sessions: int


def supported(months: Sequence[MonthFigures], came_before: Iterable[CompanyId]) -> Supported:
    """Return the companies supported over the months; `returning` came more than once."""
    times: dict[CompanyId, int] = {}
    for use in (u for month in months for u in month.uses):
        times[use.company_id] = times.get(use.company_id, 0) + use.sessions
    known = set(came_before)
    return Supported(
        companies=len(times),
        new=sum(company not in known for company in times),
        returning=sum(n > 1 for n in times.values()),
        sessions=sum(times.values()),
    )


def _sum(times: Iterable[Utilisation]) -> Utilisation:
    together = Utilisation()
    for time in times:
        together += time
    return together
