"""Machines, their limits, and the sources bound to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from psycopg import errors
from psycopg.rows import DictRow

from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, MachineId, SourceId
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.shared_device import beside, channels_of, need_own_channels
from gadong.machines.domain.source_reading import Metering, Unbound
from gadong.machines.store import device_accounts

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """The settings of a source, stored as one effective-dated document.

    With `is_unbound` they end its binding; the rest is as it was.
    """

    metering: Metering
    options: Mapping[str, Any]
    is_unbound: bool = False


def insert(tx: Tx, machine: Machine) -> None:
    """Add a machine; Conflict where the centre has one of that slug."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=machine.id,
                centre_id=machine.centre_id,
                slug=machine.slug,
                kind=machine.kind,
                name_ko=machine.name_ko,
                name_en=machine.name_en,
                seats=machine.seats,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict(
            f"The centre has a machine {machine.slug} already", slug=machine.slug
        ) from trouble


def of_centres(tx: Tx, centre_ids: Iterable[CentreId]) -> list[Machine]:
    """Return the machines of the centres."""
    return [Machine(**row) for row in many(tx, SQL["of_centres"], centre_ids=list(centre_ids))]


def in_service_since(tx: Tx, centre_id: CentreId, since: datetime) -> list[Machine]:
    """Return a centre's machines with those that were retired after an instant."""
    rows = many(tx, SQL["in_service_since"], centre_id=centre_id, since=since)
    return [Machine(**row) for row in rows]


def every(tx: Tx) -> list[Machine]:
    """Return all machines of the installation."""
    return [Machine(**row) for row in many(tx, SQL["every"])]


def by_slug(tx: Tx, slug: str) -> list[Machine]:
    """Return the machines of that slug, at most one a centre."""
    return [Machine(**row) for row in many(tx, SQL["by_slug"], slug=slug)]


def by_id(tx: Tx, machine_id: MachineId) -> Machine | None:
    """Return one machine."""
    row = one(tx, SQL["by_id"], id=machine_id)
    return Machine(**row) if row else None


def slugs(tx: Tx, ids: Collection[MachineId]) -> dict[MachineId, str]:
    """The slug of each of the machines."""
    return {row["id"]: row["slug"] for row in many(tx, SQL["slugs"], ids=list(ids))}


def ids(tx: Tx, centre_id: CentreId) -> dict[str, MachineId]:
    """The id of each of a centre's machines by its slug, also of those that are retired."""
    return {row["slug"]: row["id"] for row in many(tx, SQL["ids"], centre_id=centre_id)}


def set_abilities(tx: Tx, machine_id: MachineId, abilities: Abilities) -> None:
    """Say what the machine can do."""
    run(tx, SQL["set_abilities"], id=machine_id, abilities=to_document(abilities))


def abilities(tx: Tx, centre_ids: Iterable[CentreId]) -> dict[MachineId, Abilities]:
    """Return the abilities of the centres' machines."""
    rows = many(tx, SQL["abilities"], centre_ids=list(centre_ids))
    return {row["id"]: from_document(Abilities, row["abilities"]) for row in rows}


def set_seats(tx: Tx, machine_id: MachineId, seats: int) -> None:
    """Set how many seats a room has; Conflict where bookings hold one of those that go, or a source
    observes the machine.
    """
    try:
        with tx.transaction():
            run(tx, SQL["set_seats"], id=machine_id, seats=seats)
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name == "machines_seats_held":
            raise Conflict(
                "Bookings to come hold a seat that would go; move them first", field="seats"
            ) from trouble
        raise Conflict(
            "A machine with a source has one seat: its signals could not say which of several "
            "bookings ran it",
            field="seats",
        ) from trouble


def retire(tx: Tx, machine_id: MachineId) -> None:
    """Retire the machine and its sources; its past stays."""
    run(tx, SQL["retire"], id=machine_id)


def lock(tx: Tx, machine_ids: Iterable[MachineId], *, patience: timedelta | None = None) -> None:
    """Hold the machines' rows until the transaction ends, in the one order that cannot deadlock.

    With `patience`, whoever waits longer for any lock of the transaction is told that others are at
    work (Busy).
    """
    if patience is not None:
        milliseconds = str(patience // timedelta(milliseconds=1))
        many(tx, SQL["lock_patiently"], ids=list(machine_ids), milliseconds=milliseconds)
    else:
        many(tx, SQL["lock"], ids=list(machine_ids))


def try_lock(tx: Tx, machine_ids: Iterable[MachineId]) -> bool:
    """Lock the machines if nobody else works on any of them.

    Never wait, so that no ring of waits forms.
    """
    ids = set(machine_ids)
    return len(many(tx, SQL["try_lock"], ids=list(ids))) == len(ids)


def insert_source(tx: Tx, source: Source, *, effective_from: datetime) -> None:
    """Bind a device; Conflict where another source's topics contain its own or lie inside them, and
    for a room of several seats.

    Sources of one device share its topics where each names channels of its own.
    """
    others = _lock_beside(tx, source)
    need_own_channels(source, others)
    if device_accounts.taken(
        tx,
        source.prefixes or source.shared,
        source.centre_id,
        by_sources_here=bool(source.prefixes),
        beside=[other.id for other in others],
    ):
        raise Conflict(
            f"Another source already listens at, above or below the topic {source.base}",
            base=source.base,
        )
    try:
        run(
            tx,
            SQL["insert_source"],
            id=source.id,
            centre_id=source.centre_id,
            machine_id=source.machine_id,
            dialect=source.dialect,
            base=source.base,
            prefixes=list(source.prefixes),
            shared=list(source.shared),
            precedence=source.metering.precedence,
        )
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "machines_seats_unobserved":
            raise
        raise Conflict(
            "A room of several seats has no source: its signals could not say which of several "
            "bookings ran it",
            field="machine",
        ) from trouble
    insert_source_settings(tx, source, effective_from=effective_from)
    _claim(tx, [source, *others])


def change_channels(tx: Tx, source: Source) -> None:
    """Give a source the channels that its options name.

    Conflict where another source reads them.
    """
    others = _lock_beside(tx, source)
    need_own_channels(source, others)
    run(tx, SQL["leave_channels"], source_id=source.id)
    _claim(tx, [source, *others])


def _lock_beside(tx: Tx, source: Source) -> list[Source]:
    """Return the device's other sources.

    Two new ones are compared with each other by the lock, not by luck.
    """
    tx.execute("select pg_advisory_xact_lock(hashtextextended('sources', 0))")
    return beside(source, sources(tx, centre_id=source.centre_id))


def _claim(tx: Tx, found: Iterable[Source]) -> None:
    """Record the channels of a device's sources, also of those bound before channels were recorded.

    The primary key source_channels_unique keeps two sources of one channel apart, whatever the code
    believes.
    """
    for source in found:
        if not source.prefixes or not (channels := channels_of(source)):
            continue
        try:
            with tx.transaction():
                run(
                    tx,
                    SQL["claim_channels"],
                    centre_id=source.centre_id,
                    source_id=source.id,
                    dialect=source.dialect,
                    base=source.base,
                    channels=sorted(channels),
                )
        except errors.UniqueViolation as trouble:
            raise Conflict(
                f"Another source already reads {', '.join(sorted(channels))} of {source.base}",
                base=source.base,
            ) from trouble


def retire_source(tx: Tx, source: Source, *, at: datetime) -> None:
    """End the binding; from then on nothing is known by the source."""
    run(tx, SQL["retire_source"], id=source.id)
    _insert_settings(tx, source, at, is_unbound=True)
    mark(tx, source, at)


def sources(
    tx: Tx,
    *,
    centre_id: CentreId | None = None,
    machine_id: MachineId | None = None,
    recorded_before: datetime | None = None,
    with_retired: bool = False,
) -> list[Source]:
    """Return the sources of a centre or a machine, as known before the instant."""
    rows = many(
        tx,
        SQL["sources"],
        centre_id=centre_id,
        machine_id=machine_id,
        recorded_before=recorded_before or END_OF_TIME,
        with_retired=with_retired,
    )
    return [_source(row) for row in rows]


def meterings(
    tx: Tx, machine_id: MachineId, *, recorded_before: datetime = END_OF_TIME
) -> list[Metering]:
    """Return every version of the machine's source readings, as recorded before the instant.

    Retired sources are included.
    """
    rows = many(tx, SQL["meterings"], machine_id=machine_id, recorded_before=recorded_before)
    return [_version(row) for row in rows]


def source(tx: Tx, source_id: SourceId) -> Source | None:
    """Return one live binding."""
    row = one(tx, SQL["source"], id=source_id)
    return _source(row) if row else None


def insert_source_settings(tx: Tx, source: Source, *, effective_from: datetime) -> None:
    """Insert the settings of a source from the instant on."""
    _insert_settings(tx, source, effective_from, is_unbound=False)


def _insert_settings(tx: Tx, source: Source, since: datetime, *, is_unbound: bool) -> None:
    settings = SourceSettings(
        metering=source.metering, options=source.options, is_unbound=is_unbound
    )
    run(
        tx,
        SQL["insert_source_settings"],
        centre_id=source.centre_id,
        source_id=source.id,
        effective_from=since,
        settings=to_document(settings),
    )


def mark(tx: Tx, source: Source, since: datetime) -> None:
    """Mark the runs of the source's machine as due from the instant on."""
    run(tx, SQL["mark"], machine_id=source.machine_id, centre_id=source.centre_id, since=since)


def _version(row: DictRow) -> Metering:
    settings = from_document(SourceSettings, row["settings"])
    version = replace(
        settings.metering,
        source_id=row["id"],
        precedence=row["precedence"],
        effective_from=row["effective_from"],
    )
    if not settings.is_unbound:
        return version
    return Unbound(**{field.name: getattr(version, field.name) for field in fields(version)})


def _source(row: DictRow) -> Source:
    settings = from_document(SourceSettings, row["settings"])
    return Source(
        id=row["id"],
        centre_id=row["centre_id"],
        machine_id=row["machine_id"],
        dialect=row["dialect"],
        base=row["base"],
        prefixes=tuple(row["prefixes"]),
        metering=replace(settings.metering, source_id=row["id"], precedence=row["precedence"]),
        options=settings.options,
        shared=tuple(row["shared"]),
    )
