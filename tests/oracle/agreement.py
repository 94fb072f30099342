"""Differences between engine and oracle in a world, and laws that do not hold in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from gadong.billing.domain import recount
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.billable_time import measured_time
from gadong.billing.domain.rating.rating import rate
from gadong.billing.services.statement_document import reckon
from gadong.billing.services.statement_inputs import Inputs
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, total_seconds
from tests.oracle import engine
from tests.oracle.ledger import with_ledger
from tests.oracle.lines import measured_and_billed
from tests.oracle.owners import usages
from tests.oracle.paper import paper
from tests.oracle.price import terms_of
from tests.oracle.visits import apart, visits
from tests.oracle.world import World


def differences(world: World) -> list[str]:
    """Return what the two say of each document on which they do not agree."""
    found = []
    for firm in world.firms:
        theirs, ours = engine.document(world, firm), paper(world, firm)
        if theirs != ours:
            found += [f"{firm.name}: engine {theirs}", f"{firm.name}: oracle {ours}"]
    return found


def lines_twice(world: World) -> list[str]:
    """Return the keys that two lines of one of the engine's documents share: corrections find lines
    by them.
    """
    found = []
    for firm in world.firms:
        keys = [line.charge.key for line in reckon(engine.inputs_of(world, firm)).document.lines]
        found += [f"{firm.name}: {key}" for key in sorted(set(keys)) if keys.count(key) > 1]
    return found


def not_by_their_traces(world: World) -> list[str]:
    """Return the amounts and sums that a later engine could not prove from each line's own
    trace.
    """
    found = []
    for firm in world.firms:
        made = reckon(engine.inputs_of(world, firm)).document
        found += [f"{firm.name}: {x}" for x in recount.full_objections(made.lines, made.totals)]
    return found


def parts_apart(world: World) -> list[str]:
    """Return the lines of divided sessions whose parts on the documents are not their whole, or are
    of a company without a part.
    """
    wholes: dict[str, list[int]] = {}
    found: list[str] = []
    for firm in world.firms:
        made = reckon(engine.inputs_of(world, firm)).document
        for charge in (line.charge for line in made.lines):
            if divided := charge.trace.divided:
                wholes.setdefault(charge.key, [divided.whole, 0, 0])
                wholes[charge.key][1] += charge.amount
                wholes[charge.key][2] += divided.division.parts[divided.division.place]
                if wholes[charge.key][0] != divided.whole:
                    found.append(f"{charge.key}: {divided.whole} and {wholes[charge.key][0]}")
                if divided.division.booker == made.company_id and divided.division.place:
                    found.append(f"{charge.key}: the booker is not the first")
            elif charge.key in wholes:
                found.append(f"{charge.key}: whole for {firm.name}")
    parts = {
        f"{engine.floor_session_key(floor, slot)}": sum(n for _, n in slot.parts)
        for floor in world.floors
        for slot in floor.slots
    }
    for key, (whole, together, count) in wholes.items():
        if (together, count) != (whole, parts[key.rsplit("/", 1)[0]]):
            found.append(f"{key}: {together} of {whole}, {count} parts")
    return found


def apart_by_a_cut(world: World) -> list[str]:
    """Return what differs between a month's document and those of its two parts, cut in two.

    Each line is on one of them, and the caps take off the same together (docs/tariffs.md#bill-now).
    """
    found = []
    month = world.month.period(world.zone)
    for firm in world.firms:
        inputs = engine.inputs_of(world, firm)
        whole = _lines_and_caps(inputs)
        for start in sorted({s.start.start for _, s, _ in engine.priced(world, firm)}):
            if not month.start < start < month.end:
                continue
            cut = start.astimezone(world.zone)
            parts = [
                _lines_and_caps(
                    replace(
                        inputs,
                        period=part,
                        entries=tuple(e for e in inputs.entries if part.contains(e.at)),
                    )
                )
                for part in (Period(month.start, cut), Period(cut, month.end))
            ]
            if [*parts[0][0], *parts[1][0]] != [*dict.fromkeys([*parts[0][0], *parts[1][0]])]:
                found.append(f"{firm.name}: a line on both sides of {cut}")
            if {**parts[0][0], **parts[1][0]} != whole[0]:
                found.append(f"{firm.name}: other lines when cut at {cut}")
            if parts[0][1] + parts[1][1] != whole[1]:
                found.append(f"{firm.name}: caps take off another sum when cut at {cut}")
    return found


def _lines_and_caps(inputs: Inputs) -> tuple[dict[str, int], int]:
    """Return the amounts of a document's lines by their keys, and what caps take off."""
    charges = [x.charge for x in reckon(inputs).document.lines]
    caps = sum(c.amount for c in charges if c.component is Component.CAP)
    return {c.key: c.amount for c in charges if c.component is not Component.CAP}, caps


def unequal_hours(world: World) -> list[str]:
    """Return the machines whose attributed and unattributed time is not all that ran, or that the
    two read apart.
    """
    found = []
    for floor in world.floors:
        stretches = with_ledger(floor).stretches
        ran = sum(x.end - x.start for x in stretches if x.state is State.RUNNING)
        theirs = engine.seconds_by_owner(floor)
        ours: dict[str, int] = {}
        for usage in usages(floor):
            name = "?" if usage.company is None else usage.company
            ours[name] = ours.get(name, 0) + sum(b - a for a, b in usage.pieces)
        if sum(theirs.values()) != ran or theirs != ours:
            found.append(f"{floor.machine}: ran {ran}, engine {theirs}, oracle {ours}")
    return found


def seconds_twice(world: World) -> list[str]:
    """Return the sessions of one machine that a second is measured for twice, whatever the basis of
    each. Those who share a room have each their own seconds.
    """
    found = []
    for floor in world.floors:
        item = world.tariffs[-1].items[0]
        times = [
            (s.key, [p for basis in Basis for p in measured_time(s, replace(item, basis=basis))[0]])
            for s in engine.floor_sessions(floor)
            if not s.is_shared
        ]
        for (one, first), (other, second) in combinations(times, 2):
            both = total_seconds([*first, *second])
            if both != total_seconds(first) + total_seconds(second):
                found.append(f"{floor.machine}: {one} and {other}")
    return found


def lost_at_the_edge(world: World) -> list[str]:
    """Return the sessions whose billed seconds in the three months around are not all that they are
    billed.
    """
    months = [world.month.previous, world.month, world.month.following]
    found = []
    for firm in world.firms:
        for floor, session, price in engine.priced(world, firm):
            billed = 0
            for month in months:
                for charge in rate(session, price, month.period(world.zone)):
                    is_time = charge.component is Component.TIME
                    billed += charge.trace.billed_seconds if is_time else 0
            every, visit = next(
                (every, v)
                for part in apart(floor)
                for every in [visits(part)]
                for v in every
                if engine.is_same(floor, v, session)
            )
            terms = terms_of(world, firm, visit)
            if terms is None:
                raise AssertionError("both price the same sessions")
            is_timed = visit.is_kept or bool(visit.used)
            whole = measured_and_billed(world, every, visit, terms.item)[1] if is_timed else []
            if billed != sum(c.seconds for c in whole):
                found.append(f"{session.key}: {billed} of {sum(c.seconds for c in whole)} seconds")
    return found
