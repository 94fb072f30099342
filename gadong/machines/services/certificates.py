"""Certificates of calibrations: kept as files at the register's entries, and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256

from gadong.core.database import END_OF_TIME, Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.calibrations.certificate import (
    CertificateFile,
    file_name,
    media_type_of,
)
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import RegisterStep
from gadong.machines.store import certificates, register


def attach(
    pool: Pool, who: Caller, machine: Machine, done_on: date, data: bytes, *, reason: str
) -> str:
    """Keep a file at the calibration of a day, in the place of an earlier one; return its digest.

    Where several were done on the day, the first without a file takes it. The earlier file stays in
    the entry's history.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    if not reason.strip():
        raise Invalid("Say why the register is changed", field="reason")
    file = CertificateFile(
        machine_id=machine.id,
        digest=sha256(data).hexdigest(),
        media_type=media_type_of(data),
        data=data,
    )
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, machine.centre_id)
        entry = register.of_machine(tx, machine.id, recorded_before=END_OF_TIME)
        of_day = [c for c in entry.calibrations if c.done_on == done_on]
        if not of_day:
            raise NotFound("The register has no calibration of this day; write it down first")
        chosen = next((c for c in of_day if not c.file), of_day[0])
        certificates.keep(tx, machine, file, by=who.known)
        step = RegisterStep(
            entry=replace(
                entry,
                calibrations=tuple(
                    replace(c, file=file.digest) if c is chosen else c for c in entry.calibrations
                ),
            ),
            reason=reason.strip(),
            written_by=who.known,
            recorded_at=at,
        )
        register.insert(tx, machine, step)
    return file.digest


def read(pool: Pool, who: Caller, machine: Machine, digest: str) -> tuple[CertificateFile, str]:
    """Return a file of the machine's register, with the name to save it under.

    It is for the floor's staff, as the register is. A file that an earlier entry named is read too.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        found = certificates.find(tx, machine.id, digest)
        if found is None:
            raise NotFound("The machine has no such certificate")
        entry = register.of_machine(tx, machine.id, recorded_before=END_OF_TIME)
    day = next((c.done_on for c in entry.calibrations if c.file == digest), None)
    return found, file_name(machine.slug, day, found.media_type)
