"""Tables of use: shown line by line before anything is kept,
and kept whole or by their good lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from gadong.booking.services.use_log.entries import Written, store
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Permit, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Invalid, NotFound, Problem, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin
from gadong.metering.domain.use_table import (
    TableLine,
    UnreadableRow,
    lines_of,
    period_in,
    samples_in,
)
from gadong.people.domain.company import Company
from gadong.people.store import people

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line of a table: its entry, or everything that stands in the way of one."""

    number: int
    text: str
    entry: LoggedUse | None
    samples: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A pasted table. `is_correction` accepts that months are closed, `keeps_good` that bad lines
    are left out.
    """

    text: str
    is_correction: bool = False
    keeps_good: bool = False


def preview(
    pool: Pool, who: Caller, centre_id: CentreId, table: Table, *, now: datetime
) -> list[ReadLine]:
    """Read a table and name each bad line; keep nothing."""
    permit = _need(who, centre_id, table)
    with transaction(pool, permit) as tx, tx.transaction(force_rollback=True):
        return _read(tx, who, centre_id, table, now=now)


@retried
def keep(
    pool: Pool, who: Caller, centre_id: CentreId, table: Table, *, now: datetime
) -> list[ReadLine]:
    """Keep a table whose lines are all good, or the good ones if bad ones may be left out.

    Raise Refused with each bad line's problems, its number among their details, otherwise.
    """
    permit = _need(who, centre_id, table)
    with transaction(pool, permit) as tx:
        found = _read(tx, who, centre_id, table, now=now)
        bad = [problem for line in found for problem in line.problems]
        if bad and not table.keeps_good:
            raise Refused(bad)
    return found


def _need(who: Caller, centre_id: CentreId, table: Table) -> Permit:
    permit = who.need(centre_id, Right.DESK_WORK)
    if table.is_correction:
        who.need(centre_id, Right.MONEY_WORK)
    return permit


def _read(
    tx: Tx, who: Caller, centre_id: CentreId, table: Table, *, now: datetime
) -> list[ReadLine]:
    """Store each good line in the caller's transaction; a line that cannot be is undone alone."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    try:
        lines = lines_of(table.text)
    except UnreadableRow as trouble:
        raise Refused([Problem(code=trouble.code, actual=trouble.cell)]) from trouble
    hall = machines.of_centres(tx, [centre_id])
    machines.lock(tx, [machine.id for machine in hall])
    names = _Names(hall=hall, companies=people.companies(tx, centre_id))
    return [_line(tx, who, line, table, names, centre.zone, now=now) for line in lines]


def _line(
    tx: Tx,
    who: Caller,
    line: TableLine,
    table: Table,
    names: _Names,
    zone: ZoneInfo,
    *,
    now: datetime,
) -> ReadLine:
    problems: list[Problem] = []
    entry, samples = None, None
    try:
        written = names.written(line, zone, is_correction=table.is_correction)
        with tx.transaction():
            entry = store(tx, who, written, origin=UseOrigin.TABLE, now=now)
        samples = written.samples
    except UnreadableRow as trouble:
        problems = [Problem(code=trouble.code, actual=trouble.cell)]
    except Refused as refused:
        problems = list(refused.problems)
    except Invalid as invalid:
        problems = [Problem(code="table.line", actual=str(invalid))]
    return ReadLine(
        number=line.number,
        text=line.text,
        entry=entry,
        samples=samples,
        problems=tuple(_at(problem, line.number) for problem in problems),
    )


def _at(problem: Problem, number: int) -> Problem:
    return replace(problem, details={**problem.details, "line": number})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The names that a table's cells may hold."""

    hall: Sequence[Machine]
    companies: Sequence[Company]

    def written(self, line: TableLine, zone: ZoneInfo, *, is_correction: bool) -> Written:
        """Return the use of a line.

        Raise UnreadableRow for a name that is none, or that several have.
        """
        cells = line.cells
        if not cells.get("reason", "").strip():
            raise UnreadableRow("table.reason", "")
        return Written(
            machine=self._machine(cells.get("machine", "")),
            period=period_in(cells, zone),
            company=self._company(cells.get("company", "")),
            person_name=cells.get("person", ""),
            samples=samples_in(cells),
            reason=cells.get("reason", ""),
            is_correction=is_correction,
        )

    def _machine(self, name: str) -> Machine:
        found = [m for m in self.hall if m.slug == name] or [
            m for m in self.hall if name.casefold() in {m.name_ko.casefold(), m.name_en.casefold()}
        ]
        return _one(found, "table.machine", name)

    def _company(self, name: str) -> CompanyId | None:
        if not name:
            return None
        digits = name.replace("-", "")
        found = [c for c in self.companies if c.registration_number == digits] or [
            c for c in self.companies if c.name.casefold() == name.casefold()
        ]
        return _one(found, "table.company", name).id


def _one(found: Sequence[T], code: str, name: str) -> T:
    if len(found) == 1:
        return found[0]
    raise UnreadableRow(f"{code}_several" if found else code, name)
