"""A small centre for tests, made through the services as its users would make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import psycopg
import pytest

from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.services import bookings, machine_setup
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller, LoginSession, Role
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.period import Period
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import device_accounts, machines
from gadong.machines.services.machines import BEGINNING
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.services import accounts, members, pledges
from gadong.people.services.accounts import OPERATOR
from gadong.people.store import people

PASSWORD = "correct horse battery"
REGISTRATION_NUMBERS = ("1248100998", "2208162517", "1208147521", "1234567891")
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
# A centre that limits nothing but what a test is about.
LOOSE: dict[str, Any] = {
    "step_minutes": 1,
    "shortest_minutes": 30,
    "longest_minutes": 480,
    "horizon_days": 60,
    "notice_minutes": 0,
    "move_notice_minutes": 0,
    "teardown_minutes": 0,
    "overnight": None,
    "day_bookings": None,
    "ahead_bookings": None,
    "ahead_minutes": None,
    "day_minutes": None,
    "week_minutes": None,
    "strikes": None,
    "approval": "auto",
    "offer_hours": None,
}
ALWAYS = [OpeningHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)]


def nobody_may(pool: Pool, change: str) -> None:
    """The application's roles are refused the statement, and the tables' owner is stopped by a
    trigger.
    """
    refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
    with pytest.raises(refused), transaction(pool, SYSTEM) as tx:
        tx.execute(change.encode())
    with (
        psycopg.connect(str(pool.conninfo)) as owner,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        owner.execute(change.encode())


def registration_number(index: int) -> str:
    """Return a valid number, by index (docs/reference/billing.md#business-registration-numbers)."""
    if index < len(REGISTRATION_NUMBERS):
        return REGISTRATION_NUMBERS[index]
    begun = f"{301_00_0000 + index:09d}"
    digits = [int(d) for d in begun]
    total = sum(d * w for d, w in zip(digits, WEIGHTS, strict=True)) + digits[8] * 5 // 10
    return f"{begun}{(10 - total % 10) % 10}"


def in_session(who: Caller) -> Caller:
    """Return the caller as in a browser's session that was proven just now."""
    return replace(who, session=LoginSession(id=new_id(), proven_at=datetime.now(UTC)))


def written(**rules: Any) -> dict[str, Any]:
    """Rules by the names of the domain, as people write them."""
    parameters = {p.attribute: p for p in PARAMETERS.values()}
    return {
        parameters[name].name: value // timedelta(**{parameters[name].unit: 1})
        if isinstance(value, timedelta)
        else value
        for name, value in rules.items()
    }


@dataclass
class World:
    """A centre, its manager, and what a test adds."""

    ZONE: ClassVar = ZoneInfo("Asia/Seoul")

    pool: Pool
    centre: Centre
    manager: Caller
    manager_email: str
    companies: list[Company] = field(default_factory=list)
    emails: dict[PersonId, str] = field(default_factory=dict)

    @classmethod
    def made(
        cls, pool: Pool, *, hours: Sequence[OpeningHours] = ALWAYS, zone: str = "Asia/Seoul"
    ) -> World:
        """A centre open day and night, with one manager."""
        slug = f"c{new_id().hex[-12:]}"
        centre = accounts.create_centre(
            pool, OPERATOR, slug=slug, name="시험 센터", zone=zone, hours=hours
        )
        email = f"manager@{slug}.example"
        person = members.create_person(
            pool,
            OPERATOR,
            email=email,
            name="담당자",
            password=PASSWORD,
            centre=centre.id,
            roles={Role.MANAGER},
        )
        manager = Caller(person_id=person.id, staff=frozenset({(centre.id, Role.MANAGER)}))
        rulebook.change(
            pool,
            OPERATOR,
            Level(centre=centre.id),
            LOOSE,
            effective_from=BEGINNING,
            now=datetime.now(UTC),
        )
        return cls(pool, centre, manager, email)

    def device(self, *topics: str, name: str = "게이트웨이") -> DeviceAccount:
        """A device's login at the broker, of which no broker is told."""
        made, _ = device_accounts.issue(
            self.pool,
            self.manager,
            self.centre.id,
            name=name,
            topics=topics,
            secret="s" * 32,
            now=datetime.now(UTC),
        )
        return made

    def company(self, *, category: str = "general", name: str = "") -> Company:
        """A company that the centre serves."""
        number = registration_number(len(self.companies))
        made = accounts.create_company(
            self.pool,
            OPERATOR,
            centre=self.centre.id,
            name=name or f"회사 {len(self.companies) + 1}",
            registration_number=number,
            category=category,
            since=date(2026, 1, 1),
        )
        self.companies.append(made)
        return made

    def member(self, company: Company) -> Caller:
        """Somebody who books for the company."""
        email = f"member-{new_id().hex[-12:]}@{self.centre.slug}.example"
        person = members.create_person(
            self.pool, OPERATOR, email=email, name="이용자", password=PASSWORD, company=company.id
        )
        self.emails[person.id] = email
        with transaction(self.pool, SYSTEM) as tx:
            caller = people.caller(tx, person.id)
        assert caller is not None
        return caller

    def pledge(self, version: str) -> str:
        """Publish a pledge of the centre, and return its version for a rule to name."""
        pledges.publish(self.pool, self.manager, self.centre.id, version, ko="약속", en="promise")
        return version

    def machine(self, slug: str = "", *, kind: str = "mill", **rules: Any) -> Machine:
        """A machine with the default limits but those named."""
        return machine_setup.register(
            self.pool,
            self.manager,
            centre=self.centre.id,
            slug=slug or f"m-{new_id().hex[-8:]}",
            kind=kind,
            name_ko="밀링",
            name_en="Mill",
            rules=written(**rules),
        )

    def source(self, machine: Machine, dialect: str = "octoprint", **given: Any) -> Source:
        """A device bound to the machine, under topics of this centre's own."""
        base = given.pop("base", f"{self.centre.slug}/{machine.slug}")
        if dialect == "gadong-json":
            base = f"gadong/v1/{self.centre.slug}/{machine.slug}"
        return machines.bind(self.pool, self.manager, machine, dialect=dialect, base=base, **given)

    def booked(
        self,
        machine: Machine,
        company: Company,
        start: datetime,
        hours: float = 2,
        *,
        now: datetime | None = None,
    ) -> Booking:
        """A booking entered by the manager, also for a time that has passed."""
        wanted = Request(
            machine=machine,
            company=company.id,
            period=Period(start, start + timedelta(hours=hours)),
            override="시험",
        )
        return bookings.request(self.pool, self.manager, wanted, now=now or datetime.now(UTC))[0]

    def tariff(self, *, goods: Sequence[Mapping[str, Any]] = (), **item: Any) -> None:
        """A published tariff with one item (kind mill, 30,000 won an hour unless named), goods, and
        a 50 % category.
        """
        priced = {"kind": "mill", "rate_per_hour": "30000", "basis": "actual_run", **item}
        document = {
            "effective_from": "2026-01-01",
            "items": [{k: str(v) if isinstance(v, Decimal) else v for k, v in priced.items()}],
            "discounts": [{"category": "small-manufacturer", "pct": "50"}],
            "goods": [dict(good) for good in goods],
        }
        drafted = tariffs.draft(self.pool, self.manager, centre=self.centre.id, document=document)
        tariffs.publish(self.pool, self.manager, drafted.id, is_accepted=True)
