"""A centre that is opened from nothing through the API, and its month."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.core.database import Pool
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import MachineId
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, machines
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.metering.metering import message
from tests.support.world import PASSWORD, registration_number

API = "/api/v1"
KST = ZoneInfo("Asia/Seoul")
#: Monday to Friday, nine to six.
OFFICE_HOURS = [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in range(5)]


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who works with the API."""

    client: TestClient
    headers: dict[str, str]

    @classmethod
    def of(cls, client: TestClient, email: str) -> Desk:
        """Log in, and make a token."""
        login = client.post(f"{API}/sessions", json={"email": email, "password": PASSWORD})
        assert login.status_code == 201, login.text
        token = client.post(f"{API}/tokens", json={"name": "desk"}).json()["token"]
        client.cookies.clear()
        return cls(client, {"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> Any:
        """Return the answer's JSON."""
        answer = self.client.get(f"{API}{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def table(self, path: str, **query: Any) -> list[dict[str, str]]:
        """Return the rows of a CSV file by their headings."""
        answer = self.client.get(f"{API}{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))

    def sheet(self, path: str, name: str, **query: Any) -> list[list[Any]]:
        """Return the rows of one sheet of a spreadsheet."""
        answer = self.client.get(f"{API}{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found = load_workbook(BytesIO(answer.content))[name]
        return [list(row) for row in found.iter_rows(values_only=True)]

    def post(self, path: str, body: Any = None, *, expect: int = 201) -> Any:
        """Return the answer's JSON, or None without one."""
        answer = self.client.post(f"{API}{path}", json=body, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def put(self, path: str, body: Any, *, expect: int = 204) -> Any:
        """Return the answer's JSON, or None without one."""
        answer = self.client.put(f"{API}{path}", json=body, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def refused(self, path: str, body: Any, *, status: int = 409) -> list[str]:
        """Return the codes of the rules that a request breaks."""
        answer = self.post(path, body, expect=status)
        return [problem["code"] for problem in answer["problems"]]


@dataclass
class NewCentre:
    """A centre, its manager, and last month on its own clock."""

    pool: Pool
    desk: Desk
    id: str
    slug: str
    month: Month
    machines: dict[str, str] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Return the centre's address."""
        return f"/centres/{self.id}"

    def at(self, day: int, clock: str = "10:00") -> str:
        """Return an instant of last month; 24:00 is the day's end."""
        hours, minutes = map(int, clock.split(":"))
        first = datetime(self.month.year, self.month.number, 1, tzinfo=KST)
        return (first + timedelta(days=day - 1, hours=hours, minutes=minutes)).isoformat()

    def day(self, weekday: int, week: int = 1) -> int:
        """Return the day of the month of its n-th Monday (0) to Sunday (6)."""
        first = datetime(self.month.year, self.month.number, 1, tzinfo=KST).weekday()
        return 1 + (weekday - first) % 7 + 7 * (week - 1)

    def weekdays(self) -> int:
        """Count the days from Monday to Friday of last month."""
        days = (date(self.month.year, self.month.number, 1) + timedelta(n) for n in range(31))
        return sum(day.month == self.month.number and day.weekday() < 5 for day in days)

    def since(self, day: int = 1) -> str:
        """Return a day of last month as a date."""
        return f"{self.month}-{day:02d}"

    def machine(
        self, slug: str, kind: str, name: str, *, observed: str = "ledger", **rules: Any
    ) -> None:
        """Register a machine or a room."""
        body = {"centre": self.id, "slug": slug, "kind": kind, "name_ko": name, "name_en": slug}
        made = self.desk.post("/machines", {**body, "observed": observed, "rules": rules})
        self.machines[slug] = made["id"]

    def company(self, name: str, number: str, category: str = "small-manufacturer") -> None:
        """Enter a company that the centre serves from the month's first day."""
        body = {"centre": self.id, "name": name, "registration_number": number}
        since = {"category": category, "since": self.since()}
        self.companies[name] = self.desk.post("/companies", {**body, **since})["id"]

    def payer(
        self, name: str, kind: str, identification: str = "", category: str = "general"
    ) -> None:
        """Enter a payer without a number with the tax office, from the month's first day."""
        body = {"centre": self.id, "name": name, "kind": kind, "identification": identification}
        since = {"category": category, "since": self.since()}
        self.companies[name] = self.desk.post("/companies", {**body, **since})["id"]

    def tariff(self, *items: dict[str, Any], **terms: Any) -> dict[str, Any]:
        """Publish prices from the month's first day."""
        document = {"effective_from": self.since(), "items": list(items), **terms}
        made = self.desk.post("/tariffs", {"centre": self.id, "tariff": document})
        done: dict[str, Any] = self.desk.post(f"/tariffs/{made['id']}/publish", expect=200)
        return done

    def rules(self, **values: Any) -> None:
        """Set rules of the whole centre, or of a kind."""
        kind = {"kind": values.pop("kind")} if "kind" in values else {}
        self.desk.put("/policy", {"centre": self.id, **kind, "values": values})

    def booked(
        self, slug: str, company: str, day: int, start: str, end: str, **more: Any
    ) -> dict[str, Any]:
        """Enter a booking of last month, as noted at the telephone."""
        body = {
            "machine": self.machines[slug],
            "company": self.companies[company],
            "start": self.at(day, start),
            "end": self.at(day, end),
            "override": "전화 예약",
        }
        made: dict[str, Any] = self.desk.post("/bookings", {**body, **more})
        return made

    def wrote(
        self, slug: str, company: str, day: int, start: str, end: str, **more: Any
    ) -> dict[str, Any]:
        """Write a use of last month into the ledger."""
        body = {
            "machine": self.machines[slug],
            "company": self.companies.get(company),
            "start": self.at(day, start),
            "end": self.at(day, end),
            "reason": "이용",
        }
        made: dict[str, Any] = self.desk.post("/logged-uses", {**body, **more})
        return made

    def said(self, slug: str, day: int, *words: tuple[str, str | float], channel: str = "") -> None:
        """Store what a machine's device said at its hours of a day."""
        self.stored(slug, [(self.at(day, at), word) for at, word in words], channel)

    def stored(self, slug: str, words: Sequence[tuple[str, str | float]], channel: str) -> None:
        """Store what a machine's device said at some instants."""
        kind = Channel(channel or "activity")
        found = machines.find_by_id(self.pool, OPERATOR, MachineId(UUID(self.machines[slug])))
        (source,) = machines.sources(self.pool, OPERATOR, found)
        batch = [
            message(source, datetime.fromisoformat(at).astimezone(UTC), kind, word)
            for at, word in words
        ]
        ingestion.commit(self.pool, found.centre_id, batch, [])

    def bound(self, slug: str) -> None:
        """Bind a device that says each change, and at midnight that it rests."""
        base = f"gadong/v1/{self.slug}/{slug}"
        body = {"dialect": "gadong-json", "base": base, "heartbeat_seconds": 86400}
        self.desk.post(f"/machines/{self.machines[slug]}/sources", body)
        days = self.month.period(KST).length.days
        self.stored(slug, [(self.at(day, "00:00"), "idle") for day in range(1, days + 2)], "")

    def sold(
        self, company: str, code: str, quantity: float, unit: str, day: int, **more: Any
    ) -> None:
        """Enter a quantity that a company took."""
        body = {"centre": self.id, "company": self.companies[company], "at": self.at(day, "17:00")}
        self.desk.post(
            "/entries", {**body, "code": code, "quantity": quantity, "unit": unit, **more}
        )

    def counted(
        self,
        slug: str,
        company: str,
        good: str,
        day: int,
        first: tuple[str, int],
        last: tuple[str, int],
    ) -> None:
        """Enter a use of a page counter with its two readings, each with its hour."""
        body = {"machine_slug": slug, "company": self.companies[company], "good": good}
        begun = {"at": self.at(day, first[0]), "reading": first[1]}
        use = self.desk.post(f"{self.path}/counter-uses", {**body, "start": begun})
        ended = {"at": self.at(day, last[0]), "reading": last[1]}
        self.desk.post(f"/counter-uses/{use['id']}/end", ended, expect=200)

    def line(self, company: str, amount: int, reason: str, day: int, **more: Any) -> None:
        """Enter a line of the centre's own."""
        body = {"centre": self.id, "company": self.companies[company], "at": self.at(day, "17:00")}
        self.desk.post("/lines", {**body, "amount": amount, "reason": reason, **more})

    def draft(self, company: str) -> dict[str, Any]:
        """Draft a company's month."""
        body = {"centre": self.id, "company": self.companies[company], "month": str(self.month)}
        made: dict[str, Any] = self.desk.post("/statements", body)
        return made

    def issued(self, company: str, accept: Sequence[str] = ()) -> dict[str, Any]:
        """Draft, approve and issue a company's month; nothing but what is accepted stands in the
        way.
        """
        drafted = self.draft(company)
        assert sorted(b["code"] for b in drafted["blockers"]) == sorted(accept)
        approval = {"accept": list(accept)}
        self.desk.post(f"/statements/{drafted['id']}/approve", approval, expect=200)
        done: dict[str, Any] = self.desk.post(f"/statements/{drafted['id']}/issue", {}, expect=200)
        return done

    def billed_now(self, company: str, day: int, clock: str) -> dict[str, Any]:
        """Bill what a company used before an instant, within the month."""
        path = f"{self.path}/companies/{self.companies[company]}/bill-now"
        done: dict[str, Any] = self.desk.post(path, {"until": self.at(day, clock)})
        return done

    def locked(self) -> None:
        """Close the month."""
        path = f"{self.path}/months/{self.month}/lock"
        assert self.desk.post(path, {"reason": "월 마감"}, expect=200)["is_locked"]

    def report(self, path: str) -> Any:
        """Return a report of the month."""
        return self.desk.get(f"/reports/{path}", centre=self.id, month=str(self.month))

    def log(self, *columns: str) -> list[str]:
        """Return the rows of the month's operation log, as some of its columns."""
        found = self.desk.table("/reports/operation-log.csv", centre=self.id, month=str(self.month))
        return [" · ".join(row[column] for column in columns) for row in found]

    def hours(self) -> dict[str, tuple[int, int, int]]:
        """Return each machine's seconds by signal, by the ledger, and unknown."""
        found: dict[str, tuple[int, int, int]] = {}
        for row in self.report("hours")["items"]:
            own = (row["signal"], row["ledger"], row["unknown"])
            before = found.get(row["machine_slug"], (0, 0, 0))
            found[row["machine_slug"]] = (
                before[0] + own[0],
                before[1] + own[1],
                before[2] + own[2],
            )
        return found


def amounts(statement: dict[str, Any]) -> list[int]:
    """Return the amounts of a statement's lines, in its order."""
    return [line["charge"]["amount"] for line in statement["document"]["lines"]]


def sums(statement: dict[str, Any], *names: str) -> tuple[int, ...]:
    """Return some of a statement's totals."""
    return tuple(statement["document"]["totals"][name] for name in names)


def per_cent(share: Decimal) -> str:
    """Write a share in per cent with two decimals, half up."""
    return str((share * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def next_monday() -> datetime:
    """Return the midnight on the centre's clock with which next week begins."""
    today = datetime.now(KST).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


Open = Callable[..., NewCentre]


@pytest.fixture
def administrator(client: TestClient, pool: Pool) -> Desk:
    """The installation's administrator: the one account that the command line makes."""
    members.create_person(
        pool,
        OPERATOR,
        email="admin@gadong.example",
        name="운영자",
        password=PASSWORD,
        is_administrator=True,
    )
    return Desk.of(client, "admin@gadong.example")


@pytest.fixture
def opened(client: TestClient, pool: Pool, administrator: Desk) -> Open:
    """Open a centre with a manager, whatever the number of centres."""

    def make(slug: str, name: str, hours: Sequence[dict[str, Any]] = OFFICE_HOURS) -> NewCentre:
        body = {"slug": slug, "name": name, "hours": list(hours)}
        made = administrator.post("/centres", body)
        email = f"manager@{slug}.example"
        person = {"email": email, "name": "김담당", "password": PASSWORD}
        administrator.post("/people", {**person, "centre": made["id"], "roles": ["manager"]})
        month = Month.of(datetime.now(UTC), KST).previous
        return NewCentre(pool, Desk.of(client, email), made["id"], slug, month)

    return make


def numbers(count: int) -> list[str]:
    """Return valid registration numbers."""
    return [registration_number(index) for index in range(count)]
