"""The demonstration: a centre in Seoul with a hall of machines, two companies, bookings and a
tariff.

A second centre has instruments without sensors, which one of the companies uses too.

The demonstration's passwords are printed in the README: never seed an installation that others can
reach.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from gadong.billing.services.prices import tariffs
from gadong.booking.services import bookings, machine_setup
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.cli import demonstration_instruments
from gadong.cli.demonstration_hall import CENTRE, HALL, MEASURING, TARIFF
from gadong.core.database import Pool
from gadong.core.domain.access import Caller, Role
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.machine import Machine
from gadong.machines.services import device_accounts, machines
from gadong.machines.services.machines import BEGINNING
from gadong.people.domain.bank_account import BankAccount
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.domain.legal_party import Party
from gadong.people.services import accounts, legal_parties, members
from gadong.people.services.accounts import OPERATOR

PASSWORD = "gadong-demo-1"  # noqa: S105  # printed for everybody; see the module's docstring
LOGINS = {
    "administrator": "admin@gadong.example",
    "manager": "manager@mullae.example",
    "manager of instruments": demonstration_instruments.MANAGER,
    "member of 한솔정밀": "minji@hansol.example",
    "member of 대성금형": "junho@daesung.example",
}


def seed(pool: Pool, secret: str) -> bool:
    """Make the demonstration; False where it was made before.

    With a secret its devices have accounts at the broker.
    """
    made = next((c for c in accounts.every_centre(pool) if c.slug == CENTRE), None)
    if made is None:
        _make(pool)
    if secret:
        _logins(pool, secret)
    return made is None


def _logins(pool: Pool, secret: str) -> None:
    """Issue the broker accounts of the demonstration's devices, under the simulator's names."""
    centre = next(c for c in accounts.every_centre(pool) if c.slug == CENTRE)
    known = {
        a.name for a in device_accounts.of_centre(pool, OPERATOR, centre.id) if a.revoked_at is None
    }
    for slug, *_, dialect, base, _ in HALL:
        name = base if dialect == "tasmota" else slug
        if not dialect or name in known:
            continue
        for source in machines.sources(
            pool, OPERATOR, machines.find(pool, OPERATOR, slug, centre=centre.id)
        ):
            device_accounts.issue(
                pool,
                OPERATOR,
                centre.id,
                name=name,
                source=source.id,
                secret=secret,
                now=datetime.now(UTC),
            )


def _make(pool: Pool) -> None:
    now = datetime.now(UTC)
    # Open day and night, as unmanned centres are; so whoever tries it can book now.
    hours = [OpeningHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)]
    centre = accounts.create_centre(
        pool, OPERATOR, slug=CENTRE, name="문래 소공인 복합지원센터", hours=hours
    )
    companies = _companies(pool, centre)
    manager, owner = _people(pool, centre, companies)
    _parties(pool, manager, centre, companies)
    hall = _hall(pool, centre)
    month = now.astimezone(centre.zone).date().replace(day=1)
    in_force = (month - timedelta(days=1)).replace(day=1)
    drafted = tariffs.draft(
        pool, manager, centre=centre.id, document={"effective_from": in_force.isoformat(), **TARIFF}
    )
    tariffs.publish(pool, manager, drafted.id)
    _bookings(pool, manager, hall, companies, now)
    demonstration_instruments.make(
        pool, companies[0], owner, password=PASSWORD, in_force=in_force, now=now
    )


def _companies(pool: Pool, centre: Centre) -> list[Company]:
    # Valid numbers (docs/reference/billing.md#business-registration-numbers); neither firm
    # exists.
    given = (
        ("한솔정밀", "124-81-00998", "small-manufacturer"),
        ("대성금형", "220-81-62517", "general"),
    )
    since = datetime.now(centre.zone).date().replace(day=1) - timedelta(days=62)
    return [
        accounts.create_company(
            pool,
            OPERATOR,
            centre=centre.id,
            name=name,
            registration_number=number,
            category=category,
            since=since,
        )
        for name, number, category in given
    ]


def _people(pool: Pool, centre: Centre, companies: list[Company]) -> tuple[Caller, Caller]:
    """Make the accounts; return the manager and the owner of the first company."""
    members.create_person(
        pool,
        OPERATOR,
        email=LOGINS["administrator"],
        name="운영자",
        password=PASSWORD,
        is_administrator=True,
    )
    manager = members.create_person(
        pool,
        OPERATOR,
        email=LOGINS["manager"],
        name="김담당",
        password=PASSWORD,
        centre=centre.id,
        roles={Role.MANAGER},
    )
    owner, _ = (
        members.create_person(
            pool,
            OPERATOR,
            email=LOGINS[f"member of {company.name}"],
            name=name,
            password=PASSWORD,
            company=company.id,
            is_owner=True,
        )
        for name, company in zip(("이민지", "박준호"), companies, strict=True)
    )
    owned = frozenset({companies[0].id})
    return (
        Caller(person_id=manager.id, staff=frozenset({(centre.id, Role.MANAGER)})),
        Caller(person_id=owner.id, companies=owned, owns=owned),
    )


def _parties(pool: Pool, manager: Caller, centre: Centre, companies: list[Company]) -> None:
    """Enter the legal parties of the demonstration.

    Neither the operator nor the two firms exist.
    """
    operator = Party(
        registration_number="1208147521",
        name="(재)가온산업진흥원",
        representative="정이사",
        address="서울시 영등포구 시험로 1",
        business_type="서비스업",
        business_item="장비 임대",
        email="tax@mullae.example",
    )
    legal_parties.set_centre(pool, manager, centre.id, operator)
    account = BankAccount(bank="우리은행", number="1005-000-000000", holder=operator.name)
    legal_parties.set_account(pool, manager, centre.id, account)
    for company, representative, item in zip(
        companies, ("한대표", "도대표"), ("정밀부품", "금형"), strict=True
    ):
        told = Party(
            representative=representative,
            address="서울시 영등포구 시험로 2",
            business_type="제조업",
            business_item=item,
        )
        legal_parties.set_company(pool, manager, centre.id, company.id, told)


def _hall(pool: Pool, centre: Centre) -> dict[str, Machine]:
    # Open day and night and without staff: nothing is asked an hour ahead, and the night is as good
    # as the day.
    house = {
        "notice_minutes": 0,
        "move_notice_minutes": 0,
        "step_minutes": 10,
        "overnight": None,
        "teardown_minutes": 0,
    }
    now = datetime.now(UTC)
    rulebook.change(
        pool, OPERATOR, Level(centre=centre.id), house, effective_from=BEGINNING, now=now
    )
    measuring = Level(centre=centre.id, kind="cmm")
    rulebook.change(pool, OPERATOR, measuring, MEASURING, effective_from=BEGINNING, now=now)
    hall: dict[str, Machine] = {}
    for slug, kind, name_ko, name_en, dialect, base, watts in HALL:
        hall[slug] = machine_setup.register(
            pool,
            OPERATOR,
            centre=centre.id,
            slug=slug,
            kind=kind,
            name_ko=name_ko,
            name_en=name_en,
        )
        if dialect:
            machines.bind(
                pool,
                OPERATOR,
                hall[slug],
                dialect=dialect,
                base=base,
                heartbeat=timedelta(seconds=10) if watts else None,
                thresholds=_thresholds(watts),
            )
    return hall


def _thresholds(watts: tuple[float, float] | None) -> PowerThresholds | None:
    """Short waits, so that a sped-up hall's runs are seen as they happen."""
    if watts is None:
        return None
    return PowerThresholds(
        run_above=watts[0],
        idle_below=watts[1],
        run_after=timedelta(seconds=4),
        idle_after=timedelta(seconds=10),
    )


def _bookings(
    pool: Pool, manager: Caller, hall: dict[str, Machine], companies: list[Company], now: datetime
) -> None:
    """Book each machine for the next hours, and some for tomorrow."""
    start = now.replace(minute=0, second=0, microsecond=0)
    for index, slug in enumerate(("printer-1", "printer-2", "mc-1", "cmm-1", "press-1")):
        company = companies[index % 2]
        for begin, hours in ((start, 4), (start + timedelta(hours=24 + index), 2)):
            wanted = Request(
                machine=hall[slug],
                company=company.id,
                period=Period(begin, begin + timedelta(hours=hours)),
                purpose="시연 예약",
                override="시연용으로 미리 넣은 예약",
            )
            bookings.request(pool, manager, wanted, now=now)
