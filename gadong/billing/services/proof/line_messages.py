"""The messages that the lines of a document rest on, with what each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from gadong.billing.services.statement_document import Document
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MessageId
from gadong.machines.store import messages
from gadong.machines.store.messages import Meaning as Meaning  # noqa: PLC0414  # for pages


def of_document(
    pool: Pool, who: Caller, centre: CentreId, doc: Document
) -> Mapping[str, Sequence[Meaning]]:
    """Return what each message of a document's lines says, by its id; for company and managers.

    A message whose signals are gone, or that came long after its time, is left out.
    """
    permit = who.need_company(centre, doc.company_id, Right.MONEY_SEE)
    wanted = {id_ for line in doc.lines for id_ in line.charge.trace.messages}
    if not wanted:
        return {}
    with transaction(pool, permit) as tx:
        found = messages.meanings(tx, sorted(MessageId(UUID(id_)) for id_ in wanted))
    return {str(id_): meanings for id_, meanings in found.items()}
