"""The rule book's settings, and who is stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force, limits
from gadong.booking.domain.usage import AttributionLimits
from gadong.core.database import Tx, forget, many, once, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


def insert(tx: Tx, setting: Setting, *, by: PersonId) -> Setting:
    """Set a parameter; the setting with the instant it was recorded at."""
    forget(tx)
    row = one(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=setting.centre_id,
        kind=setting.kind,
        machine_id=setting.machine_id,
        tier=setting.tier,
        parameter=setting.parameter,
        value=Jsonb(setting.value),
        effective_from=setting.effective_from,
        set_by=by,
        reason=setting.reason,
    )
    return replace(setting, recorded_at=row["recorded_at"]) if row else setting


def settings(tx: Tx, centre_id: CentreId, *, recorded_before: datetime) -> list[Setting]:
    """Return all settings of the centre and the installation, as recorded before the instant."""
    return settings_of_centres(tx, [centre_id], recorded_before=recorded_before)[centre_id]


def settings_of_centres(
    tx: Tx, centre_ids: Collection[CentreId], *, recorded_before: datetime
) -> dict[CentreId, list[Setting]]:
    """Return the same of each of the centres."""
    found: dict[CentreId, list[Setting]] = {centre_id: [] for centre_id in centre_ids}
    rows = many(tx, SQL["settings"], centre_ids=list(centre_ids), recorded_before=recorded_before)
    for row in rows:
        for centre_id in found if row["centre_id"] is None else [row["centre_id"]]:
            found[centre_id].append(Setting(**row))
    return found


def lock_kinds(tx: Tx, centre_id: CentreId, kinds: Collection[str]) -> None:
    """Hold the quotas of kinds of machines until the transaction ends, in the order of their names.

    Machines are locked before kinds.
    """
    for kind in sorted(kinds):
        run(tx, SQL["lock_kind"], centre_id=centre_id, kind=kind)


def limits_at(
    tx: Tx, machine: Machine, at: datetime, *, recorded_before: datetime
) -> AttributionLimits:
    """Return the machine's limits of attribution at the instant, as recorded before another."""
    subject = RuleSubject(centre_id=machine.centre_id, kind=machine.kind, machine_id=machine.id)
    # The ledgers of two hundred machines need the same settings.
    known = once(
        tx,
        ("settings", machine.centre_id, recorded_before),
        lambda: settings(tx, machine.centre_id, recorded_before=recorded_before),
    )
    return limits(in_force(known, subject, at))


def stop(
    tx: Tx,
    centre_id: CentreId,
    *,
    company_id: CompanyId | None,
    person_id: PersonId | None,
    until: datetime,
    reason: str,
    by: PersonId,
) -> None:
    """Stop a company or a person from booking until the instant."""
    run(
        tx,
        SQL["stop"],
        id=new_id(),
        centre_id=centre_id,
        company_id=company_id,
        person_id=person_id,
        until=until,
        reason=reason,
        set_by=by,
    )


def stops(
    tx: Tx, centre_id: CentreId, *, company_ids: Iterable[CompanyId], person_ids: Iterable[PersonId]
) -> dict[UUID, datetime]:
    """Return until when each of the companies and people was last stopped; who never was is left
    out.
    """
    rows = many(
        tx,
        SQL["stops"],
        centre_id=centre_id,
        company_ids=list(company_ids),
        person_ids=list(person_ids),
    )
    return {row["who"]: row["until"] for row in rows}
