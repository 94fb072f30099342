"""The climate of the room in which a machine stands, during a use of it."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines, register
from gadong.metering.domain.room_climate import Climate, climates, earliest_reading
from gadong.metering.store import channel_limits
from gadong.texts.catalogue import Text
from gadong.texts.room_climate import PARTS, QUANTITIES, STANDINGS


def climate_of(
    tx: Tx, machine: Machine, period: Period, *, recorded_before: datetime
) -> list[Climate]:
    """Return what the sensor that the machine's register names read in a period.

    Empty where the register names none, or no machine of the centre. The transaction has the
    centre's permit, which the register and the limits need.
    """
    entry = register.of_machine(tx, machine.id, recorded_before=recorded_before)
    if not entry.climate_sensor:
        return []
    sensor = next(
        (
            one
            for one in machines.of_centres(tx, [machine.centre_id])
            if one.slug == entry.climate_sensor
        ),
        None,
    )
    if sensor is None:
        return []
    limits = channel_limits.in_force(tx, sensor.id, period)
    asked = Period(earliest_reading(period, limits), period.end)
    readings = channel_limits.climate_readings(
        tx, sensor.id, asked, recorded_before=recorded_before
    )
    return climates(period, readings, limits)


def words_of(climate: Climate) -> Text:
    """Return a climate in words: the quantity, its lowest and highest reading, and its standing."""
    quantity, unit = PARTS.get(climate.part, QUANTITIES[climate.channel.value])
    is_usual = climate.name in {"", climate.part} and climate.part in {"", *PARTS}
    name = quantity if is_usual else Text(climate.name, climate.name)
    standing = STANDINGS[_standing(climate)]
    if climate.lowest is None or climate.highest is None:
        return Text(f"{name.ko} {standing.ko}", f"{name.en} {standing.en}")
    numbers = f"{_number(climate.lowest)}–{_number(climate.highest)}{unit}"
    return Text(f"{name.ko} {numbers} ({standing.ko})", f"{name.en} {numbers} ({standing.en})")


def _standing(climate: Climate) -> str:
    if climate.is_inside is not None:
        return "inside" if climate.is_inside else "beyond"
    if climate.lowest is None:
        return "silent"
    return "gap" if climate.has_gap else "unlimited"


def _number(value: float) -> str:
    """Write a reading with two decimals at most, and a minus only before what is not zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
