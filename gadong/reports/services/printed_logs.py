"""The logbooks on paper: 운영일지 and 유지보수일지 of a month, machine by machine, to be signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.services.documents import pdf
from gadong.billing.services.statement_document import month_named
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import RegisterEntry
from gadong.machines.domain.upkeep import KINDS
from gadong.machines.store import machines, register
from gadong.reports.domain.upkeep import Upkeep, UpkeepSource
from gadong.reports.services import logbooks, upkeep_log
from gadong.reports.services.logbooks import Log, Operation
from gadong.texts.reports import LOG_CELLS, LOG_PAPER, OPERATION, UPKEEP, WRITERS

#: The first columns of both tables are the machine, its number and its responsible, which the head
#: of the paper names; the last two of the uses are sentences, which stand below their row.
IN_HEAD, BELOW = 3, 2


#: The sums and the table of one machine.
_Part = tuple[list[tuple[str, str]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLog:
    """A logbook of a month as PDF, with the name to save it under."""

    name: str
    content: bytes


def operations_on_paper(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    month: str,
    *,
    machine_id: MachineId | None,
    now: datetime,
) -> PrintedLog:
    """Print the 운영일지 of a month, of one machine or of each in turn."""
    log = logbooks.operations(pool, who, centre_id, month, machine_id=machine_id, now=now)
    head = [text.ko for text in OPERATION[IN_HEAD:-BELOW]]
    zone = log.centre.zone

    def part(machine: Machine) -> _Part:
        rows = [o for o in log.operations if o.slug == machine.slug]
        ran = sum(_minutes(o.ran_seconds) for o in rows)
        table = pdf.table(
            head,
            [_operation(o, zone) for o in rows],
            align="lllrlllrrrl",
            widths=[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
            notes=[_below(o) for o in rows],
        )
        sums = [(LOG_PAPER["uses"].ko, f"{len(rows):,}"), (LOG_PAPER["ran"].ko, f"{ran:,}")]
        return sums, table

    return _printed(pool, who, log, "operation", machine_id, part, now=now)


def upkeep_on_paper(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    month: str,
    *,
    machine_id: MachineId | None,
    now: datetime,
) -> PrintedLog:
    """Print the 유지보수일지 of a month, of one machine or of each in turn.

    Maintenance of the whole centre stands with each machine, as an inspector of one asks for it.
    """
    log = upkeep_log.upkeep_of_month(pool, who, centre_id, month, machine_id=machine_id)
    head = [text.ko for text in UPKEEP[IN_HEAD:]]
    zone = log.centre.zone

    def part(machine: Machine) -> _Part:
        rows = [u for u in log.upkeep if u.slug in {machine.slug, ""}]
        cost = sum(u.cost or 0 for u in rows)
        table = pdf.table(
            head,
            [_upkeep(u, zone) for u in rows],
            align="lllrllllr",
            widths=[0, 0, 0, 0, 0, 1, 0, 1, 0],
        )
        sums = [(LOG_PAPER["entries"].ko, f"{len(rows):,}"), (LOG_PAPER["cost"].ko, f"{cost:,}")]
        return sums, table

    return _printed(pool, who, log, "maintenance", machine_id, part, now=now)


def _printed(
    pool: Pool,
    who: Caller,
    log: Log,
    kind: str,
    machine_id: MachineId | None,
    part: Callable[[Machine], _Part],
    *,
    now: datetime,
) -> PrintedLog:
    permit = who.need(log.centre.id, Right.REPORT_SEE)
    with transaction(pool, permit) as tx:
        hall = [m for m in machines.of_centres(tx, [log.centre.id]) if machine_id in {None, m.id}]
        entries = register.of_machines(tx, [m.id for m in hall], recorded_before=END_OF_TIME)
        printer = logbooks.name_of(tx, who.person_id)
    parts: list[Mapping[str, Any]] = []
    for machine in hall:
        entry = entries[machine.id]
        sums, table = part(machine)
        parts += [
            pdf.heading(machine.name_ko),
            pdf.beside(pdf.pairs("", _named(entry)), pdf.pairs("", sums)),
            table if table["rows"] else pdf.paragraph(LOG_PAPER["empty"].ko),
            pdf.signatures(_signers(entry, printer)),
        ]
    # A month that is over prints its end, so that the paper is the same whenever it is printed.
    end = month_named(log.month).period(log.centre.zone).end
    title = LOG_PAPER[kind].ko
    of = f"-{hall[0].slug}" if machine_id and hall else ""
    content = pdf.print_(
        pdf.Printed(
            title=title,
            subtitle=f"{log.centre.name} · {log.month}",
            author=log.centre.name,
            language="ko",
            at=min(end, now),
            parts=parts or [pdf.paragraph(LOG_PAPER["empty"].ko)],
            footer=f"{log.centre.name} · {title} · {log.month}",
            is_wide=True,
        )
    )
    return PrintedLog(name=f"{kind}-log-{log.centre.slug}{of}-{log.month}.pdf", content=content)


def _named(entry: RegisterEntry) -> list[tuple[str, str]]:
    """Return the facts of the register that an inspector compares with the machine."""
    names = ("model", "maker", "serial", "nfec_number", "etube_number", "place")
    return [(LOG_PAPER[name].ko, getattr(entry, name)) for name in names]


def _signers(entry: RegisterEntry, printer: str) -> Sequence[tuple[str, str, str]]:
    """Return the lines to sign on: the responsible and the deputy of the register.

    Without a responsible the manager who prints the log signs, as it stands in the log's table.
    """
    mark = LOG_PAPER["signed"].ko
    rows = [(LOG_PAPER["responsible"].ko, entry.responsible or printer, mark)]
    if entry.deputy:
        rows.append((LOG_PAPER["deputy"].ko, entry.deputy, mark))
    return [*rows, (LOG_PAPER["checked"].ko, "", mark)]


def _operation(o: Operation, zone: ZoneInfo) -> list[str]:
    return [
        WRITERS[o.source].ko,
        *_clock(o.period, zone),
        f"{_minutes(o.ran_seconds):,}",
        o.organisation,
        o.organisation_type,
        o.user,
        o.samples,
        f"{_minutes(o.staff_seconds):,}",
        LOG_CELLS["fee_open"].ko if o.fee is None else f"{o.fee:,}",
        o.use_type,
    ]


def _below(o: Operation) -> str:
    said = ((LOG_PAPER["purpose"].ko, o.purpose), (LOG_PAPER["climate"].ko, o.climate))
    return " · ".join(f"{name}: {text}" for name, text in said if text)


def _upkeep(u: Upkeep, zone: ZoneInfo) -> list[str]:
    return [
        u.writer or WRITERS[u.source].ko,
        *_clock(u.period, zone),
        f"{_minutes(u.period.seconds):,}",
        LOG_CELLS["fault"].ko if u.source is UpkeepSource.SIGNAL else KINDS[u.kind][0],
        u.reason or LOG_CELLS["signal"].ko,
        u.repairer,
        u.action,
        "" if u.cost is None else f"{u.cost:,}",
    ]


def _clock(at: Period, zone: ZoneInfo) -> tuple[str, str]:
    """Return the start and the end by the minute; the end's day where it is another one."""
    start, end = (i.astimezone(zone) for i in (at.start, at.end))
    same = start.date() == end.date()
    return f"{start:%m-%d %H:%M}", f"{end:%H:%M}" if same else f"{end:%m-%d %H:%M}"


def _minutes(seconds: int) -> int:
    """Return whole minutes, half a minute up; an inspector's form has no seconds."""
    return (seconds + 30) // 60
