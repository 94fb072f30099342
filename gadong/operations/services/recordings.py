"""Live messages of a centre's devices, and replays of recordings into a scratch machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.booking.services import machine_setup
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.recognition import recognise
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion, machines
from gadong.machines.store import machines as machine_store
from gadong.machines.store import messages, quarantine
from gadong.machines.store.messages import MessageWithMeaning
from gadong.machines.store.quarantine import Quarantined
from gadong.metering.domain.job import Job
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.texts.machines import REPLAY

# Any plug's thresholds do: a recording's runs are looked at, not billed.
SCRATCH_THRESHOLDS = PowerThresholds(run_above=100, idle_below=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A recording's machine, the reading of each message, and the derived runs and jobs."""

    machine: Machine
    dialect: str
    base: str
    read: list[Message | Rejected]
    runs: list[Run]
    jobs: list[Job]


def told_since(
    pool: Pool, who: Caller, centre: CentreId, *, after: UUID, at: datetime
) -> tuple[list[MessageWithMeaning], list[Quarantined]]:
    """Return the messages of a centre after a message, and those quarantined after an instant."""
    permit = who.need(centre, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        aside = quarantine.page(tx, centre, before=None, most=100)
        return messages.told_since(tx, centre, after=after), [q for q in aside if q.last_at > at]


def replay(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    said: Sequence[BrokerMessage],
    *,
    dialect: str | None = None,
    base: str | None = None,
    options: Mapping[str, Any] | None = None,
    thresholds: PowerThresholds | None = None,
    heartbeat: timedelta | None = None,
) -> Replay:
    """Run a recording through decoding, storing and metering, into a machine that is retired after.

    Parameters that are not given are recognised from the messages.
    """
    permit = who.need(centre, Right.FLOOR_WORK)
    if not said:
        raise Invalid("The recording is empty")
    if dialect is None or base is None:
        answers = [
            a for d in said if (a := recognise(d.topic, d.payload)) and dialect in {None, a[0]}
        ]
        if not answers:
            raise Invalid("No dialect recognises these messages; name the dialect and the base")
        known, found = max(answers, key=lambda a: a[1].certainty)
        dialect, base, options = (
            known,
            base or found.base,
            found.options if options is None else options,
        )
    if dialect not in DIALECTS:
        raise Invalid(
            f"There is no dialect {dialect}; known are {', '.join(sorted(DIALECTS))}",
            field="dialect",
        )
    kind = DIALECTS[dialect]
    slug = f"replay-{new_id().hex[-8:]}"
    machine = machine_setup.register(
        pool, who, centre=centre, slug=slug, kind="scratch", name_ko=REPLAY.ko, name_en=REPLAY.en
    )
    try:
        # Bound to a topic that no device uses, so that the recording and the live device never mix.
        bound = machines.bind(
            pool,
            who,
            machine,
            dialect="mapper",
            base=f"scratch/{slug}",
            heartbeat=heartbeat or kind.heartbeat,
            reports_changes=kind.reports_changes,
            repeats_state=kind.repeats_state,
            thresholds=(thresholds or SCRATCH_THRESHOLDS) if kind.needs_thresholds else thresholds,
        )
        try:
            kind.check(options or {})
            prefixes, shared = kind.prefixes(base, options or {}), kind.shared(base, options or {})
        except ValueError as trouble:
            raise Invalid(str(trouble), field="options") from trouble
        source = replace(
            bound,
            dialect=dialect,
            base=base,
            prefixes=prefixes,
            shared=shared,
            options=dict(options or {}),
        )
        router, session_id = Router(centre, [source]), new_id()
        read = [item for delivery in said for item in router.read(delivery, session_id)]
        understood = [item for item in read if isinstance(item, Message)]
        ingestion.commit(pool, centre, understood, [])
        with transaction(pool, permit) as tx:
            metering.settle(tx, machine)
            first = min(
                (s.event_time for m in understood for s in m.signals), default=said[0].received_at
            )
            whole = Period(first - timedelta(days=1), END_OF_TIME)
            found_runs = runs.of_machine(tx, machine.id, whole)
            found_jobs = runs.jobs_of_machine(tx, machine.id, whole)
    finally:
        with transaction(pool, permit) as tx:
            machine_store.retire(tx, machine.id)
    return Replay(
        machine=machine, dialect=dialect, base=base, read=read, runs=found_runs, jobs=found_jobs
    )
