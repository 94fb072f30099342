"""The demonstration's second centre: instruments without sensors, and a ledger of their use."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from gadong.billing.services.prices import tariffs
from gadong.booking.services import bookings, machine_setup
from gadong.booking.services.bookings import Request
from gadong.booking.services.use_log import entries
from gadong.booking.services.use_log.entries import Written
from gadong.commissions.services import commission_samples, commission_work, commissions
from gadong.commissions.services.steps import WantedItem
from gadong.core.database import Pool
from gadong.core.domain.access import Caller, Role
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.services import accounts, consents, members
from gadong.people.services.accounts import OPERATOR

CENTRE = "siheung"
MANAGER = "manager@siheung.example"

#: slug, kind, Korean name, English name, how its use is known
INSTRUMENTS = (
    ("roughness-1", "roughness-tester", "표면 조도 측정기", "Roughness tester", Observed.LEDGER),
    ("vision-1", "vision", "비전 측정기", "Vision measuring machine", Observed.LEDGER),
    ("cmm-2", "cmm", "3차원 측정기 2호", "Coordinate measuring machine 2", Observed.LEDGER),
    ("media-1", "room", "멀티미디어실", "Multimedia room", Observed.NEITHER),
)

TARIFF = {
    "items": [
        {"kind": "roughness-tester", "rate_per_hour": "10000", "ledger_basis": "actual_run"},
        {"kind": "vision", "rate_per_hour": "20000", "ledger_basis": "actual_run"},
        {"kind": "cmm", "rate_per_hour": "30000", "ledger_basis": "actual_run"},
        {"kind": "room", "rate_per_hour": "10000", "basis": "booked", "increment_seconds": 1800},
    ],
    "goods": [
        {
            "code": "part-measurement",
            "kind": "commission",
            "name_ko": "부품 측정",
            "name_en": "Measured part",
            "measure": "ea",
            "price": "20000",
        }
    ],
    "discounts": [{"category": "small-manufacturer", "pct": "50"}],
    "document_unit": 10,
}

#: slug, days ago, start, hours, the purpose that is written down; by the shared company
USES = (
    ("roughness-1", 1, time(10), 1.5, "축 표면 조도"),
    ("vision-1", 1, time(14), 1.0, "핀 간격"),
    ("cmm-2", 2, time(9), 2.0, "금형 코어 치수"),
)


def make(
    pool: Pool, shared: Company, owner: Caller, *, password: str, in_force: date, now: datetime
) -> None:
    """Make the centre, which serves a company of the first centre with its owner's consent."""
    hours = [OpeningHours(weekday=day, opens=time(9), closes=time(18)) for day in range(5)]
    centre = accounts.create_centre(
        pool, OPERATOR, slug=CENTRE, name="시흥 소공인 복합지원센터", hours=hours
    )
    person = members.create_person(
        pool,
        OPERATOR,
        email=MANAGER,
        name="최담당",
        password=password,
        centre=centre.id,
        roles={Role.MANAGER},
    )
    manager = Caller(person_id=person.id, staff=frozenset({(centre.id, Role.MANAGER)}))
    instruments = {
        slug: machine_setup.register(
            pool,
            manager,
            centre=centre.id,
            slug=slug,
            kind=kind,
            name_ko=name_ko,
            name_en=name_en,
            observed=observed,
        )
        for slug, kind, name_ko, name_en, observed in INSTRUMENTS
    }
    _serve(pool, centre, shared, owner, since=in_force)
    document = {"effective_from": in_force.isoformat(), **TARIFF}
    drafted = tariffs.draft(pool, manager, centre=centre.id, document=document)
    tariffs.publish(pool, manager, drafted.id)
    _used(pool, manager, centre, instruments, shared, now)
    _commissioned(pool, manager, centre, shared, now)


def _serve(pool: Pool, centre: Centre, shared: Company, owner: Caller, *, since: date) -> None:
    """Ask for the company by its number, and give its owner's consent."""
    accounts.create_company(
        pool,
        OPERATOR,
        centre=centre.id,
        name=shared.name,
        registration_number=shared.registration_number,
        category="small-manufacturer",
        since=since,
    )
    (asked,) = consents.of_centre(pool, OPERATOR, centre.id)
    consents.give(pool, owner, asked.id)


def _used(
    pool: Pool,
    manager: Caller,
    centre: Centre,
    instruments: dict[str, Machine],
    shared: Company,
    now: datetime,
) -> None:
    """Write down what the company used in the last days, and book the room for yesterday."""
    today = now.astimezone(centre.zone).date()

    def at(days_ago: int, clock: time, hours: float) -> Period:
        day = today - timedelta(days=days_ago)
        start = datetime.combine(day, clock, tzinfo=centre.zone).astimezone(UTC)
        return Period(start, start + timedelta(hours=hours))

    for slug, days_ago, clock, hours, purpose in USES:
        written = Written(
            machine=instruments[slug],
            period=at(days_ago, clock, hours),
            company=shared.id,
            reason=purpose,
        )
        entries.log(pool, manager, written, now=now)
    wanted = Request(
        machine=instruments["media-1"],
        company=shared.id,
        period=at(1, time(13), 2),
        purpose="제품 촬영",
        override="시연용으로 미리 넣은 예약",
    )
    bookings.request(pool, manager, wanted, now=now)


def _commissioned(
    pool: Pool, manager: Caller, centre: Centre, shared: Company, now: datetime
) -> None:
    """Enter work that the company asked for: one case in work with a sample, and one to answer."""
    asked = [
        commissions.request(
            pool,
            manager,
            centre=centre.id,
            company=shared.id,
            subject=subject,
            wish=wish,
            items=[WantedItem(good="part-measurement", quantity=Decimal(parts))],
            now=now,
        )
        for subject, wish, parts in (
            ("금형 코어 5점 측정", "공차 0.01 mm, 도면 첨부 예정", 5),
            ("브래킷 초도품 측정", "", 12),
        )
    ]
    due_on = (now + timedelta(days=7)).astimezone(centre.zone).date()
    commission_work.receive(pool, manager, asked[0].id, due_on=due_on, now=now)
    commission_samples.receive(
        pool,
        manager,
        asked[0].id,
        name="금형 코어",
        condition="방청유 도포, 이상 없음",
        keep_until=due_on + timedelta(days=30),
        now=now,
    )
