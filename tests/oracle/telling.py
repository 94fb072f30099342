"""A world in words: what Hypothesis prints of a disagreement, on the centre's clock, defaults left
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from gadong.core.domain.machine_state import State
from tests.oracle.world import Floor, Proof, World


def described(world: World) -> str:
    """Return the world as lines to read."""
    return "\n".join(["", *_lines(world)])


def _lines(world: World) -> Iterator[str]:
    yield f"{world.zone.key}, {world.month}" + (
        f", holidays {', '.join(map(str, sorted(world.holidays)))}" if world.holidays else ""
    )
    for tariff in world.tariffs:
        yield f"  tariff {_named(tariff, without=('items',))}"
        for item in tariff.items:
            yield f"    {_named(item)}"
    for floor in world.floors:
        yield f"  machine {floor.machine}" + (
            "" if floor.observed == "signal" else f" ({floor.observed})"
        )
        for since, observed in floor.changes:
            yield f"    from {_clock(world, since)} observed by {observed}"
        yield from (f"    {line}" for line in _floor(world, floor))
    for firm in world.firms:
        if firm.categories or firm.extras:
            proofs = ", ".join(_proof(p) for p in (*firm.categories, *firm.extras))
            yield f"  company {firm.name}: {proofs}"
    for sale in world.sales:
        tax = "taxable" if sale.is_taxable else "exempt"
        what = (
            f"{sale.quantity} of {sale.good} {sale.spoiled}"
            if sale.good
            else f"own line {sale.amount} {tax}"
        )
        yield f"  {sale.company}'s {what} at {_clock(world, sale.at)}"
    for draw in world.draws:
        yield f"  of {draw.programme} {draw.company} drew {draw.own} and others {draw.others}"
    for fund in world.funds:
        drew = "".join(f", {won} drawn in {year}" for year, won in fund.drawn)
        yield f"  {fund.programme} has {fund.amount} in {fund.year}{drew}"


def _floor(world: World, floor: Floor) -> Iterator[str]:
    for slot in floor.slots:
        extra = "" if slot.state == "confirmed" else f" {slot.state}"
        extra += f" at {_clock(world, slot.cancelled)}" if slot.cancelled else ""
        extra += "" if slot.mode == "self" else f" {slot.mode}"
        span = f"{_clock(world, slot.start)} - {_clock(world, slot.end)}"
        parts = ", ".join(f"{name} {n}" for name, n in slot.parts)
        extra += f", in parts of {parts}" if parts else ""
        extra += f", {slot.seats} seats" if slot.seats > 1 else ""
        extra += ", beside others" if slot.shares else ""
        yield f"{slot.name}: {slot.company} booked {span}{extra}"
    for stay in floor.stays:
        until = f" until {_clock(world, stay.end)}" if stay.end is not None else ""
        what = f" for {stay.slot}" if stay.slot else ""
        yield f"{stay.company} checks in {_clock(world, stay.start)}{until}{what}"
    for x in floor.stretches:
        if x.state is not State.IDLE:
            counted = "" if x.counted is None else f", {x.counted} s by the counter"
            yield f"{x.state} {_clock(world, x.start)} - {_clock(world, x.end)}{counted}"
    for entry in floor.logged:
        span = f"{_clock(world, entry.start)} - {_clock(world, entry.end)}"
        of = f" for {entry.slot}" if entry.slot else ""
        yield f"written: {entry.company or 'the centre'} used it {span}{of}"
    for a in floor.assignments:
        span = f"{_clock(world, a.start)} - {_clock(world, a.end)}"
        of = f", of {a.slot}" if a.slot else ""
        yield f"decided: what begins {span} is {a.company or 'the centre'}'s{of}"
    for word in floor.words:
        yield f"decided: {_named(word)}"
    for job in floor.jobs:
        yield f"a job begins {_clock(world, job)}"
    for start, end in floor.maintenance:
        yield f"maintenance {_clock(world, start)} - {_clock(world, end)}"


def _clock(world: World, second: int) -> str:
    local = world.local(second)
    return f"{local:%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")


def _proof(proof: Proof) -> str:
    until = f" to {proof.until}" if proof.until else ""
    return f"{proof.name} from {proof.since}{until}"


def _named(thing: Any, without: tuple[str, ...] = ()) -> str:
    """Return the fields of a value that are not their defaults."""
    found = []
    for one in fields(thing):
        value = getattr(thing, one.name)
        if one.name in without or value == one.default:
            continue
        if isinstance(value, tuple):
            value = [_named(v) if hasattr(v, "__dataclass_fields__") else str(v) for v in value]
            value = f"[{'; '.join(value)}]"
        elif hasattr(value, "__dataclass_fields__"):
            value = f"({_named(value)})"
        found.append(f"{one.name}={value}")
    return " ".join(found)
