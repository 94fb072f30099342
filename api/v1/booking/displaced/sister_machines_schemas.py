"""Sister machines on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.v1.machine_names import MachineNamed, NamesMachine


class SisterOut(MachineNamed):
    """A free machine of the same abilities, with the price of full use in whole won with VAT."""

    start: datetime
    end: datetime
    total: int | None = Field(description="Null: no published tariff prices it.")
    difference: int | None = Field(
        description="Its price less that of the closed machine; null where one of them has none."
    )


class SisterIn(NamesMachine):
    """The machine that a booking moves to."""
