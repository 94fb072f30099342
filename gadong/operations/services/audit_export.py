"""The audit: pages of it, an export with a reason, and the verification of its whole chain."""

from __future__ import annotations

from collections.abc import Iterator

from gadong.billing.services.documents.spreadsheets import table
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Permit, Right
from gadong.core.domain.audit import BEGINNING, AuditEntry, Head, differences
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid
from gadong.core.store import audit

# A page that a browser shows and a client reads without waiting.
MOST = 200
# A year of a busy centre; a longer period is exported by the month.
MOST_EXPORTED = 100_000
AT_ONCE = 5_000
HEAD = (
    "number",
    "at",
    "by",
    "origin",
    "action",
    "what",
    "which",
    "why",
    "changed",
    "before",
    "after",
    "hash",
)


def page(
    pool: Pool, who: Caller, centre: CentreId, *, before: int | None = None, most: int = MOST
) -> list[AuditEntry]:
    """Return a page of a centre's entries, the latest first."""
    permit = who.need(centre, Right.AUDIT_SEE)
    with transaction(pool, permit) as tx:
        return audit.page(tx, centre, before=before, most=min(most, MOST))


def export(pool: Pool, who: Caller, centre: CentreId, *, reason: str) -> str:
    """Return a centre's entries as CSV, the latest first.

    The export and its reason become an entry as well.
    """
    permit = who.need(centre, Right.AUDIT_SEE)
    if not reason.strip():
        raise Invalid("Say what the export is for", field="reason")
    with transaction(pool, permit) as tx:
        found = audit.page(tx, centre, before=None, most=MOST_EXPORTED)
        audit.read(tx, "audit_entries", "", why=reason.strip(), centre_id=centre)
    rows = [
        (
            *(
                e.number,
                write_instant(e.at),
                str(e.by or ""),
                e.origin,
                e.action,
                e.what,
                e.which,
                e.why,
            ),
            " ".join(e.changed),
            *((digest or b"").hex() for digest in (e.before, e.after, e.hash)),
        )
        for e in found
    ]
    return table([HEAD, *rows])


def verify(pool: Pool, who: Caller, known: Head = BEGINNING) -> tuple[Head, list[str]]:
    """Return the chain's end and the faults: of the chain, of the rows it tells of, of what guards
    it.

    For the installation's administrator.
    """
    permit = who.need_administrator()
    with transaction(pool, permit) as tx:
        # Entries that are appended during the verification come after the end that is verified.
        end = audit.head(tx)
        around = [*audit.open_doors(tx), *(row.written() for row in audit.adrift(tx))]
    return end, [*differences(_chain(pool, permit, end), end, known), *around]


def _chain(pool: Pool, permit: Permit, end: Head) -> Iterator[AuditEntry]:
    number = 0
    while number < end.number:
        with transaction(pool, permit) as tx:
            found = audit.after(tx, number, most=AT_ONCE)
        for entry in found:
            if entry.number <= end.number:
                yield entry
        if not found:
            return
        number = found[-1].number
