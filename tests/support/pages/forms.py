"""The fields of the pages' forms, and what a form that is filled in sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from tests.support.api.access import PLAIN, TARIFF, TODAY, TOMORROW
from tests.support.world import PASSWORD


def required(route: APIRoute) -> Iterator[str]:
    """Yield the names of a form's fields, those of a form's model too."""
    for dependant in (route.dependant, *route.dependant.dependencies):
        for field in dependant.body_params:
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from (n for n, f in kind.model_fields.items() if f.is_required())
            elif field.field_info.is_required():
                yield field.name


def value_of(name: str, ids: Mapping[str, str]) -> Any:
    """Return a value for a field that has the name, of the thing that is asked for where it has
    one.
    """
    if name == "machine":
        # A page names a machine by its slug, the API by its id.
        return ids["slug"]
    return PLAIN_FORM.get(name) or ids.get(name) or PLAIN.get(name, "x")


WORKED: Mapping[str, str] = {"start": "2026-01-05T10:00", "minutes": "10"}
PLAIN_FORM: Mapping[str, Any] = {
    "email": "new@x.example",
    "password": PASSWORD,
    "old": PASSWORD,
    "new": "seven quiet lathes hum",
    "version": "1",
    "asked": "1",
    "booker_parts": "1",
    "seats": "2",
    "parts": "1",
    "minutes": "60",
    "quantity": "1",
    "amount": "1000",
    "day": "2027-03-03",
    "code": "cnc-basic",
    "category": "general",
    "kind": "maintenance",
    "start": (TOMORROW + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
    "end": (TOMORROW + timedelta(days=2, hours=1)).strftime("%Y-%m-%dT%H:%M"),
}
TARIFF_FORM = {
    "effective_from": TARIFF["effective_from"],
    "items.0.kind": "mill",
    "items.0.rate_per_hour": "1",
    "items.0.basis": "booked",
}
#: What is sent to the forms that want more than their required fields, or other values.
FORMS: Mapping[str, Any] = {
    "POST /centre/staff": lambda _: {"role": "technician"},
    "POST /centre/programs": lambda _: {"purpose": "money"},
    "POST /centre/programs/{program_id}": lambda _: {"do": "renew"},
    "POST /agency/budgets": lambda ids: {
        "centre": ids["centre"],
        "programme": "바우처",
        "year": "2026",
        "amount": "1",
    },
    "POST /companies": lambda _: {"registration_number": "1208147521"},
    "POST /consents/{consent_id}": lambda _: {"do": "give"},
    "POST /invitations/{offer_id}": lambda _: {"do": "accept"},
    "POST /accounts/{person}": lambda ids: {
        "do": "factors",
        "reason": "시험",
        "person": ids["person"],
    },
    "POST /account/end": lambda ids: {"credential": ids["credential_id"]},
    "POST /account/passkeys/remove": lambda _: {"passkey": "00"},
    "POST /limits": lambda _: {
        "name": "온도",
        "channel": "temperature",
        "side": "above",
        "bound": "-18",
    },
    "POST /limit-alarms/{alarm_id}/acknowledge": lambda _: {"words": "시험"},
    "POST /checklists": lambda _: {"moment": "after", "questions": "소독?"},
    "POST /machines/{slug}/checklists/{moment}": lambda ids: {
        "booking": ids["booking_id"],
        "answer-0": "good",
    },
    "POST /account/language": lambda _: {"language": "en"},
    # The keys of RFC 8291's example.
    "POST /account/push": lambda _: {
        "endpoint": "https://push.example/x",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkN"
        "toIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    # Nobody's browser.
    "POST /account/push/remove": lambda _: {"browser": "00000000-0000-7000-8000-000000000000"},
    "POST /machines/{slug}/favourite": lambda _: {"is_favourite": "true"},
    "POST /machines/{slug}/book": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    # Nobody is named, so that whoever may ask is refused for the values alone.
    "POST /bookings/{booking_id}/cost-shares": lambda _: {"number": " "},
    "POST /technicians": lambda ids: {"person": ids["technician_id"]},
    "POST /machines/{slug}/apply": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    "POST /machines/{slug}/wait": lambda ids: {
        "key": "0" * 32,
        "company": ids["company"],
        "person_name": "김 전화",
    },
    "POST /statements/{statement_id}/objections": lambda ids: {
        "line": ids["line"],
        "category": "time",
    },
    "POST /objections/{objection_id}": lambda _: {"accept": "true"},
    "POST /statements/{statement_id}/naming-corrections": lambda _: {"digest": "0" * 64},
    "POST /statements/{statement_id}/decisions": lambda ids: {"line": ids["line"], "kind": "waive"},
    "POST /statements/{statement_id}/prints": lambda ids: {"code": "pla", "message": ids["print"]},
    "POST /month/close": lambda _: {"count": "0", "total": "0"},
    "POST /month/one": lambda ids: {"statement": ids["statement_id"], "do": "approve"},
    "POST /tariffs": lambda _: TARIFF_FORM,
    "POST /tariffs/{tariff_id}": lambda _: TARIFF_FORM,
    "POST /rules/{name}": lambda _: {"level": "centre", "value": "5"},
    "POST /holidays": lambda _: {"is_holiday": "true"},
    "POST /register": lambda _: {
        "slug": "lathe-9",
        "kind": "lathe",
        "name_ko": "선반",
        "observed": "ledger",
    },
    "POST /register-columns": lambda _: {"heading": "장비명", "field": "name_ko"},
    "POST /companies/{company_id}/payer": lambda _: {"kind": "business"},
    "POST /receivables/{company_id}/transfers": lambda _: {"paid_on": "2026-01-05"},
    "POST /receivables/{company_id}/credit-order": lambda _: {
        "is_automatic": "false",
        "asked": "paper",
    },
    "POST /receivables/{company_id}/refunds": lambda _: {"paid_on": "2026-01-05", "note": "x"},
    "POST /receivables/{company_id}/set-off": lambda ids: {"statement": ids["statement_id"]},
    "POST /receivables/{company_id}/take-back": lambda ids: {
        "transfer": ids["transfer_id"],
        "reason": "시험",
    },
    "POST /claims/{claim_id}/payments": lambda _: {"paid_on": "2026-01-05"},
    "POST /claims/{claim_id}/take-back": lambda ids: {
        "payment": ids["claim_payment_id"],
        "reason": "시험",
    },
    "POST /reports/satisfaction": lambda _: {
        "ko": ["하나?", "둘?", "셋?"],
        "en": ["One?", "Two?", "Three?"],
        "pause_days": "30",
    },
    "POST /reports/survey": lambda _: {"year": "2026"},
    "POST /companies/{company_id}/profile": lambda _: {
        "since": "2026-01-01",
        "workers": "3",
        "consent": "paper",
    },
    "POST /statements/{statement_id}/cash-receipts": lambda _: {
        "approval": "A12345678",
        "amount": "1000",
        "issued_on": "2026-01-01",
    },
    "POST /upkeep": lambda ids: {
        "machine": ids["slug"],
        "kind": "repair",
        "start": "2026-01-05T10:00",
        "end": "2026-01-05T11:00",
        "description": "소음",
        "action": "베어링 교체",
        "repairer": "한국정비",
    },
    "POST /upkeep/{upkeep_id}/take-back": lambda _: {"reason": "시험"},
    "POST /ledger/observed": lambda _: {"observed": "neither", "since": "2026-02-01"},
    "POST /ledger/table": lambda _: {"text": "장비,시작,종료,사유\nbench,,,", "do": "preview"},
    "POST /equipment": lambda _: {"slug": "probe", "units": "3"},
    "POST /equipment/needs": lambda ids: {"machine": ids["slug"], "any_of": "probe"},
    "POST /equipment/needs/remove": lambda ids: {"need": ids["company"]},
    "POST /approvals/import": lambda _: {
        "text": "승인번호,작성일자,공급받는자사업자등록번호,공급가액,세액\n1,2026-01-05,1,1,1"
    },
    "POST /bank/import": lambda _: {"text": "거래일,보낸분,입금액\n2026-01-06,시험,1"},
    "POST /bank/{bank_entry_id}/link": lambda ids: {"transfer": ids["transfer_id"]},
    "POST /company-import": lambda _: {"text": "사업자번호\n1", "since": "2026-01-01"},
    "POST /courses": lambda _: {"seats": "5"},
    "POST /storage": lambda ids: {
        "unit": ids["unit"],
        "company": ids["company"],
        "good": "box-day",
        "units": "1",
        "moved_on": TODAY,
    },
    "POST /storage/{lot_id}/moves": lambda _: {"do": "in", "units": "1", "moved_on": TODAY},
    "POST /storage/{lot_id}/take-back": lambda ids: {"move": ids["lot_move_id"]},
    "POST /tenancies": lambda ids: {
        "unit": ids["unit"],
        "company": ids["company"],
        "since": "2026-06-01",
        "last_day": "2026-06-30",
        "rent": "1000",
    },
    "POST /tenancies/{tenancy_id}/end": lambda _: {"last_day": "2026-02-27", "notice_on": ""},
    "POST /tenancies/{tenancy_id}/deposits": lambda _: {
        "kind": "received",
        "amount": "1000",
        "paid_on": "2026-02-01",
    },
    "POST /tenancies/{tenancy_id}/deposits/take-back": lambda ids: {"deposit": ids["deposit_id"]},
    "POST /tenancies/{tenancy_id}/renewal": lambda _: {"last_day": "2026-03-31", "rent": "1000"},
    "POST /counters": lambda ids: {
        "machine": ids["slug"],
        "company": ids["company"],
        "good": "box-day",
        "counter": "mono",
        "start": "2026-02-02T10:00",
        "reading": "1",
    },
    "POST /counters/{counter_use_id}/end": lambda _: {
        "end": "2026-02-02T11:00",
        "end_reading": "2",
    },
    "POST /guidance": lambda ids: {"kind": "guidance", "company": ids["company"]},
    "POST /guidance/contacts": lambda _: {"kind": "counselling", **WORKED},
    "POST /guidance/{guidance_id}/finish": lambda _: WORKED,
    "POST /tenancies/terms": lambda _: {"notice_days": "30"},
    "POST /commissions": lambda ids: {"company": ids["company"]},
    "POST /commissions/{commission_id}/samples/{commission_sample_id}": lambda _: {
        "outcome": "returned"
    },
    "POST /commissions/{commission_id}/quote": lambda _: {"due_on": "2026-02-02"},
    "POST /commissions/{commission_id}/receive": lambda _: {"due_on": "2026-02-02"},
    "POST /course-waiting/{course_entry_id}": lambda _: {"do": "leave"},
    "POST /courses/{course_id}/places/{person}": lambda _: {"do": "came"},
    "POST /machines/{slug}/sources/{source_id}/power": lambda _: {
        "run_above": "60",
        "idle_below": "20",
    },
    "POST /inbox/{device_id}": lambda ids: {
        "dialect": "octoprint",
        "base": "nobody/knows",
        "machine": ids["slug"],
    },
    "POST /inbox/{device_id}/try": lambda _: {"dialect": "octoprint", "base": "nobody/knows"},
    "POST /inbox/{device_id}/understood": lambda _: {
        "dialect": "octoprint",
        "base": "nobody/knows",
    },
    "POST /joining/{request_id}": lambda _: {"do": "decline", "reason": "시험"},
    "POST /bookings/{booking_id}/extend": lambda _: {
        "end": (TOMORROW + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    },
}
