"""The machine register: read, written with its history, and given out as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gadong.core import database
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.document import BadDocument, from_document
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import observed_at
from gadong.machines.domain.register import (
    LONGEST_TEXT,
    Registered,
    RegisterEntry,
    RegisterStep,
)
from gadong.machines.domain.register_fields import FIELDS, PLAIN, Column, table_of
from gadong.machines.store import certificates, machines, observations, register
from gadong.people.store import people

# More than any form of a ministry; a table beyond is a slip.
MOST_COLUMNS = 100
# Refusals of the domain without the path that msgspec adds, so that pages say them in Korean.
REASONS = (
    "a calibration is due after it was done",
    "a service is due after at least one hour or day",
    "price and funding cannot be negative",
    "service ends after it begins",
    "the shares of funding add up to the price",
)


def write(
    pool: Pool, who: Caller, machine_id: MachineId, document: Any, *, reason: str
) -> RegisterStep:
    """Write a machine's entry; what it was before stays in its history."""
    entry = _read(document)
    if not reason.strip():
        raise Invalid("Say why the register is changed", field="reason")
    with transaction(pool, who.reach()) as tx:
        machine = _machine(tx, who, machine_id)
        who.need(machine.centre_id, Right.FLOOR_WORK)
        _need_sensor(tx, machine, entry)
        _need_files(tx, machine, entry)
        step = RegisterStep(
            entry=entry,
            reason=reason.strip(),
            written_by=who.person_id,
            recorded_at=recorded_at(tx, machine.centre_id),
        )
        register.insert(tx, machine, step)
    return step


def _need_sensor(tx: Tx, machine: Machine, entry: RegisterEntry) -> None:
    """Raise Invalid for a climate sensor that is no machine of the centre."""
    slugs = {one.slug for one in machines.of_centres(tx, [machine.centre_id])}
    if entry.climate_sensor and entry.climate_sensor not in slugs:
        raise Invalid(
            "No machine or room of the centre has this slug; register the sensor's room first",
            field="climate_sensor",
        )


def _need_files(tx: Tx, machine: Machine, entry: RegisterEntry) -> None:
    """Raise Invalid for a calibration whose file the machine does not have."""
    named = {c.file for c in entry.calibrations if c.file}
    if named and named - certificates.digests(tx, machine.id):
        raise Invalid("The machine has no such certificate", field="calibrations")


def find(pool: Pool, who: Caller, machine_id: MachineId) -> tuple[Machine, RegisterEntry]:
    """Return a machine's entry, for the floor's staff."""
    with transaction(pool, who.reach()) as tx:
        machine = _machine(tx, who, machine_id)
        who.need(machine.centre_id, Right.FLOOR_SEE)
        return machine, register.of_machine(tx, machine.id, recorded_before=END_OF_TIME)


def history(pool: Pool, who: Caller, machine_id: MachineId) -> list[RegisterStep]:
    """Return every state of a machine's entry, the latest first."""
    with transaction(pool, who.reach()) as tx:
        machine = _machine(tx, who, machine_id)
        who.need(machine.centre_id, Right.FLOOR_SEE)
        return register.history(tx, machine.id)


def writers(pool: Pool, who: Caller, machine_id: MachineId) -> Mapping[PersonId, str]:
    """Return the names of the people who wrote a machine's entry, for the floor's staff."""
    steps = history(pool, who, machine_id)
    with transaction(pool, who.reach()) as tx:
        ids = {step.written_by for step in steps if step.written_by}
        return {i: p.name for i in ids if (p := people.person(tx, i))}


def of_centre(pool: Pool, who: Caller, centre_id: CentreId) -> list[tuple[Machine, RegisterEntry]]:
    """Return the entries of a centre's machines, by slug."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return _all(tx, centre_id)


def table(pool: Pool, who: Caller, centre_id: CentreId) -> list[list[str]]:
    """Return the register as a table: with the centre's own columns where it set any."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return table_of(_rows(tx, centre_id), register.columns(tx, centre_id) or PLAIN)


def rows(pool: Pool, who: Caller, centre_id: CentreId) -> list[Registered]:
    """Return the centre's machines with their entries, by slug, for its staff."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return _rows(tx, centre_id)


def set_columns(
    pool: Pool, who: Caller, centre_id: CentreId, columns: Sequence[Column]
) -> Sequence[Column]:
    """Keep the columns of a centre's own table, in their order."""
    permit = who.need(centre_id, Right.FLOOR_WORK)
    unknown = next(
        (c.field for c in columns if c.field is not None and c.field not in FIELDS), None
    )
    if unknown is not None:
        raise Invalid(f"The register has no field {unknown}", field="columns")
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise Invalid("A table has 1 to 100 columns", field="columns")
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, centre_id)
        register.set_columns(tx, centre_id, columns, by=who.person_id, recorded_at=at)
    return columns


def columns(pool: Pool, who: Caller, centre_id: CentreId) -> Sequence[Column]:
    """Return the columns of a centre's table."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return register.columns(tx, centre_id) or PLAIN


def _all(tx: Tx, centre_id: CentreId) -> list[tuple[Machine, RegisterEntry]]:
    hall = machines.of_centres(tx, [centre_id])
    known = register.of_machines(tx, [m.id for m in hall], recorded_before=END_OF_TIME)
    return [(machine, known[machine.id]) for machine in hall]


def _rows(tx: Tx, centre_id: CentreId) -> list[Registered]:
    found, now = _all(tx, centre_id), database.clock(tx)
    declared = observations.of_machines(
        tx, [machine.id for machine, _ in found], recorded_before=END_OF_TIME
    )
    return [
        Registered(
            slug=machine.slug,
            name_ko=machine.name_ko,
            name_en=machine.name_en,
            kind=machine.kind,
            entry=entry,
            is_retired=machine.retired_at is not None,
            observed=observed_at(declared[machine.id], now),
        )
        for machine, entry in found
    ]


def _machine(tx: Tx, who: Caller, machine_id: MachineId) -> Machine:
    machine = machines.by_id(tx, machine_id)
    if machine is None or not who.may_enter(machine.centre_id):
        raise NotFound("There is no such machine that you may see")
    return machine


def _read(document: Any) -> RegisterEntry:
    try:
        entry = from_document(RegisterEntry, document)
    except BadDocument as trouble:
        reason = next((r for r in REASONS if str(trouble).startswith(r)), str(trouble))
        raise Invalid(reason, field="entry") from trouble
    texts = [getattr(entry, name) for name in RegisterEntry.__dataclass_fields__]
    texts += [c.certificate for c in entry.calibrations]
    if any(isinstance(text, str) and len(text) > LONGEST_TEXT for text in texts):
        raise Invalid("A field of the register has at most 200 characters", field="entry")
    return entry
