"""Texts of the pages: English in templates, Korean in the catalogue; forms of money and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.pages.frame.english_parts import english
from api.pages.frame.labels.money_subjects import MONEY_SUBJECTS
from gadong.billing.domain.objection import Objected
from gadong.billing.domain.statement import StatementState
from gadong.booking.domain.booking import Action, BookingState
from gadong.core.domain.access import Role
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed
from gadong.metering.domain.job import Result
from gadong.people.domain.agreement import AgreementKind
from gadong.texts.catalogue import (
    FURTHER,
    LOCALES,
    TAGS,
    Language,
    paper_language,
    sentences_in,
    translated,
    with_particles,
)
from gadong.texts.pages import HOURS, MINUTES, MONEY, SECONDS, WEEKDAYS, day_in_words, grouped

#: Labels of domain values. Each state has a mark too, because colour alone says nothing.
STATES: Mapping[State, tuple[str, str]] = {
    State.RUNNING: ("▶", "running"),
    State.PAUSED: ("‖", "paused"),
    State.SETUP: ("⚙", "set-up"),
    State.IDLE: ("○", "idle"),
    State.OFF: ("⏻", "off"),
    State.FAULT: ("✕", "fault"),
    State.UNKNOWN: ("?", "unknown"),
}
AGREEMENTS: Mapping[AgreementKind, str] = {
    AgreementKind.TERMS: "terms of use",
    AgreementKind.PRIVACY: "privacy notice",
}
RESULTS: Mapping[Result, str] = {
    Result.DONE: "It is done.",
    Result.FAILED: "It failed.",
    Result.CANCELLED: "It was called off.",
}
BOOKINGS: Mapping[BookingState, str] = {
    BookingState.OFFERED: "offered",
    BookingState.PENDING: "waits for approval",
    BookingState.CONFIRMED: "confirmed",
    BookingState.CHECKED_IN: "checked in",
    BookingState.IN_USE: "in use",
    BookingState.COMPLETED: "completed",
    BookingState.CANCELLED: "cancelled",
    BookingState.DECLINED: "declined",
    BookingState.EXPIRED: "lapsed",
    BookingState.RELEASED: "taken back",
    BookingState.NO_SHOW: "no-show",
}
OBSERVED: Mapping[Observed, str] = {
    Observed.SIGNAL: "by its signals",
    Observed.LEDGER: "by the ledger",
    Observed.NEITHER: "by its bookings alone",
}
USAGE_MODES: Mapping[UsageMode, str] = {
    UsageMode.SELF: "run by yourselves",
    UsageMode.ASSISTED: "with the centre's operator",
    UsageMode.COMMISSIONED: "done for you by the centre",
}
#: Labels of the steps of a booking.
STEPS: Mapping[str, str] = {
    "request": "asked for",
    "offer": "offered from the waiting list",
    Action.ACCEPT: "taken",
    Action.SUBMIT: "taken, and asked for",
    Action.APPROVE: "approved",
    Action.DECLINE: "declined",
    Action.LOSE: "lost to another request",
    Action.EXPIRE: "lapsed",
    Action.MOVE: "moved",
    Action.RESUBMIT: "asked for again",
    Action.REVERT: "the change not approved, kept as it was",
    Action.EDIT: "changed",
    Action.EXTEND: "extended",
    Action.ASSIGN: "given another technician",
    Action.TRANSFER: "handed over",
    Action.CANCEL: "cancelled",
    Action.RELEASE: "taken back",
    Action.MISS: "nobody came",
    Action.CHECK_IN: "checked in",
    Action.BEGIN: "began",
    Action.CHECK_OUT: "checked out",
    Action.CLOSE: "ended",
}
STATEMENTS: Mapping[StatementState, str] = {
    StatementState.DRAFT: "draft",
    StatementState.CHECKING: "being checked",
    StatementState.APPROVED: "approved",
    StatementState.ISSUED: "issued",
    StatementState.VOID: "void",
}
ROLES: Mapping[Role, str] = {
    Role.MANAGER: "manager",
    Role.TECHNICIAN: "technician",
    Role.ACCOUNTANT: "accountant",
    Role.AUDITOR: "auditor",
    Role.KIOSK: "wall board",
    Role.AGENCY: "agency (figures alone)",
}
ABOUT: Mapping[str, str] = {  # labels of the audit's subjects, by table
    "centres": "centre",
    "opening_weeks": "opening hours",
    "centre_contacts": "centre's address and desk",
    "centre_names": "centre's name",
    "centre_staff": "role at the centre",
    "companies": "company",
    "company_people": "company's person",
    "company_columns": "columns of a table of companies",
    "company_categories": "company's category",
    "survey_snapshots": "kept survey of firms",
    "company_profiles": "what a firm said of itself",
    "company_extras": "proof of a discount",
    "people": "person",
    "qualifications": "qualification",
    "agreements": "terms or privacy notice",
    "agreement_acceptances": "acceptance of terms",
    "calls": "call for the staff",
    "application_rounds": "draw of a month's applications",
    "channel_limits": "limit on readings",
    "checklist_answers": "answered checklist",
    "checklists": "checklist",
    "limit_alarms": "alarm of a limit",
    "monthly_applications": "application for a month",
    "courses": "training to be held",
    "course_places": "place at a training",
    "guidance": "guidance of a firm",
    "units": "unit that is let",
    "deposits": "deposit of a tenant",
    **dict.fromkeys(("storage_lots", "storage_moves"), "stored goods"),
    "tenancies": "tenancy",
    **dict.fromkeys(("tenancy_ends", "tenancy_reminders", "tenancy_terms"), "end of a tenancy"),
    **dict.fromkeys(("commissions", "commission_items", "commission_terms"), "commissioned work"),
    "commission_assignments": "people on commissioned work",
    "trainings": "training by its code",
    "equipment_reminders": "reminder of a machine that falls due",
    "party_profiles": "who is on documents",
    "payers": "kind of payer and its receipts",
    "cash_receipts": "cash receipt",
    "upkeep_entries": "maintenance entry",
    "upkeep_reversals": "maintenance entry taken back",
    "bank_accounts": "where companies pay",
    "accepted_terms": "accepted terms",
    "pledges": "pledge",
    "machines": "machine",
    "sources": "bound device",
    "source_settings": "how a device is read",
    "interlocks": "interlock",
    "interlock_holds": "hold of an interlock",
    "closures": "closure",
    "closure_changes": "changed closure",
    "equipment": "counted equipment",
    "equipment_needs": "equipment that a machine needs",
    "technicians": "technician's skills and shifts",
    "technician_absences": "technician's absence",
    "phone_numbers": "person's telephone number",
    "text_accounts": "account for text messages",
    "policy_settings": "rule",
    "stops": "stop",
    "holidays": "holiday",
    "tariffs": "tariff",
    "month_locks": "locked month",
    "booking_shares": "share of a booking's cost",
    "booking_share_answers": "answer about a share of a booking's cost",
    "bookings": "booking",
    "decisions": "decision",
    "statements": "statement",
    "statement_voids": "voided statement",
    "corrections": "correction",
    "programme_budgets": "budget of a programme",
    "programme_claims": "claim on a programme",
    "programme_claim_documents": "document on a claim",
    **MONEY_SUBJECTS,
    "archived_months": "month moved into files",
    "withdrawals": "company's consent taken back",
    "satisfaction_questionnaires": "questions about satisfaction",
    "entries": "entry",
    "objections": "objection",
    "objection_answers": "answer to an objection",
    "webhooks": "webhook",
    "credentials": "session or token",
    "feeds": "calendar feed",
    "device_accounts": "device's account",
    "refusals": "refused attempt of a device",
    "second_factors": "one-time codes",
    "passkeys": "passkey",
    "identities": "account at the login provider",
    "set_aside": "what was set aside",
    "audit_entries": "this record",
    "join_requests": "request to be served",
    "recovery_codes": "recovery code",
    "recovery_links": "mailed way in",
    "machine_settings": "setting of a machine",
    "opening_hours": "opening hours",
    "check_ins": "check-in",
    "device_secrets": "device's access code",
    "consents": "request for a company's consent",
    "membership_offers": "invitation of an account",
    "entered_people": "who entered a person",
    "source_beginnings": "from when a device's words count",
    "machine_observations": "how a machine is observed",
    "logged_uses": "ledger entry",
    "logged_samples": "samples of an entry",
    "register_entries": "entry of the machine register",
    "register_columns": "columns of the register's table",
}
ACTS: Mapping[str, str] = {
    "made": "made",
    "changed": "changed",
    "removed": "removed",
    "read": "read",
    "refused": "refused",
    "sealed": "sealed",
}
OBJECTIONS: Mapping[Objected, str] = {
    Objected.TIME: "the time",
    Objected.NOT_OURS: "it was not us",
    Objected.FAULT: "the machine failed",
    Objected.ATTENDED: "we were there",
    Objected.PRICE: "the price",
    Objected.OTHER: "something else",
}


@dataclass(frozen=True, slots=True)
class Words:
    """One language, on a centre's clock."""

    language: Language
    zone: ZoneInfo

    def say(self, text: str, /, **figures: object) -> str:
        """Return the text in the language, its figures filled in; English without a translation.

        A template may continue a text on its next line. A test finds missing translations.
        """
        text = " ".join(text.split()) if "\n" in text else text
        if self.language == "en":
            return text.format(**figures) if figures else text
        chosen = sentences_in(self.language).get(text, text)
        return with_particles(chosen.format(**figures)) if figures else chosen

    def marked(self, text: str, /, **figures: object) -> str:
        """Return the text as `say` does, marked where it is English for want of a translation."""
        said = self.say(text, **figures)
        one_line = " ".join(text.split())
        is_said = self.language not in FURTHER or one_line in sentences_in(self.language)
        return said if is_said else english(said)

    def either(self, korean: str, in_english: str) -> str:
        """Return the text of the domain in this language."""
        return korean if self.language == "ko" else translated(in_english, self.language)

    @property
    def is_further(self) -> bool:
        """Return whether the language has the booking path, and English for the rest."""
        return self.language in FURTHER

    @property
    def tag(self) -> str:
        """Return the language as `lang` names it."""
        return TAGS[self.language]

    @property
    def locale(self) -> str:
        """Return the locale by which scripts write days and numbers."""
        return LOCALES[self.language]

    @property
    def paper(self) -> str:
        """Return the language of documents for this reader."""
        return paper_language(self.language)

    def won(self, amount: int) -> str:
        """Return an amount of money: 12,300원, or KRW 12,300."""
        digits = grouped(f"{amount:,}", self.language).replace("-", "−")
        return MONEY.say(self.language, {"digits": digits})

    def day(self, at: datetime | date) -> str:
        """Return a day with its weekday: 11/24 (화)."""
        local = at.astimezone(self.zone) if isinstance(at, datetime) else at
        return day_in_words(local, self.language)

    def weekday(self, number: int) -> str:
        """Return the name of a weekday; Monday is 0."""
        return WEEKDAYS[number].say(self.language)

    def number(self, value: float) -> str:
        """Return a measured number, with separators and at most three places."""
        return grouped(f"{value:,.3f}".rstrip("0").rstrip("."), self.language)

    def clock(self, at: datetime) -> str:
        """Return the time of day, in 24 hours, on the centre's clock."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return a day and a time."""
        return f"{self.day(at)} {self.clock(at)}"

    def span(self, period: Period, *, with_year: bool = False) -> str:
        """Return the start and end of a period; the end's day only if it differs."""
        start, end = (i.astimezone(self.zone) for i in (period.start, period.end))
        first = day_in_words(start, self.language, with_year=with_year)
        last = self.clock(period.end) if start.date() == end.date() else self.moment(period.end)
        return f"{first} {self.clock(period.start)}–{last}"

    def past_span(self, period: Period) -> str:
        """Return the start and end of a period with its year, for lists that go back for years."""
        return self.span(period, with_year=True)

    def second(self, at: datetime) -> str:
        """Return a day and a time to the second."""
        return f"{self.day(at)} {at.astimezone(self.zone):%H:%M:%S}"

    def length(self, seconds: float) -> str:
        """Return a duration: 1시간 20분, or 1 h 20 min; below a minute in seconds, and 0 min."""
        hours, rest = divmod(int(seconds) // 60, 60)
        if 0 < seconds < 60:
            return SECONDS.say(self.language, {"count": int(seconds)})
        counts = ((hours, HOURS), (rest, MINUTES))
        parts = [unit.say(self.language, {"count": n}) for n, unit in counts if n]
        return " ".join(parts) or MINUTES.say(self.language, {"count": 0})

    def field(self, at: datetime) -> str:
        """Return a time as an input of type datetime-local holds it."""
        return f"{at.astimezone(self.zone):%Y-%m-%dT%H:%M}"

    @property
    def zone_name(self) -> str:
        """Return the label of the time zone: KST for Seoul."""
        return f"{datetime.now(self.zone):%Z}"
