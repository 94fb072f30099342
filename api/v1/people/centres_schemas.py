"""A centre's hours, name and zone on the wire."""

from __future__ import annotations

from datetime import date, time

from pydantic import Field

from api.v1.people.people_schemas import CentreOut, HoursIn
from api.v1.schemas import In, Name, Out


class HoursOut(Out):
    """One weekday's opening hours; hours that close no later than they open end on the next day."""

    weekday: int
    opens: time
    closes: time


class WeekOut(Out):
    """The opening hours from a day on; without a day, since the centre's beginning."""

    since: date | None
    hours: list[HoursOut]


class NameOut(Out):
    """The centre's name from a day on."""

    since: date
    name: str


class ContactOut(Out):
    """A centre's address, and how its users reach its desk; what nobody said is empty."""

    address: str
    phone: str
    email: str
    directions: str


class CentreStandingOut(CentreOut):
    """A site with its weeks and later names, past and to come, and its address."""

    weeks: list[WeekOut]
    names: list[NameOut]
    contact: ContactOut


class WeekIn(In):
    """The whole week's opening hours from a day on; an empty list is closed."""

    since: date = Field(examples=["2027-01-01"])
    hours: list[HoursIn] = Field(max_length=50)


class RenamedIn(In):
    """The centre's name from a day on."""

    since: date = Field(examples=["2027-01-01"])
    name: Name


class ZoneIn(In):
    """The centre's IANA time zone."""

    zone: str = Field(max_length=60, examples=["Asia/Seoul"])


class ContactIn(In):
    """A centre's address, and how its users reach its desk."""

    address: str = Field("", max_length=200, examples=["서울특별시 영등포구 당산로 1"])
    phone: str = Field("", max_length=40, examples=["02-2670-0000"])
    email: str = Field("", max_length=254, examples=["desk@centre.example"])
    directions: str = Field("", max_length=2000, examples=["2호선 문래역 7번 출구, 걸어서 5분"])
