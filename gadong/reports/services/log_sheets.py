"""운영일지 and 유지보수일지 as sheets for a spreadsheet or a table."""

from __future__ import annotations

from collections.abc import Iterator

from gadong.core.domain.period import Period
from gadong.machines.domain.upkeep import KINDS
from gadong.reports.domain.upkeep import UpkeepSource
from gadong.reports.services.logbooks import Log
from gadong.reports.services.report_files import Cell, Sheet
from gadong.texts.reports import LOG_CELLS, OPERATION, SHEETS, UPKEEP, WRITERS


def log_sheet(log: Log, *, is_upkeep: bool) -> Sheet:
    """Return the 운영일지 or 유지보수일지 as a sheet."""

    def clock(at: Period) -> tuple[str, str]:
        start, end = (i.astimezone(log.centre.zone) for i in (at.start, at.end))
        return f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"

    if is_upkeep:
        rows: Iterator[list[Cell]] = (
            [
                u.machine,
                u.registration,
                u.manager,
                u.writer or WRITERS[u.source].ko,
                *clock(u.period),
                _minutes(u.period.seconds),
                LOG_CELLS["fault"].ko if u.source is UpkeepSource.SIGNAL else KINDS[u.kind][0],
                u.reason or LOG_CELLS["signal"].ko,
                u.repairer,
                u.action,
                "" if u.cost is None else u.cost,
            ]
            for u in log.upkeep
        )
        return SHEETS["upkeep"].ko, [[text.ko for text in UPKEEP], *rows]
    rows = (
        [
            o.machine,
            o.registration,
            o.manager,
            WRITERS[o.source].ko,
            *clock(o.period),
            _minutes(o.ran_seconds),
            o.organisation,
            o.organisation_type,
            o.user,
            int(o.samples) if o.samples.isdecimal() else o.samples,
            _minutes(o.staff_seconds),
            LOG_CELLS["fee_open"].ko if o.fee is None else o.fee,
            o.use_type,
            o.climate,
            o.purpose,
        ]
        for o in log.operations
    )
    return SHEETS["operation"].ko, [[text.ko for text in OPERATION], *rows]


def _minutes(seconds: int) -> int:
    """Return whole minutes, half a minute up; an inspector's form has no seconds."""
    return (seconds + 30) // 60
