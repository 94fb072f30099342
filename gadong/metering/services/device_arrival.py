"""A device that has an account, on its way: told to the broker, heard, and bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.device_account import DeviceAccount, Refusal
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.services import device_accounts
from gadong.machines.store import machines
from gadong.metering.services import onboarding


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceArrival:
    """An account, the unknown devices and the bound machines heard by its topics, and what the
    broker refused it.
    """

    account: DeviceAccount
    unknown: Sequence[UnknownDevice]
    bound: Sequence[Machine]
    refusals: Sequence[Refusal]


def look(pool: Pool, who: Caller, account_id: UUID, *, now: datetime) -> DeviceArrival:
    """Return how far the device of an account has come, for who sees the centre's devices."""
    return of_account(pool, who, device_accounts.find(pool, who, account_id), now=now)


def of_account(pool: Pool, who: Caller, account: DeviceAccount, *, now: datetime) -> DeviceArrival:
    """Return how far the device of an account has come that the caller was shown."""
    centre = account.centre_id
    unknown = [
        device
        for device in onboarding.unknown(pool, who, centre)
        if _is_of(account, _topics(device))
    ]
    with transaction(pool, who.reach()) as tx:
        machine_of = {m.id: m for m in machines.of_centres(tx, [centre])}
        sources = machines.sources(tx, centre_id=centre)
    bound = {
        source.machine_id: machine_of[source.machine_id]
        for source in sources
        if source.machine_id in machine_of and _is_of(account, source.prefixes or source.shared)
    }
    return DeviceArrival(
        account=account,
        unknown=unknown,
        bound=list(bound.values()),
        refusals=[
            refused
            for refused in device_accounts.refusals(pool, who, centre, now=now)
            if refused.account_id == account.id
        ],
    )


def _topics(device: UnknownDevice) -> tuple[str, ...]:
    """Return the beginnings of a device's topics; its base where its format is not known."""
    known = DIALECTS.get(device.dialect)
    try:
        return known.prefixes(device.base, device.options) if known else (device.base,)
    except ValueError:
        return (device.base,)


def _is_of(account: DeviceAccount, topics: Iterable[str]) -> bool:
    return any(
        topic == own or topic.startswith(f"{own}/") for topic in topics for own in account.publishes
    )
