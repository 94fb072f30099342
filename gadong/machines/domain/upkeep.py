"""The maintenance log (유지보수일지) as people write it: inspections, repairs and replaced parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.texts.machines import UPKEEP_KINDS

LONGEST = 500
# The forms of the register have room for so many won.
MOST_WON = 10**13


class UpkeepKind(StrEnum):
    """The kind of work on a machine."""

    INSPECTION = "inspection"
    REPAIR = "repair"
    PART = "part"
    CALIBRATION = "calibration"


KINDS = {kind: UPKEEP_KINDS[kind] for kind in UpkeepKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work on a machine: its time, what was found and done, who did it and what it cost.

    `repairer` is a person or a firm. `cost` is whole won with the tax, None where it is not known.
    """

    kind: UpkeepKind
    period: Period
    description: str
    action: str
    repairer: str
    cost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepEntry:
    """An entry in the maintenance log. A fact, which is taken back and never edited."""

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    work: Work
    recorded_by: PersonId
    recorded_at: datetime
    taken_back_at: datetime | None = None
    taken_back_reason: str = ""


def need_work(work: Work, *, now: datetime) -> Work:
    """Return the work as it is kept; raise Invalid for what no log could say."""
    texts = {name: getattr(work, name).strip() for name in ("description", "action", "repairer")}
    for name, text in texts.items():
        if not text:
            raise Invalid("Say what was found, what was done, and by whom", field=name)
        if len(text) > LONGEST or not text.replace("\n", " ").replace("\r", " ").isprintable():
            raise Invalid("A text has up to 500 printable characters", field=name, limit=LONGEST)
    if work.cost is not None and not 0 <= work.cost <= MOST_WON:
        raise Invalid("A cost is whole won, from nothing on", field="cost", limit=MOST_WON)
    if work.period.end > now:
        raise Invalid("Work that still lasts is written down when it ends", field="end")
    return Work(kind=work.kind, period=work.period, cost=work.cost, **texts)
