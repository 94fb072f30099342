"""Archived rows brought back into the database for a while (ADR 59)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gadong.core.database import Pool, Tx, holding, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.archive.months import ArchivedMonth, RawKind
from gadong.machines.services.archive import columns
from gadong.machines.services.archive.writing import need_whole
from gadong.machines.store import archives
from gadong.people.domain.centre import Centre

# A correction is made within some days; the nights drop nothing meanwhile.
RESTORED_FOR = timedelta(days=30)
# Rows of one statement.
AT_ONCE = 5_000


def restore(pool: Pool, centre: Centre, month: Month, *, until: datetime) -> int:
    """Bring a centre's month back into the database, with the months beside it, and return how
    many rows were missing there.

    A run may begin in the month before and end in the one after. All of it is one transaction, and
    a row that is there already is not inserted again.
    """
    # No night may drop a chunk, or delete a file, while rows go into it.
    with holding(pool, "archive") as is_ours:
        if not is_ours:
            raise Conflict("Months are being archived right now; try again in some minutes")
        with transaction(pool, SYSTEM) as tx:
            # A row that is inserted here and now was recorded long ago: no derivation is due.
            asked = archives.lock_month(tx, centre.id, str(month))
            if not asked:
                raise NotFound(f"There is no archive of {month} of {centre.slug}")
            beside = [
                archived
                for near in (month.previous, month.following)
                for archived in archives.lock_month(tx, centre.id, str(near))
            ]
            for archived in (*asked, *beside):
                need_whole(archived)
            restored = sum(_return(tx, archived) for archived in (*asked, *beside))
            for archived in asked:
                archives.set_restored(tx, archived, until)
            for archived in beside:
                # It may have been restored for longer by itself.
                archives.set_restored(tx, archived, max(until, archived.restored_until or until))
            return restored


def _return(tx: Tx, archived: ArchivedMonth) -> int:
    tx.execute("set local statement_timeout = 0")
    inserted = 0
    for group in columns.groups(Path(archived.file), archived.kind):
        size = len(next(iter(group.values())))
        for start in range(0, size, AT_ONCE):
            part = {name: values[start : start + AT_ONCE] for name, values in group.items()}
            inserted += archives.return_rows(
                tx, archived.centre_id, archived.kind, _parameters(archived.kind, part)
            )
    return inserted


def _parameters(kind: RawKind, part: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    ids = [UUID(bytes=value) for value in part[columns.MESSAGE_COLUMN[kind]]]
    shared = {
        "machine_ids": part["machine_id"],
        "source_ids": part["source_id"],
        "qos": part["qos"],
        "received": part["received_at"],
        "recorded": part["recorded_at"],
    }
    if kind is RawKind.MESSAGES:
        return {
            **shared,
            "ids": ids,
            "topics": part["topic"],
            "payloads": part["payload"],
            "retained": part["retained"],
        }
    return {
        **shared,
        "message_ids": ids,
        "channels": part["channel"],
        "parts": part["part"],
        "events": part["event_time"],
        "rules": part["time_rule"],
        "ordinals": part["ordinal"],
        "texts": part["text_value"],
        "numbers": part["number"],
        "uncertain": part["uncertain_seconds"],
    }
