"""Counted equipment on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, MachineName, Out, Slug
from gadong.core.domain.usage_mode import UsageMode


class EquipmentIn(In):
    """Equipment that the centre has a number of."""

    name_ko: MachineName
    name_en: MachineName
    units: Annotated[int, Field(ge=0, le=200)] = Field(description="0: the centre has it no more.")


class EquipmentOut(Out):
    """Equipment of a centre."""

    id: UUID
    slug: str
    name_ko: str
    name_en: str
    units: int


class NeedIn(In):
    """Units of any of some equipment that each booking of the machine holds."""

    any_of: list[Slug] = Field(min_length=1, max_length=20, description="Slugs of equipment.")
    units: Annotated[int, Field(ge=1, le=20)] = 1
    usage_mode: UsageMode | None = Field(default=None, description="Without one: every mode.")


class NeedsIn(In):
    """All needs of a machine."""

    needs: list[NeedIn] = Field(max_length=20)


class NeedOut(Out):
    """A need of a machine."""

    any_of: list[str]
    units: int
    usage_mode: UsageMode | None


class UnitOut(Out):
    """A unit that a booking holds, or held."""

    equipment: str
    unit: int
