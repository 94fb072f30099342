"""Measurability: whether a price table's bases rest on what the centre's machines can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gadong.billing.domain.rate_terms import OF_USE, Basis
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.store import statements
from gadong.core import database
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain import clock
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import TariffId
from gadong.core.domain.problem import NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.store import machines, observations
from gadong.people.store import people

Hall = Sequence[tuple[Machine, Observed]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """A machine without signals that an item prices by use: the item's key, and the basis that
    holds instead.
    """

    machine: Machine
    item: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutDevice:
    """A machine that signals observe and no device speaks of, and the key of its item."""

    machine: Machine
    item: str


def refused(tx: Tx, version: TariffVersion) -> list[str]:
    """Return the keys of the items whose basis no machine of theirs can measure."""
    hall = _hall(tx, version)
    found = [(item, _of_item(version, item, hall)) for item in version.tariff.items]
    return [item.key for item, own in found if own and not any(item.measures(o) for _, o in own)]


def unmeasured(pool: Pool, who: Caller, tariff_id: TariffId) -> list[Unmeasured]:
    """Return the machines that alone cannot be measured by their item's basis, with the basis that
    prices them.
    """
    with transaction(pool, who.reach()) as tx:
        version = _visible(tx, who, tariff_id)
        hall = _hall(tx, version)
    return [
        Unmeasured(machine=machine, item=item.key, basis=item.observed_as(observed).basis)
        for item in version.tariff.items
        if item.basis in OF_USE
        for machine, observed in _of_item(version, item, hall)
        if observed is not Observed.SIGNAL
    ]


def without_device(pool: Pool, who: Caller, tariff_id: TariffId) -> list[WithoutDevice]:
    """Return the machines that an item prices by use, and that signals observe without a device."""
    with transaction(pool, who.reach()) as tx:
        version = _visible(tx, who, tariff_id)
        hall = _hall(tx, version)
        bound = {source.machine_id for source in machines.sources(tx, centre_id=version.centre_id)}
    return [
        WithoutDevice(machine=machine, item=item.key)
        for item in version.tariff.items
        if item.basis in OF_USE
        for machine, observed in _of_item(version, item, hall)
        if observed is Observed.SIGNAL and machine.id not in bound
    ]


def _visible(tx: Tx, who: Caller, tariff_id: TariffId) -> TariffVersion:
    version = statements.tariff(tx, tariff_id)
    if version is None or not (version.published_at or who.may(version.centre_id, Right.RULES_SEE)):
        raise NotFound
    return version


def _of_item(version: TariffVersion, item: RateItem, hall: Hall) -> Hall:
    """Return the machines that the item prices in any mode of use."""
    return [
        (m, observed)
        for m, observed in hall
        if any(version.tariff.item_for(m.slug, m.kind, mode) is item for mode in UsageMode)
    ]


def _hall(tx: Tx, version: TariffVersion) -> Hall:
    """Return the centre's machines as they are observed on the tariff's first day, or now where
    that is later.
    """
    centre = people.centre(tx, version.centre_id)
    if centre is None:
        raise NotFound
    at = max(clock.midnight(version.tariff.effective_from, centre.zone), database.clock(tx))
    every = machines.of_centres(tx, [version.centre_id])
    known = observations.of_machines(tx, [m.id for m in every], recorded_before=END_OF_TIME)
    return [(m, observed_at(known[m.id], at)) for m in every]
