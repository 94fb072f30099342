"""The machine register: entries with their history, and a table in the centre's own columns."""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.machines import register_schemas as schemas
from api.v1.paging import Page
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.document import plain
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import RegisterEntry, RegisterStep
from gadong.machines.domain.register_fields import Column
from gadong.machines.services import certificates, register

router = APIRouter(tags=["machines"])


@router.get("/machines/{machine}/register")
def get_register(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> schemas.RegisterOut:
    """Return a machine's entry in the register."""
    machine = find_machine(pool, who, machine_ref, centre)
    return _entry(*register.find(pool, who, machine.id))


@router.put("/machines/{machine}/register")
def write_register(
    machine_ref: MachineInPath,
    body: schemas.RegisterIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.RegisterOut:
    """Write a machine's entry; what it was before stays in its history."""
    machine = find_machine(pool, who, machine_ref, centre)
    document = body.entry.model_dump(mode="json")
    register.write(pool, who, machine.id, document, reason=body.reason)
    return _entry(*register.find(pool, who, machine.id))


@router.get("/machines/{machine}/register/history")
def get_register_history(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> Page[schemas.RegisterStepOut]:
    """Return every state of a machine's entry, the latest first."""
    found = register.history(pool, who, find_machine(pool, who, machine_ref, centre).id)
    return Page(items=[_step(step) for step in found], next=None)


@router.put("/machines/{machine}/calibrations/{done_on}/certificate")
def keep_certificate(
    machine_ref: MachineInPath,
    done_on: date,
    body: schemas.CertificateIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.CertificateOut:
    """Keep a file at the calibration of a day: its certificate, as a PDF, JPEG or PNG."""
    try:
        data = b64decode(body.data, validate=True)
    except ValueError as trouble:  # binascii.Error is one, and so is what b64decode says of é
        raise Invalid("A certificate is written in base64", field="data") from trouble
    machine = find_machine(pool, who, machine_ref, centre)
    digest = certificates.attach(pool, who, machine, done_on, data, reason=body.reason)
    return schemas.CertificateOut(file=digest)


@router.get("/machines/{machine}/certificates/{file}", response_class=Response)
def get_certificate(
    machine_ref: MachineInPath,
    file: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> Response:
    """Return a certificate's file, also one that an earlier entry of the register named."""
    machine = find_machine(pool, who, machine_ref, centre)
    found, name = certificates.read(pool, who, machine, file)
    return as_file(found.data, name, found.media_type)


@router.get("/centres/{centre}/register")
def list_register(centre: UUID, who: Who, pool: Connections) -> Page[schemas.RegisterOut]:
    """Return the entries of a centre's machines, by slug."""
    found = register.of_centre(pool, who, CentreId(centre))
    return Page(items=[_entry(machine, entry) for machine, entry in found], next=None)


@router.get("/centres/{centre}/register.csv", response_class=Response)
def register_table(centre: UUID, who: Who, pool: Connections) -> Response:
    """Return the register as a table, in the centre's own columns where it set any."""
    rows = register.table(pool, who, CentreId(centre))
    return as_file(table([list(row) for row in rows]), "gadong-register.csv", CSV)


@router.get("/centres/{centre}/register-columns")
def get_register_columns(centre: UUID, who: Who, pool: Connections) -> schemas.ColumnsIO:
    """Return the columns of the centre's table."""
    found = register.columns(pool, who, CentreId(centre))
    return schemas.ColumnsIO(
        items=[schemas.ColumnIO(heading=c.heading, field=c.field) for c in found]
    )


@router.put("/centres/{centre}/register-columns")
def set_register_columns(
    centre: UUID, body: schemas.ColumnsIO, who: Who, pool: Connections
) -> schemas.ColumnsIO:
    """Keep the columns of the centre's own table: each heading with the field that fills it."""
    wanted = [Column(heading=c.heading, field=c.field) for c in body.items]
    register.set_columns(pool, who, CentreId(centre), wanted)
    return body


def _entry(machine: Machine, entry: RegisterEntry) -> schemas.RegisterOut:
    return schemas.RegisterOut(machine=machine.id, machine_slug=machine.slug, entry=plain(entry))


def _step(step: RegisterStep) -> schemas.RegisterStepOut:
    return schemas.RegisterStepOut(
        entry=plain(step.entry),
        reason=step.reason,
        written_by=step.written_by,
        recorded_at=step.recorded_at,
    )
