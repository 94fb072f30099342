"""The messages that the lines of a document rest on, with what each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from gadong.billing.services.statement_document import Document
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, MessageId
from gadong.machines.services.archive import reading
from gadong.machines.services.archive.columns import ArchiveUnavailable
from gadong.machines.store import machines, messages
from gadong.machines.store.messages import Meaning as Meaning  # noqa: PLC0414  # for pages


def of_document(
    pool: Pool, who: Caller, centre: CentreId, doc: Document
) -> Mapping[str, Sequence[Meaning]]:
    """Return what each message of a document's lines says, by its id; for company and managers.

    A message whose signals are gone, or that came long after its time, is left out. So is one of an
    archive that cannot be read.
    """
    permit = who.need_company(centre, doc.company_id, Right.MONEY_SEE)
    wanted = {id_ for line in doc.lines for id_ in line.charge.trace.messages}
    if not wanted:
        return {}
    with transaction(pool, permit) as tx:
        ids = sorted(MessageId(UUID(id_)) for id_ in wanted)
        found = messages.meanings(tx, ids)
        with suppress(ArchiveUnavailable):
            missing = [id_ for id_ in ids if id_ not in found]
            archived = reading.messages(tx, missing, _machines(tx, centre, doc) if missing else ())
            found |= reading.meanings(tx, archived)
    return {str(id_): meanings for id_, meanings in found.items()}


def _machines(tx: Tx, centre: CentreId, doc: Document) -> list[MachineId]:
    """Return the machines of a document's lines; none where one has another name by now."""
    named = {line.machine for line in doc.lines if line.charge.trace.messages}
    found = [m for m in machines.of_centres(tx, [centre]) if m.slug in named]
    return [m.id for m in found] if len(found) == len(named) else []
