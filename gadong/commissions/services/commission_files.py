"""Files of commissioned work: attached by the firm or the desk, and read by whom they concern."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from gadong.commissions.domain.commission import IN_WORK, OVER, Commission, CommissionState
from gadong.commissions.domain.commission_file import (
    MOST_FILES,
    CommissionFile,
    CommissionFileKind,
    report_number,
    saved_name,
)
from gadong.commissions.services.steps import said, seen, worked_on
from gadong.commissions.store import commission_files
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import new_id
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.calibrations.certificate import ENDINGS, media_type_of

LONGEST_NAME = 120


@retried
def attach(
    pool: Pool, who: Caller, commission_id: UUID, *, name: str, data: bytes
) -> CommissionFile:
    """Attach a PDF, JPEG or PNG file to a commission that is not over, as its firm or its desk."""
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        if found.company_id not in who.companies:
            who.need(found.centre_id, Right.DESK_WORK)
        if found.state in OVER:
            raise Conflict("This commission is over, or not that far", state=found.state.value)
        return _kept(tx, who, found, CommissionFileKind.FILE, name, data)


@retried
def report(
    pool: Pool, who: Caller, commission_id: UUID, *, name: str, data: bytes
) -> CommissionFile:
    """Keep the result report of a commission in work or done, under a number of its own.

    A later report of the same commission replaces it; both stay.
    """
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        if found.state not in IN_WORK | {CommissionState.DONE}:
            raise Conflict("This commission is over, or not that far", state=found.state.value)
        return _kept(tx, who, found, CommissionFileKind.REPORT, name, data)


def of_commission(pool: Pool, who: Caller, commission_id: UUID) -> list[CommissionFile]:
    """Return the files of a commission; its firm sees reports once they are handed over."""
    with transaction(pool, who.reach()) as tx:
        return commission_files.of_commission(tx, seen(tx, who, commission_id).id)


def read(
    pool: Pool, who: Caller, commission_id: UUID, file_id: UUID
) -> tuple[CommissionFile, bytes]:
    """Return a file with its bytes, named as it is saved."""
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        every = {file.id: file for file in commission_files.of_commission(tx, found.id)}
        data = commission_files.data(tx, found.id, file_id)
    if data is None:
        raise NotFound("The commission has no such file, or it is not handed over yet")
    file = every[file_id]
    return replace(file, name=saved_name(file, ENDINGS[file.media_type])), data


def _kept(
    tx: Tx, who: Caller, found: Commission, kind: CommissionFileKind, name: str, data: bytes
) -> CommissionFile:
    every = commission_files.of_commission(tx, found.id)
    is_report = kind is CommissionFileKind.REPORT
    reports = sum(file.kind is CommissionFileKind.REPORT for file in every)
    # Reports have a room of their own: no attachment of a firm keeps one out.
    if is_report and reports >= MOST_FILES:
        raise Conflict(f"A commission has at most {MOST_FILES} result reports", limit=MOST_FILES)
    if not is_report and len(every) - reports >= MOST_FILES:
        raise Conflict(f"A commission has at most {MOST_FILES} attachments", limit=MOST_FILES)
    file = CommissionFile(
        id=new_id(),
        commission_id=found.id,
        kind=kind,
        number=report_number(found.number, reports) if is_report else "",
        name=said(name, "name")[:LONGEST_NAME],
        digest=sha256(data).hexdigest(),
        media_type=media_type_of(data),
        kept_at=recorded_at(tx, found.centre_id),
    )
    commission_files.insert(tx, found, file, data, by=who.known)
    return file
