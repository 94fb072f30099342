"""Monthly applications, and the rounds in which they are answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gadong.booking.domain.applications.draw import ApplicationState, MonthlyApplication, Round
from gadong.booking.domain.rules.limits import Criterion
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document, to_period, to_range

SQL = statements(__file__)


def open_round(tx: Tx, wanted: Round, seed: bytes) -> bool:
    """Open a round and keep its seed; return False where the machine has one for the month."""
    row = one(
        tx,
        SQL["open_round"],
        id=wanted.id,
        centre_id=wanted.centre_id,
        machine_id=wanted.machine_id,
        month=str(wanted.month),
        during=to_range(wanted.period),
        ordering=list(wanted.ordering),
        seed_digest=wanted.seed_digest,
        committed_at=wanted.committed_at,
    )
    if row is None:
        return False
    run(tx, SQL["keep_seed"], round_id=wanted.id, centre_id=wanted.centre_id, seed=seed)
    return True


def round_of(tx: Tx, machine_id: MachineId, month: Month) -> Round | None:
    """Return the round of a machine and month."""
    row = one(tx, SQL["round_of"], machine_id=machine_id, month=str(month))
    return _round(row) if row else None


def round_by_id(tx: Tx, round_id: UUID) -> Round | None:
    """Return one round."""
    row = one(tx, SQL["round_by_id"], id=round_id)
    return _round(row) if row else None


def rounds(tx: Tx, centre_id: CentreId) -> list[Round]:
    """Return a centre's rounds, the latest month first."""
    return [_round(row) for row in many(tx, SQL["rounds"], centre_id=centre_id)]


def rounds_since(
    tx: Tx, machine_ids: Collection[MachineId], *, since: Month
) -> dict[MachineId, list[Round]]:
    """Return the rounds of machines for a month and those after it."""
    found: dict[MachineId, list[Round]] = {}
    if machine_ids:
        for row in many(tx, SQL["rounds_since"], machine_ids=list(machine_ids), since=str(since)):
            found.setdefault(row["machine_id"], []).append(_round(row))
    return found


def due(tx: Tx, *, now: datetime) -> list[Round]:
    """Return the rounds whose window is over and that are not drawn."""
    return [_round(row) for row in many(tx, SQL["due"], now=now)]


def locked_round(tx: Tx, round_id: UUID) -> Round | None:
    """Return a round that nobody else changes until the transaction ends."""
    row = one(tx, SQL["lock_round"], id=round_id)
    return _round(row) if row else None


def seed_of(tx: Tx, round_id: UUID) -> bytes | None:
    """Return the kept seed of a round."""
    row = one(tx, SQL["seed_of"], round_id=round_id)
    return bytes(row["seed"]) if row else None


def reveal(tx: Tx, round_id: UUID, seed: bytes, *, at: datetime) -> None:
    """Mark a round as drawn, and reveal its seed."""
    run(tx, SQL["reveal"], id=round_id, seed=seed, drawn_at=at)


def insert(tx: Tx, made: MonthlyApplication) -> None:
    """Write an application; raise Conflict where the company applied for a part of its time."""
    try:
        _insert(tx, made)
    except errors.ExclusionViolation as trouble:
        raise Conflict("Your company has applied for this time already", field="start") from trouble


def _insert(tx: Tx, made: MonthlyApplication) -> None:
    run(
        tx,
        SQL["insert"],
        id=made.id,
        round_id=made.round_id,
        centre_id=made.centre_id,
        machine_id=made.machine_id,
        company_id=made.company_id,
        person_id=made.person_id,
        during=to_range(made.period),
        applied_at=made.applied_at,
        purpose=made.purpose,
        answers=Jsonb(dict(made.answers)),
        usage_mode=made.usage_mode,
        equipment=list(made.equipment),
        seats=made.seats,
    )


def by_id(tx: Tx, application_id: UUID) -> MonthlyApplication | None:
    """Return one application."""
    row = one(tx, SQL["by_id"], id=application_id)
    return _application(row) if row else None


def of_round(tx: Tx, round_id: UUID) -> list[MonthlyApplication]:
    """Return the applications of a round, in the order of the draw."""
    return [_application(row) for row in many(tx, SQL["of_round"], round_id=round_id)]


def number_of(tx: Tx, round_id: UUID, company_id: CompanyId) -> int:
    """Return the number of a company's applications in a round."""
    row = one(tx, SQL["number_of"], round_id=round_id, company_id=company_id)
    return int(row["applications"]) if row else 0


def page(
    tx: Tx,
    *,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    state: ApplicationState | None,
) -> list[MonthlyApplication]:
    """Return the applications of centres and companies, the latest first."""
    ids = {"centre_ids": list(centre_ids), "company_ids": list(company_ids)}
    return [_application(row) for row in many(tx, SQL["page"], **ids, state=state)]


def withdraw(tx: Tx, application_id: UUID) -> int:
    """Withdraw an application; return 0 if it was answered or withdrawn."""
    return run(tx, SQL["withdraw"], id=application_id)


def answer(tx: Tx, answered: MonthlyApplication) -> None:
    """Write the draw's answer to an application."""
    run(
        tx,
        SQL["answer"],
        id=answered.id,
        state=answered.state,
        rank=answered.rank,
        minutes=answered.minutes,
        place=answered.place,
        booking_id=answered.booking_id,
        problems=to_document(answered.problems),
        alternatives=to_document(answered.alternatives),
        may_wait=answered.may_wait,
    )


def minutes_before(tx: Tx, machine_id: MachineId, during: Period) -> Mapping[CompanyId, int]:
    """Return the minutes that each company booked on a machine in the period."""
    rows = many(tx, SQL["minutes_before"], machine_id=machine_id, during=to_range(during))
    return {row["company_id"]: row["minutes"] for row in rows}


def _round(row: DictRow) -> Round:
    names = ("month", "during", "ordering", "seed_digest", "seed")
    month, during, ordering, digest, seed = (row.pop(name) for name in names)
    return Round(
        **row,
        month=Month.parse(month),
        period=to_period(during),
        ordering=tuple(Criterion(c) for c in ordering),
        seed_digest=bytes(digest),
        seed=None if seed is None else bytes(seed),
    )


def _application(row: DictRow) -> MonthlyApplication:
    names = ("during", "state", "usage_mode", "equipment")
    during, state, mode, chosen = (row.pop(name) for name in names)
    return MonthlyApplication(
        **row,
        period=to_period(during),
        state=ApplicationState(state),
        usage_mode=UsageMode(mode) if mode else None,
        equipment=tuple(chosen),
    )
