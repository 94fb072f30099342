"""Onboarding: binding of unknown devices, and replay of quarantined messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, SourceId, new_id
from gadong.core.domain.problem import Invalid, NotFound
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Fact, Recognised
from gadong.dialects.domain.power_draw import readings as readings_of_power
from gadong.dialects.domain.power_states import PowerThresholds, Sample
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain import unknown_device
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.services import shared_devices
from gadong.machines.services.shared_devices import BoundChannel
from gadong.machines.store import unknown_devices
from gadong.metering.domain.calibration import propose
from gadong.metering.domain.expected_state import ExpectedState, expected_state
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run

# A guess that a number on a topic made.
WEAK = 0.6
# As many as fit on one screen beside a device.
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReading:
    """One message of an unknown device with its reading, or the reason why it has none."""

    delivery: BrokerMessage
    facts: tuple[Fact, ...]
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial binding of an unknown device.

    A meter needs `thresholds` before its watts mean a state.
    """

    dialect: str
    base: str
    options: Mapping[str, Any]
    thresholds: PowerThresholds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """The state of an unknown device under a trial binding.

    `latest` is what it last said of each axis. `run` is the state its machine would be in as of its
    last word, None where nothing it said moves one. `read` of `looked_at` messages would be
    understood. `bound` are the machines that read channels of the device already, and `proposed`
    the options that read the first of the others. `unmatched` are paths that no message had.

    `draws` are a meter's readings of power. `expected` is the state that the last of them begin to
    show. `thresholds` are proposed where they show both waiting and working. A silence longer than
    `stale` leaves nothing known.
    """

    device: UnknownDevice
    readings: Sequence[MessageReading]
    latest: Sequence[Fact]
    run: Run | None
    read: int
    looked_at: int
    bound: Sequence[BoundChannel]
    proposed: Mapping[str, Any]
    unmatched: Sequence[str]
    draws: Sequence[Sample]
    expected: ExpectedState | None
    thresholds: PowerThresholds | None
    stale: timedelta | None


def discovery(pool: Pool, centre_id: CentreId) -> tuple[str, ...]:
    """Return the topic filters for a centre's unknown devices."""
    with transaction(pool, SYSTEM) as tx:
        return unknown_devices.discovery(tx, centre_id)


def set_discovery(pool: Pool, who: Caller, centre_id: CentreId, filters: Sequence[str]) -> None:
    """Set the topic filters for a centre's unknown devices; for the administrator.

    Where several centres share a broker, an unknown device belongs to whose filter hears it.
    """
    permit = who.need_administrator()
    for name in filters:
        is_wild_inside = (
            any("#" in level and level != "#" for level in name.split("/")) or "#" in name[:-1]
        )
        if (
            not 1 <= len(name) <= 256
            or is_wild_inside
            or not name.isprintable()
            or name.startswith("$")
        ):
            raise Invalid(f"{name!r} is no topic filter", field="filters")
    with transaction(pool, permit) as tx:
        unknown_devices.set_discovery(tx, centre_id, filters)


@retried
def collect(
    pool: Pool,
    centre_id: CentreId,
    heard: Mapping[tuple[str, str], tuple[Recognised, Sequence[BrokerMessage], int]],
    *,
    bound: Collection[tuple[str, str]] = (),
) -> None:
    """Store the messages of unknown devices with their recognised dialect, base and count.

    What devices that are `bound` in part said is kept only while they lie in the inbox.
    """
    with transaction(pool, SYSTEM) as tx:
        for key, (found, said, count) in sorted(heard.items()):
            unknown_devices.collect(
                tx, centre_id, key[0], found, said, count, is_new=key not in bound
            )


def unknown(pool: Pool, who: Caller, centre_id: CentreId) -> list[UnknownDevice]:
    """Return a centre's unknown devices, for its managers.

    A weak guess below a surer device's topics is part of that device.
    """
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        found = unknown_devices.devices(tx, centre_id)
    shown: list[UnknownDevice] = []
    covered: list[str] = []
    for device in sorted(found, key=lambda d: -d.certainty):
        is_below = any(
            device.base == prefix or device.base.startswith(f"{prefix}/") for prefix in covered
        )
        # A stream of Home Assistant's looks like a node of ESPHome until one of its entities shows
        # itself.
        is_above = device.certainty <= WEAK and any(
            prefix.startswith(f"{device.base}/") for prefix in covered
        )
        if not is_below and not is_above:
            shown.append(device)
            covered += _prefixes(device)
    return sorted(shown, key=lambda d: (-d.certainty, d.base))


def _prefixes(device: UnknownDevice) -> tuple[str, ...]:
    try:
        return DIALECTS[device.dialect].prefixes(device.base, device.options)
    except ValueError:
        return ()


def look(pool: Pool, who: Caller, device_id: UUID) -> tuple[UnknownDevice, list[MessageReading]]:
    """Return an unknown device with the readings of its last messages."""
    with transaction(pool, who.reach()) as tx:
        device = _owned(tx, who, device_id, Right.FLOOR_SEE)
        said = unknown_devices.messages(tx, device.id, most=SHOWN)
        options = shared_devices.proposed(device, shared_devices.bound(tx, device), said)
    device = replace(device, options=options)
    return device, readings(device, said)


def understand(
    pool: Pool, who: Caller, device_id: UUID, trial: Trial | None = None
) -> Understanding:
    """Return a device's messages, read under a trial binding or else as recognised.

    Save nothing.
    """
    with transaction(pool, who.reach()) as tx:
        device = _owned(tx, who, device_id, Right.FLOOR_SEE)
        said = unknown_devices.messages(tx, device.id, most=unknown_device.MOST_MESSAGES)
        bound = shared_devices.bound(tx, device)
    proposed = shared_devices.proposed(device, bound, said)
    trial = trial or Trial(dialect=device.dialect, base=device.base, options=proposed)
    found = _read(device, trial, said)
    signals = [s for _, read, _ in found for s in read]
    known = DIALECTS.get(trial.dialect)
    metering = Metering(
        source_id=SourceId(device.id),
        heartbeat=known.heartbeat if known else None,
        thresholds=trial.thresholds,
        reports_changes=known.reports_changes if known else False,
        repeats_state=known.repeats_state if known else False,
    )
    until = max((s.event_time for s in signals), default=device.last_at)
    now = datetime.now(UTC)
    runs = [r for r in fold([metering], signals, now=now) if r.start <= until]
    samples = _samples(signals)
    latest = {(s.channel, s.part): _fact(s) for s in sorted(signals, key=lambda s: s.order)}
    return Understanding(
        device=device,
        readings=[_reading(*one) for one in found[:SHOWN]],
        latest=[latest[axis] for axis in sorted(latest)],
        run=runs[-1] if runs else None,
        read=sum(not trouble for _, _, trouble in found),
        looked_at=len(found),
        bound=bound,
        proposed=proposed,
        unmatched=_unmatched(trial, said),
        draws=samples,
        expected=expected_state(metering, signals, now=now),
        thresholds=_proposed(samples),
        stale=metering.stale,
    )


def _samples(signals: Sequence[Signal]) -> list[Sample]:
    """Return the readings of power in order of time, the phases summed."""
    power = [s for s in signals if s.channel is Channel.POWER_WATTS]
    return readings_of_power((s.event_time, s) for s in sorted(power, key=lambda s: s.order))


def _proposed(samples: Sequence[Sample]) -> PowerThresholds | None:
    """Return thresholds between waiting and working, or None where the readings show only one."""
    try:
        return propose(samples).thresholds
    except Invalid:
        return None


def _unmatched(trial: Trial, said: Sequence[BrokerMessage]) -> list[str]:
    """Name the paths and topics of the options that no message had."""
    dialect, base = DIALECTS.get(trial.dialect), trial.base.rstrip("/")
    if dialect is None or dialect.unmatched is None:
        return []
    below = [
        (d.topic[len(base) + 1 :], d.payload)
        for d in said
        if d.topic == base or d.topic.startswith(f"{base}/")
    ]
    try:
        return dialect.unmatched(trial.options, below)
    except ValueError:
        return []  # the options cannot be read, which each message says


def readings(device: UnknownDevice, said: Sequence[BrokerMessage]) -> list[MessageReading]:
    """Return the readings of the device's messages under its recognised binding."""
    trial = Trial(dialect=device.dialect, base=device.base, options=device.options)
    return [_reading(*one) for one in _read(device, trial, said)]


def _read(
    device: UnknownDevice, trial: Trial, said: Sequence[BrokerMessage]
) -> list[tuple[BrokerMessage, Sequence[Signal], str]]:
    """Return each message, the latest first, with its reading or the reason why it has none."""
    dialect = DIALECTS.get(trial.dialect)
    if dialect is None:
        return [(d, (), f"there is no dialect {trial.dialect!r}") for d in said]
    base = trial.base.rstrip("/")
    try:
        dialect.check(trial.options)
        prefixes = dialect.prefixes(base, trial.options)
        shared = dialect.shared(base, trial.options)
    except ValueError as trouble:
        return [(d, (), str(trouble)) for d in said]
    source = Source(
        id=SourceId(device.id),
        centre_id=device.centre_id,
        machine_id=MachineId(device.id),
        dialect=trial.dialect,
        base=base,
        prefixes=prefixes,
        metering=Metering(source_id=SourceId(device.id)),
        options=trial.options,
        shared=shared,
    )
    router = Router(device.centre_id, [source])
    found: list[tuple[BrokerMessage, Sequence[Signal], str]] = []
    # In order of arrival: some devices announce first the subject of their later messages.
    for delivery in reversed(said):
        items = router.read(delivery, new_id())
        if items and isinstance(items[0], Rejected):
            found.append((delivery, (), f"{items[0].reason}: {items[0].detail}"))
        else:
            found.append(
                (delivery, items[0].signals if items and isinstance(items[0], Message) else (), "")
            )
    return found[::-1]


def _reading(delivery: BrokerMessage, signals: Sequence[Signal], trouble: str) -> MessageReading:
    return MessageReading(
        delivery=delivery, facts=tuple(_fact(s) for s in signals), trouble=trouble
    )


def _fact(signal: Signal) -> Fact:
    return Fact(signal.channel, signal.text or signal.number or 0.0, signal.part, signal.event_time)


def dismiss(pool: Pool, who: Caller, device_id: UUID) -> None:
    """Dismiss an unknown device; it returns if it sends again."""
    with transaction(pool, who.reach()) as tx:
        unknown_devices.dismiss(tx, _owned(tx, who, device_id, Right.FLOOR_WORK).id)


def _owned(tx: Tx, who: Caller, device_id: UUID, right: Right) -> UnknownDevice:
    device = unknown_devices.device(tx, device_id)
    if device is None or not who.may(device.centre_id, right):
        raise NotFound("There is no such device in the inbox")
    return device
