"""Needs of equipment: units of any of it, free for all of a booking's time."""

from __future__ import annotations

from uuid import UUID

import pytest

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.equipment.equipment import (
    Equipment,
    EquipmentNeed,
    NeededUnits,
    clash,
)
from gadong.booking.domain.rules.policy import check
from gadong.core.domain.ids import CentreId, EquipmentId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from tests.support.golden import at
from tests.support.wishes import NOW, facts, wish

PROBE, STYLUS = EquipmentId(UUID(int=1)), EquipmentId(UUID(int=2))
CENTRE, MACHINE = CentreId(UUID(int=3)), MachineId(UUID(int=4))


def codes(wanted: Wish, known: Facts) -> list[str]:
    """Return what stands in the way."""
    return [p.code for p in check(wanted, known, now=NOW)]


def needs(*windows: list[Period], units: int = 1) -> NeededUnits:
    """A need of probes, each free in its windows."""
    names = {"probe": ("프로브", "Probe")}
    return NeededUnits(slugs=("probe",), names=names, units=units, free=windows)


def need(*any_of: EquipmentId, mode: UsageMode | None = None, units: int = 1) -> EquipmentNeed:
    """A need of the machine."""
    return EquipmentNeed(
        id=UUID(int=5),
        centre_id=CENTRE,
        machine_id=MACHINE,
        usage_mode=mode,
        any_of=any_of,
        units=units,
    )


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("09:30", "10:00", []),
        ("09:15", "10:00", ["booking.no_equipment"]),
        ("10:30", "11:15", ["booking.no_equipment"]),
        ("10:30", "11:00", []),
    ],
)
def test_a_unit_is_free_for_all_of_the_time(start: str, end: str, found: list[str]) -> None:
    known = facts(equipment=[needs([Period(at("09:30"), at("11:00"))])])
    assert codes(wish(start, end), known) == found


def test_units_are_counted_and_two_that_take_turns_are_no_unit() -> None:
    early, late = Period(at("09:00"), at("10:00")), Period(at("10:00"), at("11:00"))
    whole = Period(at("09:00"), at("11:00"))
    assert codes(wish("09:30", "10:30"), facts(equipment=[needs([early], [late])])) == [
        "booking.no_equipment"
    ]
    two = facts(equipment=[needs([whole], [early], units=2)])
    assert codes(wish("09:00", "10:00"), two) == []
    assert codes(wish("10:00", "11:00"), two) == ["booking.no_equipment"]
    three = facts(equipment=[needs([whole], [whole], units=3)])
    assert codes(wish("09:00", "10:00"), three) == ["booking.no_equipment"]


def test_a_refusal_names_what_is_missing_alone() -> None:
    here = needs([Period(at("09:00"), at("11:00"))])
    names = {"chuck": ("척", "Chuck")}
    gone = NeededUnits(slugs=("chuck",), names=names, units=1, free=[[]])
    (problem,) = check(wish("09:00", "10:00"), facts(equipment=[here, gone]), now=NOW)
    assert (problem.code, problem.limit) == ("booking.no_equipment", "chuck")
    assert problem.spoken is not None
    assert problem.spoken.names == names


def test_alternatives_begin_when_a_unit_is_free_again() -> None:
    known = facts(equipment=[needs([Period(at("13:00"), at("15:00"))])])
    offered = availability.alternatives(wish("09:00", "10:00"), known, now=NOW)
    assert Period(at("13:00"), at("14:00")) in offered
    assert all(at("13:00") <= p.start and p.end <= at("15:00") for p in offered)
    assert availability.earliest(wish("09:00", "10:00"), known, now=NOW) == Period(
        at("13:00"), at("14:00")
    )


def test_two_needs_of_one_booking_name_no_equipment_twice() -> None:
    assisted, own = UsageMode.ASSISTED, UsageMode.SELF
    assert clash([need(PROBE, STYLUS), need(PROBE)]) == PROBE
    assert clash([need(PROBE), need(PROBE, mode=own)]) == PROBE
    assert clash([need(PROBE, mode=assisted), need(PROBE, mode=own)]) is None
    assert clash([need(PROBE), need(STYLUS)]) is None


@pytest.mark.parametrize(("units", "is_right"), [(0, False), (1, True), (20, True), (21, False)])
def test_a_need_has_one_to_twenty_units(units: int, is_right: bool) -> None:  # a row of the table
    if is_right:
        assert need(PROBE, units=units).units == units
    else:
        with pytest.raises(ValueError, match="1 to 20"):
            need(PROBE, units=units)


@pytest.mark.parametrize(("units", "is_right"), [(-1, False), (0, True), (200, True), (201, False)])
def test_equipment_has_up_to_200_units(units: int, is_right: bool) -> None:  # likewise
    said = {"id": PROBE, "centre_id": CENTRE, "slug": "probe", "name_ko": "", "name_en": ""}
    if is_right:
        # Words of several kinds.
        assert Equipment(**said, units=units).units == units  # type: ignore[arg-type]
    else:
        with pytest.raises(ValueError, match="0 to 200"):
            Equipment(**said, units=units)  # type: ignore[arg-type]  # likewise
