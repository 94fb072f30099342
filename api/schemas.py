"""What goes over the wire. Unknown fields are refused, instants carry their offset, money is whole won."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from gadong.domain.period import Period
from gadong.domain.power import PowerThresholds
from gadong.domain.problem import Invalid

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["prusa-1"])]
MonthText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]
Reason = Annotated[str, Field(max_length=500, examples=["전화로 받은 예약"])]


class In(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True)


class LogIn(In):
    """An account's credentials."""

    email: str = Field(max_length=254, examples=["minji@hansol.example"])
    password: SecretStr = Field(max_length=200, examples=["gadong-demo-1"])


class NamedCompany(Out):
    """A company by name."""

    id: UUID
    name: str


class CentreOut(Out):
    """A site."""

    id: UUID
    slug: str = Field(examples=["mullae"])
    name: str = Field(examples=["문래 소공인 복합지원센터"])
    zone: str = Field(examples=["Asia/Seoul"])
    currency: str = Field(examples=["KRW"])


class Me(Out):
    """Who you are and what you may do."""

    id: UUID
    name: str
    email: str
    roles: list[str] = Field(examples=[["member"]], description="member, manager, administrator")
    companies: list[NamedCompany]
    centres: list[CentreOut]


class TokenIn(In):
    """A token to be made."""

    name: str = Field(min_length=1, max_length=100, examples=["ERP export"])
    days: int = Field(default=90, ge=1, le=366)


class TokenOut(Out):
    """A new token. Its secret is shown this once."""

    token: str
    expires_at: datetime


class CredentialOut(Out):
    """A session or token, without its secret."""

    id: UUID
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime


class HoursIn(In):
    """One weekday's opening hours; Monday is 0, and closing at 00:00 is the day's end."""

    weekday: int = Field(ge=0, le=6)
    opens: time
    closes: time


class CentreIn(In):
    """A site to be made."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$", examples=["mullae"])
    name: str = Field(min_length=1, max_length=200)
    zone: str = "Asia/Seoul"
    hours: list[HoursIn] = Field(default_factory=list, max_length=50)


class CompanyIn(In):
    """A payer to be made."""

    centre: UUID
    name: str = Field(min_length=1, max_length=200, examples=["한솔정밀"])
    registration_number: str = Field(max_length=12, examples=["124-81-00998"])
    category: str = Field(default="small-manufacturer", max_length=60)
    since: date = Field(examples=["2026-01-01"])


class CompanyOut(Out):
    """A payer."""

    id: UUID
    name: str
    registration_number: str


class PersonIn(In):
    """An account to be made: a member of a company, a manager of a centre, or an administrator."""

    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=100)
    password: SecretStr = Field(min_length=10, max_length=200)
    company: UUID | None = None
    manages: UUID | None = None
    is_administrator: bool = False


class PersonOut(Out):
    """An account."""

    id: UUID
    email: str
    name: str


class QualificationIn(In):
    """A training that somebody passed."""

    centre: UUID
    person: UUID
    code: str = Field(min_length=1, max_length=60, examples=["cnc-basic"])
    expires_at: AwareDatetime | None = None


class ClosureIn(In):
    """A time in which a centre or one of its machines is closed or under maintenance."""

    centre: UUID
    machine: Slug | None = None
    start: AwareDatetime
    end: AwareDatetime
    kind: str = Field(examples=["maintenance"])
    reason: Reason


class Created(Out):
    """What was made."""

    id: UUID


class RulesIO(In):
    """A machine's limits, in minutes and days."""

    shortest_minutes: int = Field(default=30, ge=1)
    longest_minutes: int = Field(default=480, ge=1)
    horizon_days: int = Field(default=60, ge=0, le=730)
    notice_minutes: int = Field(default=0, ge=0)
    setup_minutes: int = Field(default=0, ge=0, le=1440)
    teardown_minutes: int = Field(default=0, ge=0, le=1440)
    qualification: str | None = Field(default=None, max_length=60)


class MachineIn(In):
    """A machine to be made."""

    centre: UUID
    slug: Slug
    kind: str = Field(min_length=1, max_length=60, examples=["3d-printer"])
    name_ko: str = Field(min_length=1, max_length=200, examples=["3D 프린터 1호"])
    name_en: str = Field(min_length=1, max_length=200, examples=["3D printer 1"])
    rules: RulesIO = Field(default_factory=RulesIO)


class LiveOut(Out):
    """What a machine does now."""

    state: str = Field(examples=["running"])
    since: datetime
    job: str | None
    progress: float | None
    power_watts: float | None
    heard_at: datetime | None


class MachineOut(Out):
    """A machine."""

    id: UUID
    centre: UUID
    slug: str
    kind: str
    name_ko: str
    name_en: str
    live: LiveOut | None = Field(default=None, description="Null while nothing was ever heard.")


class ThresholdsIn(In):
    """Where a plug's watts tell running from idle from off."""

    run_above: float = Field(examples=[400])
    idle_below: float = Field(examples=[250])
    run_after_seconds: int = Field(default=20, ge=0, le=3600)
    idle_after_seconds: int = Field(default=120, ge=0, le=3600)
    off_below: float = 3.0

    def to_domain(self) -> PowerThresholds:
        """The same in the domain's words; Invalid where they do not rise."""
        try:
            return PowerThresholds(
                run_above=self.run_above,
                idle_below=self.idle_below,
                run_after=timedelta(seconds=self.run_after_seconds),
                idle_after=timedelta(seconds=self.idle_after_seconds),
                off_below=self.off_below,
            )
        except ValueError as trouble:
            raise Invalid(str(trouble), field="thresholds") from trouble


class SourceIn(In):
    """A device to be bound to a machine."""

    dialect: str = Field(examples=["octoprint"])
    base: str = Field(
        max_length=256, examples=["octoPrint/prusa-1"], description="The levels all its topics share."
    )
    precedence: int = Field(default=100, ge=0, le=1000, description="The lower of two sources decides.")
    heartbeat_seconds: int | None = Field(default=None, ge=1, le=86400)
    thresholds: ThresholdsIn | None = None
    options: dict[str, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict, max_length=20)


class SourceOut(Out):
    """A device bound to a machine."""

    id: UUID
    dialect: str
    base: str
    topics: list[str]
    precedence: int
    is_heard: bool = Field(description="Whether ingest is subscribed to its topics.")


class RunOut(Out):
    """A stretch in one state; `end` is null while it lasts."""

    start: datetime
    end: datetime | None
    state: str = Field(examples=["running"])
    grade: str = Field(examples=["A"], description="A signal, B counter, C decision, X unresolved")
    opened_by: UUID | None = Field(description="The message that began it: /api/v1/messages/{id}")
    counted_seconds: int | None


class BookingOut(Out):
    """A held period on a machine. Another company's has no names."""

    id: UUID
    machine: UUID
    company: UUID | None
    person: UUID | None
    start: datetime
    end: datetime
    state: str = Field(examples=["confirmed"])
    version: int
    purpose: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None


class TakenOut(Out):
    """Booked time on a timeline; whose it is only for those who may know."""

    start: datetime
    end: datetime
    state: str
    booking: UUID | None
    company: UUID | None


class TimelineOut(Out):
    """What happened on a machine in a period."""

    machine: str
    start: datetime
    end: datetime
    runs: list[RunOut]
    bookings: list[TakenOut]


class BookingIn(In):
    """A wish."""

    machine: Slug
    centre: UUID | None = Field(default=None, description="Needed where several centres have the slug.")
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    start: AwareDatetime = Field(examples=["2026-11-24T10:00:00+09:00"])
    end: AwareDatetime = Field(examples=["2026-11-24T12:00:00+09:00"])
    purpose: str = Field(default="", max_length=500)
    override: Reason = Field(default="", description="A manager's reason to pass rules a manager may pass.")

    def period(self) -> Period:
        """The wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class MoveIn(In):
    """Another time for a booking."""

    start: AwareDatetime
    end: AwareDatetime
    override: Reason = ""

    def period(self) -> Period:
        """The wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class EventOut(Out):
    """A step in a booking's life."""

    version: int
    action: str
    actor: UUID | None
    reason: str
    recorded_at: datetime


class BookingDetail(BookingOut):
    """A booking with its history."""

    history: list[EventOut]


class UsageOut(Out):
    """Activity on a machine and whose it was."""

    start: datetime
    end: datetime
    running_seconds: int
    owner: str = Field(examples=["company"], description="company, centre or nobody")
    rule: str = Field(examples=["booking"])
    company: UUID | None
    booking: UUID | None
    flags: list[str]


class DecisionIn(In):
    """A manager's word on whose the activity was that starts in a period; without a company it is the centre's."""

    start: AwareDatetime
    end: AwareDatetime
    company: UUID | None = None
    booking: UUID | None = None
    reason: Reason


class DecisionOut(Out):
    """A decision on record."""

    id: UUID
    kind: str
    start: datetime
    end: datetime
    company: UUID | None
    booking: UUID | None
    reverses: UUID | None
    reason: str
    recorded_at: datetime


class ReverseIn(In):
    """Why a decision is taken back."""

    reason: Reason


class TariffIn(In):
    """A price table: see docs/tariffs.md for its fields."""

    centre: UUID
    tariff: dict[str, Any] = Field(
        examples=[
            {
                "effective_from": "2026-01-01",
                "items": [
                    {
                        "kind": "3d-printer",
                        "rate_per_hour": "3000",
                        "basis": "actual_run",
                        "increment_seconds": 600,
                        "minimum_seconds": 1800,
                    }
                ],
                "discounts": [{"category": "small-manufacturer", "pct": "50"}],
                "document_unit": 10,
            }
        ]
    )


class TariffOut(Out):
    """A price table; in force from its day once published."""

    id: UUID
    centre: UUID
    published_at: datetime | None
    tariff: dict[str, Any]


class StatementIn(In):
    """Whose month to compute."""

    centre: UUID
    company: UUID
    month: MonthText


class ApproveIn(In):
    """What the approving manager accepts though it cannot be settled."""

    accept: list[str] = Field(default_factory=list, max_length=10, examples=[["statement.sequence_gap"]])


class IssueIn(In):
    """How to issue."""

    close_early: bool = Field(default=False, description="Issue although the month still runs.")


class StatementOut(Out):
    """A company's month. `document` is what was computed; issued, it never changes."""

    id: UUID
    centre: UUID
    company: UUID
    month: str
    state: str = Field(examples=["draft"])
    number: str | None = Field(examples=["mullae-202611-0001"])
    total: int = Field(examples=[55000])
    blockers: list[dict[str, Any]]
    document: dict[str, Any]
    document_digest: str
    input_digest: str
    chain_hash: str | None
    approved_at: datetime | None
    issued_at: datetime | None


class PreviewOut(Out):
    """What a month comes to so far; nothing is kept."""

    total: int
    blockers: list[dict[str, Any]]
    document: dict[str, Any]
    document_digest: str


class MeaningOut(Out):
    """One fact that a message was understood as."""

    channel: str
    event_time: datetime
    time_rule: str = Field(description="device, received, skewed or retained")
    value: str | float | None


class MessageOut(Out):
    """A message as the machine sent it."""

    id: UUID
    topic: str
    payload: str = Field(description="As text; bytes that are none are shown as escapes.")
    qos: int
    retained: bool
    received_at: datetime
    meaning: list[MeaningOut]


class QuarantinedOut(Out):
    """A cause for which messages were set aside, with one example."""

    id: UUID
    source: UUID | None
    reason: str
    detail: str
    topic: str
    payload: str
    occurrences: int
    first_at: datetime
    last_at: datetime


class JobOut(Out):
    """When a job last ran and how it ended."""

    job: str
    slot: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str = Field(examples=["done"])
    detail: str


class NoticeOut(Out):
    """Something you were told."""

    id: UUID
    kind: str = Field(examples=["booking.confirmed"])
    data: dict[str, Any]
    created_at: datetime


class PartOut(Out):
    """One thing that the service needs."""

    name: str
    is_ready: bool
    detail: str


class Readiness(Out):
    """Whether everything that the service needs is there."""

    is_ready: bool
    parts: list[PartOut]


def period_of(start: datetime, end: datetime) -> Period:
    """A period from two instants; Invalid where it ends before it starts."""
    if start >= end:
        raise Invalid("It must end after it starts", field="end")
    return Period(start, end)
