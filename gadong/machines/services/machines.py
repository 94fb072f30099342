"""Machines and what is bound to them; what they do now and did before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, SourceId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.sealing import Keyring
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.source_reading import Metering
from gadong.machines.services import device_secrets
from gadong.machines.services.device_secrets import NO_KEYS, apart
from gadong.machines.store import handovers, machines, messages, quarantine
from gadong.machines.store.quarantine import Quarantined
from gadong.people.store import people

# The same as the constraint machines_slug_form: a level of topics and of addresses.
MACHINE_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def bind(
    pool: Pool,
    who: Caller,
    machine: Machine,
    *,
    dialect: str,
    base: str,
    precedence: int = 100,
    proves_running: bool = False,
    heartbeat: timedelta | None = None,
    thresholds: PowerThresholds | None = None,
    reports_changes: bool | None = None,
    repeats_state: bool | None = None,
    options: Mapping[str, Any] | None = None,
    keys: Keyring = NO_KEYS,
    counts_from: datetime | None = None,
) -> Source:
    """Bind a device to a machine: from now on ingest listens below its base topic.

    `keys` encrypt its secrets.

    What the device sent before is read too, as of `counts_from`.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    known = DIALECTS.get(dialect)
    if known is None:
        raise Invalid(
            f"There is no dialect {dialect}; known are {', '.join(sorted(DIALECTS))}",
            field="dialect",
        )
    is_contact = known.switch is not None and (options or {}).get("switches") == "contact"
    if known.needs_thresholds and thresholds is None and not is_contact:
        raise Invalid(
            "A power meter needs thresholds: run_above and idle_below, in watts", field="thresholds"
        )
    # A slash in front is an empty level of its own: a device that publishes /plc/7 does not publish
    # plc/7.
    base = base.rstrip("/")
    try:
        known.check(options or {})
        prefixes = known.prefixes(base, options or {})
        shared = known.shared(base, options or {})
    except ValueError as trouble:
        raise Invalid(str(trouble), field="options") from trouble
    for prefix in (base, *prefixes, *shared):
        need_topic(prefix)
    source_id = SourceId(new_id())
    shown, hidden = apart(known, options or {})
    metering = Metering(
        source_id=source_id,
        precedence=precedence,
        proves_running=proves_running,
        heartbeat=heartbeat or known.heartbeat,
        thresholds=thresholds,
        reports_changes=known.reports_changes if reports_changes is None else reports_changes,
        repeats_state=known.repeats_state if repeats_state is None else repeats_state,
    )
    source = Source(
        id=source_id,
        centre_id=machine.centre_id,
        machine_id=machine.id,
        dialect=dialect,
        base=base,
        prefixes=prefixes,
        metering=metering,
        options=shown,
        shared=shared,
    )
    with transaction(pool, permit) as tx:
        machines.insert_source(tx, source, effective_from=BEGINNING)
        device_secrets.keep(tx, source, hidden, keys)
        if counts_from is not None:
            handovers.begin_source(tx, source, counts_from, by=who.known)
    return source


def need_topic(prefix: str) -> None:
    """Raise Invalid for what cannot be the beginning of a topic.

    A broker ends the session of whoever subscribes to a control character: one such source would
    silence a centre.
    """
    if not 1 <= len(prefix) <= 256:
        raise Invalid("A base topic has 1 to 256 characters", field="base")
    if any(c in prefix for c in "+#"):
        raise Invalid("A base topic has no wildcard", field="base")
    if not prefix.isprintable():
        raise Invalid("A base topic has printable characters only", field="base")
    if prefix.startswith("$"):
        raise Invalid(
            "A base topic does not begin with $: those topics are the broker's own", field="base"
        )


def sources(pool: Pool, who: Caller, machine: Machine) -> list[Source]:
    """Return the sources of a machine (rights: docs/security.md)."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return machines.sources(tx, machine_id=machine.id)


def find(pool: Pool, who: Caller, slug: str, *, centre: CentreId | None = None) -> Machine:
    """Return the machine of that slug that the caller may see.

    Conflict where several centres have one.
    """
    with transaction(pool, who.reach()) as tx:
        return find_in(tx, who, slug, centre=centre)


def slugs_of_centre(pool: Pool, who: Caller, centre: CentreId) -> dict[MachineId, str]:
    """Return the slugs of a centre's machines by their ids."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return {m.id: m.slug for m in machines.of_centres(tx, [centre])}


def find_in(tx: Tx, who: Caller, slug: str, *, centre: CentreId | None = None) -> Machine:
    """Return the machine inside a transaction."""
    found = [
        m
        for m in machines.by_slug(tx, slug)
        if who.may_enter(m.centre_id) and centre in {None, m.centre_id}
    ]
    if not found:
        raise NotFound(f"There is no machine {slug} that you may see")
    if len(found) > 1:
        raise Conflict(f"Several of your centres have a machine {slug}; name the centre")
    return found[0]


def find_by_id(
    pool: Pool, who: Caller, machine_id: MachineId, *, centre: CentreId | None = None
) -> Machine:
    """Return the machine of that id that the caller may see, at the centre if one is named.

    It may be retired.
    """
    with transaction(pool, who.reach()) as tx:
        found = machines.by_id(tx, machine_id)
    if found is None or not who.may_enter(found.centre_id) or centre not in {None, found.centre_id}:
        raise NotFound("There is no such machine that you may see")
    return found


def slugs(pool: Pool, ids: Collection[MachineId]) -> dict[MachineId, str]:
    """Return the slug of each machine; no secret for whoever has a machine's id from an answer."""
    if not ids:
        return {}
    with transaction(pool, SYSTEM) as tx:
        return machines.slugs(tx, ids)


def ids(pool: Pool, centre: CentreId) -> dict[str, MachineId]:
    """Return the id of each machine of a centre by its slug; for answers that name slugs."""
    with transaction(pool, SYSTEM) as tx:
        return machines.ids(tx, centre)


def describe(pool: Pool, who: Caller, machine: Machine, abilities: Abilities) -> None:
    """Set the abilities of a machine; for managers."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        machines.set_abilities(tx, machine.id, abilities)


def abilities(pool: Pool, who: Caller, machine: Machine) -> Abilities:
    """Return the abilities of a machine."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        return machines.abilities(tx, [machine.centre_id]).get(machine.id, Abilities())


def abilities_of_centre(pool: Pool, who: Caller, centre: CentreId) -> dict[MachineId, Abilities]:
    """Return the abilities of each of a centre's machines."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return machines.abilities(tx, [centre])


def fit_for(
    pool: Pool,
    who: Caller,
    *,
    kind: str | None,
    needs: Abilities,
    centre: CentreId | None,
) -> list[Machine]:
    """Return every machine of one centre that serves the needs, of the kind if one is named."""
    with transaction(pool, who.reach()) as tx:
        mine = {c.id for c in people.centres(tx) if who.may_enter(c.id)}
        able = machines.abilities(tx, mine)
        found = [
            m
            for m in machines.of_centres(tx, mine if centre is None else mine & {centre})
            if kind in {None, m.kind} and able[m.id].serve(needs)
        ]
    if not found:
        raise NotFound("There is no such machine that you may see")
    if len({m.centre_id for m in found}) > 1:
        raise Conflict("Several of your centres have such machines; name the centre")
    return found


def quarantined(
    pool: Pool, who: Caller, centre: CentreId, *, before: tuple[datetime, UUID] | None, most: int
) -> list[Quarantined]:
    """Return messages that were not understood, the latest first; for managers."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return quarantine.page(tx, centre, before=before, most=most)


def noise(pool: Pool, who: Caller, machine: Machine) -> dict[SourceId, dict[str, int]]:
    """Return the number of meaningless messages of the machine's devices, by kind."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return messages.noise(tx, [s.id for s in machines.sources(tx, machine_id=machine.id)])
