"""Filament: the length that a printer counted as what it weighs."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from gadong.billing.domain.tariff_terms import Good, Measure
from gadong.core.domain.ids import MessageId
from gadong.dialects.domain.counter import CounterReading
from gadong.metering.domain.filament_use import Filament, drawn
from tests.support.golden import at

PLA = Filament(diameter_mm=Decimal("1.75"), density=Decimal("1.24"))


def test_13_the_worked_example_of_a_spool() -> None:
    # Example 13 rounds to 0.0029825 g/mm: 248.35 g of 83,268 mm
    # (docs/reference/billing.md#materials).
    assert round(PLA.milligrams(83_268) / 1000, 2) == 248.35
    assert PLA.milligrams(1_000_000) == 2_982_550
    assert PLA.milligrams(0) == 0


def test_thicker_and_denser_weighs_more() -> None:
    assert Filament(diameter_mm=Decimal("2.85"), density=Decimal("1.24")).milligrams(1000) == 7_910
    assert Filament(diameter_mm=Decimal("1.75"), density=Decimal("3.9")).milligrams(1000) == 9_381


@pytest.mark.parametrize(
    ("diameter", "density", "said"),
    [
        ("0", "1.24", "filament_diameter_mm lies between"),
        ("175", "1.24", "filament_diameter_mm lies between"),
        ("NaN", "1.24", "filament_diameter_mm lies between|is no number"),
        ("1.75", "1240", "filament_density lies between"),
    ],
)
def test_what_is_no_filament_is_refused(diameter: str, density: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        good("g", filament_diameter_mm=Decimal(diameter), filament_density=Decimal(density))


def test_a_filament_is_weighed_and_has_both_of_its_figures() -> None:
    with pytest.raises(ValueError, match="counted in g"):
        good("mL", filament_diameter_mm=Decimal("1.75"), filament_density=Decimal("1.24"))
    with pytest.raises(ValueError, match="both a diameter and a density"):
        good("g", filament_diameter_mm=Decimal("1.75"))
    assert good("g").filament is None


def good(measure: str, **more: Decimal) -> Good:
    """A material."""
    return Good(
        code="pla",
        name_ko="PLA",
        name_en="PLA",
        measure=Measure(measure),
        price=Decimal(80),
        **more,  # type: ignore[arg-type]  # by name
    )


def readings(*said: tuple[str, float]) -> list[CounterReading]:
    """Return readings of a counter at times of the example day, each in a message of its own."""
    return [
        CounterReading(at(when), value, MessageId(UUID(int=n)))
        for n, (when, value) in enumerate(said, start=1)
    ]


@pytest.mark.parametrize(
    ("said", "millimetres", "last"),
    [
        # Begun anew: it falls from the last job's, and all that it then says is this one's.
        ((("09:50", 4_000.0), ("10:00", 12.5), ("10:30", 900.0)), 900.0, 3),
        # One that counts a printer's whole life.
        ((("09:50", 4_000.0), ("10:00", 4_000.0), ("10:30", 4_900.0)), 900.0, 3),
        # First heard in the job: what came before is nobody's to say.
        ((("10:10", 300.0), ("10:30", 900.0)), 600.0, 2),
    ],
)
def test_a_job_is_counted_from_the_last_word_before_it(
    said: tuple[tuple[str, float], ...], millimetres: float, last: int
) -> None:
    found = drawn([readings(*said)], since=at("10:00"))
    assert found is not None
    assert (found.millimetres, found.message_id) == (millimetres, UUID(int=last))


def test_a_job_that_drew_in_nothing_is_no_print() -> None:
    assert drawn([], since=at("10:00")) is None
    assert drawn([readings(("09:50", 4_000.0), ("10:30", 4_000.0))], since=at("10:00")) is None
    # Two tool-heads are two counters.
    both = [readings(("10:00", 0.0), ("10:30", 200.0)), readings(("10:00", 50.0), ("10:20", 150.0))]
    found = drawn(both, since=at("10:00"))
    assert found is not None
    assert found.millimetres == 300.0
