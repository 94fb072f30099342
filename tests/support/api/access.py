"""A centre with one of everything, the people around it, and bodies for every operation."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from psycopg.rows import DictRow

from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import PersonId, new_id
from gadong.dialects.domain.formats.reading import Recognised
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.services import certificates, ingestion, register
from gadong.metering.services import channel_limits, metering, onboarding
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from gadong.people.store import people
from gadong.reports.services import monthly_reports
from tests.support.api.claims import kept_claim
from tests.support.billing.corrections import difference
from tests.support.billing.prints import PLA
from tests.support.booking.applications import apply
from tests.support.machines.photos import picture
from tests.support.metering.metering import message
from tests.support.world import PASSWORD, World

V1 = "/api/v1"


COOKIE = "__Host-gadong_session"


NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


MONTH = Month.of(NOW, World.ZONE).previous
#: A day after every issued month, which no entry changes without a question.
TODAY = f"{NOW.astimezone(World.ZONE):%Y-%m-%d}"


TOMORROW = NOW + timedelta(days=1)


TARIFF = {
    "effective_from": "2027-01-01",
    "items": [{"kind": "mill", "rate_per_hour": "1", "basis": "booked"}],
}


BOX_DAY = {
    "code": "box-day",
    "name_ko": "상자·일",
    "name_en": "Box-day",
    "measure": "ea",
    "price": "100",
}


@dataclass
class Stage:
    """A centre with one of everything, the people around it, and another centre."""

    world: World
    sessions: dict[str, str] = field(default_factory=dict)
    people: dict[str, PersonId] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def headers(self, role: str) -> dict[str, str]:
        """As whom a call is made."""
        return {"Cookie": f"{COOKIE}={self.sessions[role]}"} if role in self.sessions else {}


#: The certificate of a calibration of the machine.
CERTIFICATE = b"%PDF-1.7\ncertificate\n%%EOF\n"
#: Work on a machine that is over.
WORK = {
    "kind": "repair",
    "start": (NOW - timedelta(hours=3)).isoformat(),
    "end": (NOW - timedelta(hours=2)).isoformat(),
    "description": "소음",
    "action": "베어링 교체",
    "repairer": "한국정비",
}


class Unkept:
    """A pool whose every transaction is rolled back when its work is done."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.conninfo, self.max_size = pool.conninfo, pool.max_size

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        """A connection in a transaction that comes to nothing."""
        with self._pool.connection() as connection, connection.transaction(force_rollback=True):
            yield connection

    def get_stats(self) -> dict[str, int]:
        """Return the pool's own figures."""
        return self._pool.get_stats()


COMPANYS = {"member": "own", "owner": "own", "stranger": "other"}


STAFF = {role.value: role for role in Role}


ROLES = ("nobody", *COMPANYS, *STAFF, "elsewhere", "administrator")


@pytest.fixture
def stage(world: World, client: TestClient, application: FastAPI) -> Iterator[Stage]:
    """Everything, made as its users make it; then nothing is kept any more."""
    made = Stage(world)
    own, other = world.company(), world.company()
    emails: dict[str, str] = {}

    def person(role: str, **what: Any) -> None:
        emails[role] = f"{role}@matrix.example"
        found = members.create_person(
            world.pool, OPERATOR, email=emails[role], name=role, password=PASSWORD, **what
        )
        made.people[role] = found.id

    person("owner", company=own.id)
    person("member", company=own.id)
    person("colleague", company=own.id)
    person("stranger", company=other.id)
    for name, what in STAFF.items():
        person(name, centre=world.centre.id, roles={what})
    elsewhere = World.made(world.pool)
    person("elsewhere", centre=elsewhere.centre.id, roles={Role.MANAGER})
    person("administrator", is_administrator=True)
    for role in ROLES[1:]:
        logged_in = client.post(
            f"{V1}/sessions", json={"email": emails[role], "password": PASSWORD}
        )
        assert logged_in.status_code == 201
        made.sessions[role] = client.cookies[COOKIE]
        client.cookies.clear()
    _furnish(made, client)
    # As the nights keep them. Nothing asked below is kept, and each report of a year would compute
    # all of its months.
    for each in (world, elsewhere):
        monthly_reports.of_year(each.pool, each.manager, each.centre.id, NOW.year, now=NOW)
    kept = application.state.pool
    application.state.pool = Unkept(kept)
    yield made
    application.state.pool = kept


def _furnish(made: Stage, client: TestClient) -> None:
    """One of everything that an address can name."""
    world, ids = made.world, made.ids
    own = world.companies[0]
    manager, member = made.headers("manager"), made.headers("member")

    def post(path: str, body: dict[str, Any], headers: dict[str, str] = manager) -> Any:
        answer = client.post(f"{V1}{path}", json=body, headers=headers)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    world.tariff(goods=[PLA, BOX_DAY])
    machine = world.machine("secret-mill")
    source, relay = (
        world.source(machine),
        world.source(machine, "contact", base=f"{world.centre.slug}/relay"),
    )
    ids |= {
        "centre": str(world.centre.id),
        "company": str(own.id),
        "slug": machine.slug,
        "source_id": str(source.id),
    }
    ids |= {"machine": str(machine.id), "kind": "csv", "person": str(made.people["colleague"])}
    noon = MONTH.period(world.centre.zone).start + timedelta(days=9, hours=12)
    past = world.booked(machine, own, noon)
    words = ((0, "running"), (60, "idle"))
    said = [
        message(source, noon + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in words
    ]
    said.append(message(relay, NOW, Channel.INTERLOCK, "enabled"))
    drew = [
        message(source, noon + timedelta(minutes=m), Channel.FILAMENT_MM, n)
        for m, n in ((1, 0.0), (59, 900.0))
    ]
    said += drew
    ingestion.commit(world.pool, world.centre.id, said, [])
    metering.catch_up(world.pool)
    ids["message_id"], ids["print"] = str(said[0].id), str(drew[-1].id)
    ids["booking_id"] = str(world.booked(machine, own, TOMORROW).id)
    ids["decision_id"] = post(
        "/machines/secret-mill/decisions",
        {
            "start": noon.isoformat(),
            "end": (noon + timedelta(minutes=20)).isoformat(),
            "company": str(own.id),
            "reason": "시험",
        },
    )["id"]
    client.put(
        f"{V1}/machines/secret-mill/interlock",
        json={"source": str(relay.id), "fails": "closed"},
        headers=manager,
    )
    line = {"centre": ids["centre"], "company": ids["company"], "at": past.period.start.isoformat()}
    ids["line_id"] = post("/lines", {**line, "amount": 1000, "reason": "시험"})["id"]
    _settle(made, client, post)
    wish = {"machine_slug": machine.slug, "start": TOMORROW.isoformat(), "minutes": 60}
    wish["end"] = (TOMORROW + timedelta(hours=2)).isoformat()
    ids["entry_id"] = post("/waiting", wish, member)["id"]
    drawn_mill = world.machine("drawn-mill", application_days={"first": 20, "last": 25})
    with transaction(world.pool, SYSTEM) as tx:
        applicant = people.caller(tx, made.people["member"])
    assert applicant is not None
    application = apply(world, drawn_mill, applicant)
    ids |= {"application_id": str(application.id), "round_id": str(application.round_id)}
    ids["feed_id"] = post("/feeds", {"of": "me"}, member)["id"]
    ids["credential_id"] = client.get(f"{V1}/tokens", headers=member).json()["items"][0]["id"]
    ids["tariff_id"] = post("/tariffs", {"centre": ids["centre"], "tariff": TARIFF})["id"]
    hook = {"centre": ids["centre"], "url": "https://erp.example/hook", "kinds": []}
    ids["webhook_id"] = post("/webhooks", hook)["id"]
    texts = {"api_key": "KEY", "secret": "s" * 32, "sender_number": "02-930-2266"}
    path = f"{V1}/centres/{ids['centre']}/text-account"
    assert client.put(path, json=texts, headers=manager).status_code == 204
    asking = {
        "company": "새 회사",
        "registration_number": "1208147521",
        "name": "새 사람",
        "email": "asks@x.example",
    }
    post(f"/centres/{ids['centre']}/join-requests", asking, {})
    ids["request_id"] = client.get(
        f"{V1}/join-requests?centre={ids['centre']}", headers=manager
    ).json()["items"][0]["id"]
    far = made.headers("elsewhere")
    there = client.get(f"{V1}/me", headers=far).json()["centres"][0]["id"]
    number = {"registration_number": own.registration_number, "since": "2026-01-01"}
    post("/companies", {"centre": there, "name": own.name, **number}, far)
    ids["consent_id"] = client.get(f"{V1}/consents", headers=made.headers("owner")).json()["items"][
        0
    ]["id"]
    offer = {
        "email": "member@matrix.example",
        "name": "x",
        "centre": there,
        "roles": ["technician"],
    }
    ids["offer_id"] = post("/invitations", offer, far)["id"]
    soon = {"code": "cnc-basic", "start": TOMORROW.isoformat(), "end": wish["end"], "seats": 9}
    ids["course_id"] = post(f"/centres/{ids['centre']}/courses", soon)["id"]
    theirs = {"company": ids["company"], "person": ids["person"]}
    post(f"/courses/{ids['course_id']}/places", theirs)
    at_course = f"/courses/{ids['course_id']}/waiting"
    ids["course_entry_id"] = post(at_course, {"company": ids["company"]}, member)["id"]
    helped = {"kind": "guidance", "company": ids["company"], "subject": "시험"}
    ids["guidance_id"] = post(f"/centres/{ids['centre']}/guidance", helped, member)["id"]
    counted = {
        "machine_slug": ids["slug"],
        "company": ids["company"],
        "good": BOX_DAY["code"],
        "counter": "colour",
        "start": {"at": "2026-02-02T10:00:00+09:00", "reading": 1},
    }
    ids["counter_use_id"] = post(f"/centres/{ids['centre']}/counter-uses", counted)["id"]
    ids["unit"] = post(f"/centres/{ids['centre']}/units", {"name": "101호"})["id"]
    let = {
        "unit": ids["unit"],
        "company": ids["company"],
        "since": "2026-02-01",
        "last_day": "2026-02-28",
        "rent": 1000,
    }
    ids["tenancy_id"] = post(f"/centres/{ids['centre']}/tenancies", let)["id"]
    goods = {
        "unit": ids["unit"],
        "company": ids["company"],
        "good": BOX_DAY["code"],
        "name": "시험",
        "units": 1,
        "moved_on": TODAY,
    }
    lot = post(f"/centres/{ids['centre']}/storage-lots", goods)
    ids["lot_id"], ids["lot_move_id"] = lot["id"], lot["moves"][0]["id"]
    given = {"kind": "received", "amount": 1000, "paid_on": "2026-02-01"}
    ids["deposit_id"] = post(f"/tenancies/{ids['tenancy_id']}/deposits", given)["id"]
    work = {"company": ids["company"], "subject": "시험"}
    ids["commission_id"] = post(f"/centres/{ids['centre']}/commissions", work, member)["id"]
    drawing = {"name": "도면.pdf", "data": b64encode(CERTIFICATE).decode()}
    offer = {
        "goods": [{"good": BOX_DAY["code"], "quantity": "1"}],
        "due_on": f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}",
    }
    post(f"/commissions/{ids['commission_id']}/quote", offer)
    steps = client.get(f"{V1}/commissions/{ids['commission_id']}/steps", headers=manager).json()
    ids["step_id"] = steps["items"][-1]["id"]
    named = {
        "machine_slug": machine.slug,
        "start": TODAY + "T00:00:00Z",
        "end": TODAY + "T01:00:00Z",
    }
    path = f"/commissions/{ids['commission_id']}/assignments"
    ids["commission_assignment_id"] = post(path, named)["id"]
    path = f"/commissions/{ids['commission_id']}/files"
    ids["commission_file_id"] = post(path, drawing, member)["id"]
    came = {"name": "시료", "condition": "시험", "photo": b64encode(picture()).decode()}
    sample = post(f"/commissions/{ids['commission_id']}/samples", came)
    ids["commission_sample_id"] = sample["id"]
    # Of the other company, so that nothing of the own one's statements is paid.
    sent = {"amount": 1000, "paid_on": "2026-01-05"}
    path = f"/centres/{ids['centre']}/companies/{world.companies[1].id}/transfers"
    ids["transfer_id"] = post(path, sent)["id"]
    bank = f"/centres/{ids['centre']}"
    post(f"{bank}/bank-imports", {"text": "거래일,보낸분,입금액\n2026-01-05,시험,1000"})
    lines = client.get(f"{V1}{bank}/bank-entries", headers=manager).json()["items"]
    ids["bank_entry_id"] = lines[0]["id"]
    erp = {"name": "ERP", "rights": ["money.see"]}
    ids["program_id"] = post(f"/centres/{ids['centre']}/programs", erp)["id"]
    later = {
        "start": (NOW + timedelta(days=40)).isoformat(),
        "end": (NOW + timedelta(days=41)).isoformat(),
    }
    closing = {
        "centre": ids["centre"],
        "machine_slug": "secret-mill",
        "kind": "closed",
        "reason": "시험",
        **later,
    }
    ids["equipment_slug"] = "probe"
    week = [{"weekday": 0, "opens": "09:00:00", "closes": "18:00:00"}]
    ids["technician_id"] = str(made.people["technician"])
    technician = f"/centres/{ids['centre']}/technicians/{ids['technician_id']}"
    client.put(f"{V1}{technician}", json={"kinds": ["mill"], "shifts": week}, headers=manager)
    ids["absence_id"] = post(f"{technician}/absences", later)["id"]
    ids["closure_id"] = post("/closures", closing)["id"]
    bench = world.machine("bench", kind="bench")
    ids["machine_id"] = str(bench.id)
    ids |= {"done_on": "2026-03-02", "file": sha256(CERTIFICATE).hexdigest()}
    calibrated = {"calibrations": [{"done_on": ids["done_on"]}]}
    register.write(world.pool, world.manager, machine.id, calibrated, reason="시험")
    certificates.attach(
        world.pool, world.manager, machine, date(2026, 3, 2), CERTIFICATE, reason="시험"
    )
    post(
        f"/machines/{bench.id}/observations",
        {"observed": "ledger", "since": "2026-01-01T00:00:00+09:00"},
    )
    use = {"machine": str(bench.id), "company": ids["company"], "reason": "시험"}
    use |= {
        "start": (NOW - timedelta(hours=3)).isoformat(),
        "end": (NOW - timedelta(hours=2)).isoformat(),
    }
    ids["logged_use_id"] = post("/logged-uses", use)["id"]
    ids["upkeep_id"] = post(f"/machines/{ids['machine']}/upkeep", WORK)["id"]
    _watch(made, post)
    ids["call_id"] = post("/machines/secret-mill/calls", {"words": "시험"}, member)["id"]
    gateway = {"name": "gateway", "topics": [f"{world.centre.slug}/gateway"]}
    ids["device_kind"] = "tasmota"
    ids["account_id"] = post(f"/centres/{ids['centre']}/device-accounts", gateway)["id"]
    heard = BrokerMessage(
        topic="nobody/knows",
        payload=b"1",
        qos=1,
        retained=False,
        is_repeated=False,
        packet=1,
        received_at=NOW,
    )
    found = {
        ("octoprint", "nobody/knows"): (Recognised(base="nobody/knows", certainty=0.2), [heard], 1)
    }
    onboarding.collect(world.pool, world.centre.id, found)
    with transaction(world.pool, SYSTEM) as tx:
        ids["delivery_id"] = str(new_id())
        tx.execute(
            "insert into deliveries (id, centre_id, channel, kind, address, webhook_id, "
            "subject, body)"
            " values (%s, %s, 'webhook', 'test', 'https://erp.example/hook', %s, '', '{}')",
            [ids["delivery_id"], world.centre.id, ids["webhook_id"]],
        )
        ids["group_id"] = str(new_id())
        tx.execute(
            "insert into quarantine (id, centre_id, digest, topic, payload, reason, detail, "
            "first_at, last_at)"
            " values (%s, %s, %s, 't', '', 'unreadable', '', now(), now())",
            [ids["group_id"], world.centre.id, new_id().bytes],
        )
    ids["device_id"] = client.get(f"{V1}/inbox?centre={ids['centre']}", headers=manager).json()[
        "items"
    ][0]["id"]


def _watch(made: Stage, post: Any) -> None:
    """A limit with an alarm, and a checklist of the booking's machine with its answers."""
    ids, world = made.ids, made.world
    mill = f"/machines/{ids['machine']}"
    limit = {"name": "온도", "channel": "temperature", "side": "above", "bound": -18.0}
    ids["limit_id"] = post(f"{mill}/limits", limit)["id"]
    channel_limits.judge_all(world.pool, now=datetime.now(UTC) + timedelta(hours=1))
    with transaction(world.pool, SYSTEM) as tx:
        (alarm,) = tx.execute("select id from limit_alarms").fetchall()
    ids["alarm_id"] = str(alarm["id"])
    questions = [{"ko": "소독?", "en": "Clean?"}]
    post(f"{mill}/checklists", {"moment": "before", "questions": questions})
    shot = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(shot, "PNG")
    answer = {"is_good": True, "photo": b64encode(shot.getvalue()).decode()}
    sent = {"moment": "before", "booking": ids["booking_id"], "answers": [answer]}
    ids["answer_id"] = post(f"{mill}/checklist-answers", sent, made.headers("member"))["id"]
    ids["question"], ids["moment"] = "0", "before"


def _settle(made: Stage, client: TestClient, post: Any) -> None:
    """An issued statement with a payment, an objection and a correction."""
    world, ids = made.world, made.ids
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=str(MONTH),
    )
    statements.approve(
        world.pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    issued = statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    ids["statement_id"], ids["month"] = str(issued.id), str(MONTH)
    ids["claim_id"] = str(kept_claim(world, issued.id).id)
    came = {"amount": 100, "paid_on": "2026-02-02"}
    ids["claim_payment_id"] = post(f"/programme-claims/{ids['claim_id']}/payments", came)["id"]
    today = datetime.now(world.centre.zone).date().isoformat()
    ids["payment_id"] = post(f"/statements/{issued.id}/payments", {"amount": 10, "paid_on": today})[
        "id"
    ]
    ids["line"] = issued.document["lines"][0]["charge"]["key"]
    objection = {"line": ids["line"], "category": "time", "words": "시험"}
    ids["objection_id"] = post(
        f"/statements/{issued.id}/objections", objection, made.headers("member")
    )["id"]
    at = MONTH.period(world.centre.zone).start + timedelta(days=9, hours=12, minutes=5)
    more = {
        "centre": ids["centre"],
        "company": ids["company"],
        "at": at.isoformat(),
        "amount": 50_000,
    }
    post("/lines", {**more, "reason": "시험"})
    client.headers.update(made.headers("manager"))
    digest = difference(client, issued)["digest"]
    del client.headers["Cookie"]
    made_ = post(f"/statements/{issued.id}/corrections", {"digest": digest, "reason": "시험"})
    ids["correction_id"] = made_["id"]


def bodies(stage: Stage) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Return the request bodies beyond the description's own examples."""
    ids = stage.ids
    start, end = (
        (TOMORROW + timedelta(days=2)).isoformat(),
        (TOMORROW + timedelta(days=2, hours=1)).isoformat(),
    )
    wish = {
        "machine_slug": ids["slug"],
        "centre": ids["centre"],
        "company": ids["company"],
        "start": start,
        "end": end,
    }
    return {
        ("post", "/machines/{machine}/upkeep"): WORK,
        ("post", "/upkeep/{upkeep_id}/reversal"): {"reason": "시험"},
        ("post", "/companies"): {
            "centre": ids["centre"],
            "name": "한솔정밀",
            "registration_number": "1208147521",
            "since": "2026-01-01",
        },
        ("post", "/centres/{centre}/companies/{company}/profiles"): {
            "since": "2026-01-01",
            "workers": 3,
            "consent": "paper",
        },
        ("put", "/centres/{centre}/questionnaire"): {
            "questions": [{"ko": f"{n}?", "en": f"{n}?"} for n in "123"],
            "pause_days": 30,
            "is_asking": True,
        },
        ("post", "/centres/{centre}/companies/{company}/transfers"): {
            "amount": 1000,
            "paid_on": "2026-01-05",
        },
        ("post", "/centres/{centre}/companies/{company}/credit-orders"): {
            "is_automatic": False, "asked": "paper",
        },
        ("post", "/statements/{statement_id}/naming-corrections"): {
            "digest": "0" * 64, "reason": "시험",
        },
        ("post", "/centres/{centre}/approval-imports"): {
            "text": "승인번호,작성일자,공급받는자사업자등록번호,공급가액,세액\n1,2026-01-05,1,1,1",
        },
        ("post", "/centres/{centre}/approval-imports/preview"): {"text": "승인번호"},
        ("post", "/centres/{centre}/bank-imports"): {"text": "거래일,보낸분,입금액\n2026-01-06,시험,1"},
        ("post", "/centres/{centre}/bank-imports/preview"): {"text": "거래일,보낸분,입금액"},
        ("post", "/bank-entries/{bank_entry_id}/link"): {"transfer": ids["transfer_id"]},
        ("post", "/reports/survey/snapshots"): {"centre": ids["centre"], "year": 2026},
        ("post", "/statements/{statement_id}/cash-receipts"): {
            "approval": "A12345678",
            "amount": 1_000,
            "issued_on": "2026-01-01",
        },
        ("post", "/sessions"): {"email": "nobody@nowhere.example", "password": PASSWORD},
        ("post", "/centres/{centre}/device-accounts"): {"name": "x", "topics": ["some/where"]},
        ("post", "/people"): {
            "email": "new@x.example", "name": "새 사람", "password": PASSWORD,
            "company": ids["company"],
        },
        ("post", "/invitations"): {"email": "new@x.example", "name": "새 사람",
            "company": ids["company"]},
        ("put", "/centres/{centre}/staff/{person}"): {"roles": ["technician"]},
        ("put", "/companies/{company}/people/{person}"): {"is_owner": True},
        ("put", "/companies/{company}/people/{person}/phone"): {"phone": ""},
        ("put", "/centres/{centre}/text-account"): {
            "api_key": "KEY", "secret": "s" * 32, "sender_number": "02-930-2266",
        },
        ("post", "/bookings"): {**wish, "person": str(stage.people["colleague"])},
        ("post", "/bookings/series"): {**wish, "every_days": 7, "count": 2},
        ("post", "/bookings/quote"): wish,
        ("post", "/bookings/quotation.pdf"): {
            "wishes": [wish], "valid_until": f"{NOW + timedelta(days=30):%Y-%m-%d}",
        },
        ("post", "/waiting"): {**wish, "minutes": 60, "person": str(stage.people["colleague"])},
        ("post", "/bookings/{booking_id}/transfer"): {"person": str(stage.people["colleague"])},
        ("post", "/slots"): {"centre": ids["centre"], "company": ids["company"],
            "machine_slug": ids["slug"], "minutes": 60},
        ("post", "/bookings/{booking_id}/sister"): {"machine_slug": ids["slug"]},
        ("post", "/bookings/{booking_id}/cost-shares"): {
            "booker_parts": 1, "shares": [{"company": ids["company"], "parts": 1}],
        },
        ("post", "/monthly-applications"): {**wish, "person": str(stage.people["colleague"])},
        ("post", "/feeds"): {"of": "me"},
        ("post", "/machines/{machine}/sources"): {"dialect": "octoprint", "base": "x/y"},
        ("put", "/machines/{machine}/interlock/hold"): {"latch": "as_it_is", "reason": "시험"},
        ("post", "/machines/{machine}/limits"): {
            "name": "온도", "channel": "temperature", "side": "above", "bound": 1.0,
        },
        ("post", "/machines/{machine}/checklists"): {"moment": "after", "questions": []},
        ("post", "/machines/{machine}/checklist-answers"): {
            "moment": "before", "booking": ids["booking_id"], "answers": [{"is_good": True}],
        },
        ("put", "/centres/{centre}/equipment/{equipment_slug}"): {
            "name_ko": "측정 프로브", "name_en": "Probe", "units": 2,
        },
        ("put", "/machines/{machine}/equipment"): {"needs": []},
        ("put", "/courses/{course_id}/teacher"): {"person": None},
        ("post", "/inbox/{device_id}/bind"): {"machine_slug": ids["slug"]},
        ("put", "/centres/{centre}/technicians/{technician_id}"): {"kinds": ["mill"], "shifts": []},
        ("post", "/centres/{centre}/technicians/{technician_id}/absences"): {"start": start,
            "end": end},
        ("post", "/closures"): {
            "centre": ids["centre"], "start": start, "end": end, "kind": "maintenance",
            "reason": "시험",
        },
        ("post", "/closures/preview"): {
            "centre": ids["centre"], "start": start, "end": end, "kind": "maintenance",
            "reason": "시험",
        },
        ("put", "/closures/{closure_id}"): {"start": start, "end": end, "reason": "시험"},
        ("post", "/closures/{closure_id}/preview"): {"start": start, "end": end, "reason": "시험"},
        ("post", "/statements/{statement_id}/objections"): {"line": ids["line"], "category": "time",
            "words": "시험"},
        ("put", "/centres/{centre}/hours"): {
            "since": "2027-01-01", "hours": [{"weekday": 0, "opens": "09:00:00",
                "closes": "18:00:00"}],
        },
        ("put", "/centres/{centre}/name"): {"since": "2027-01-01", "name": "문래"},
        ("put", "/centres/{centre}/zone"): {"zone": "Asia/Tokyo"},
        ("put", "/policy"): {"centre": ids["centre"], "values": {"notice_minutes": 5}},
        ("post", "/machines/{machine}/decisions"): {
            "start": start, "end": end, "company": ids["company"], "reason": "시험",
        },
        ("put", "/tariffs/{tariff_id}"): {"tariff": TARIFF},
        ("post", "/programme-budgets"): {
            "programme": "바우처", "year": 2026, "centres": [ids["centre"]], "amount": 1,
            "reason": "시험",
        },
        ("post", "/centres/{centre}/programme-claims"): {
            "programme": "바우처", "payer": "경남", "first_month": str(MONTH),
            "last_month": str(MONTH), "amount": 1,
        },
        ("post", "/logged-uses"): {
            "machine": ids["machine_id"], "company": ids["company"], "reason": "시험",
            "start": (NOW - timedelta(hours=2)).isoformat(),
            "end": (NOW - timedelta(hours=1)).isoformat(),
        },
        ("post", "/centres/{centre}/company-imports"): {
            "text": "기업명,사업자번호\n가나정밀,214-86-00009", "since": "2026-01-01", "keeps_good": True,
        },
        ("post", "/centres/{centre}/company-imports/preview"): {"text": "사업자번호\n1",
            "since": "2026-01-01"},
        ("post", "/centres/{centre}/use-tables"): {
            "text": "장비,날짜,시작,종료,사유\nbench,2026-02-02,9:00,10:00,시험"
        },
        ("post", "/centres/{centre}/use-tables/preview"): {"text": "장비,시작,종료,사유\nbench,,,"},
        ("put", "/machines/{machine}/register"): {"entry": {"model": "V-1"}, "reason": "시험"},
        ("put", "/machines/{machine}/calibrations/{done_on}/certificate"): {
            "data": b64encode(CERTIFICATE).decode(), "reason": "시험",
        },
        ("put", "/centres/{centre}/register-columns"): {"items": [{"heading": "규격",
            "field": "model"}]},
        ("post", "/machines/{machine}/observations"): {"observed": "signal",
            "since": "2026-02-01T00:00:00+09:00"},
        ("post", "/prints"): {
            "centre": ids["centre"], "company": ids["company"], "month": str(MONTH),
            "message": ids["print"], "code": "pla",
        },
        ("post", "/courses/{course_id}/places"): {"company": ids["company"]},
        ("post", "/centres/{centre}/guidance"): {"kind": "guidance", "company": ids["company"],
            "subject": "시험"},
        ("post", "/centres/{centre}/counter-uses"): {
            "machine_slug": ids["slug"], "company": ids["company"], "good": BOX_DAY["code"],
            "counter": "mono", "start": {"at": "2026-02-02T10:00:00+09:00", "reading": 1},
        },
        ("post", "/counter-uses/{counter_use_id}/end"): {
            "at": "2026-02-02T11:00:00+09:00", "reading": 2,
        },
        ("post", "/counter-uses/{counter_use_id}/take-back"): {"reason": "시험"},
        ("post", "/centres/{centre}/units"): {"name": "102호"},
        ("post", "/centres/{centre}/tenancies"): {"unit": ids["unit"], "company": ids["company"],
            "since": "2026-06-01", "last_day": "2026-06-30", "rent": 1000},
        ("post", "/centres/{centre}/storage-lots"): {"unit": ids["unit"],
            "company": ids["company"], "good": "box-day", "name": "시험", "units": 1,
            "moved_on": TODAY},
        ("post", "/storage-lots/{lot_id}/moves"): {"change": 1, "moved_on": TODAY},
        ("post", "/tenancies/{tenancy_id}/end"): {"last_day": "2026-02-27", "reason": "시험"},
        ("post", "/tenancies/{tenancy_id}/renewal"): {"rent": 1000, "last_day": "2026-03-31"},
        ("post", "/tenancies/{tenancy_id}/deposits"): {"kind": "received", "amount": 1000,
            "paid_on": "2026-02-01"},
        ("post", "/centres/{centre}/guidance-contacts"): {
            "kind": "counselling", "subject": "시험", "expert": "시험", "result": "시험",
            "start": "2026-02-02T10:00:00+09:00", "minutes": 10,
        },
        ("post", "/guidance/{guidance_id}/plan"): {"expert": "시험", "start": start},
        ("post", "/guidance/{guidance_id}/finish"): {
            "expert": "시험", "result": "시험", "start": "2026-02-02T10:00:00+09:00", "minutes": 10,
        },
        ("post", "/centres/{centre}/commissions"): {"company": ids["company"], "subject": "시험"},
        ("post", "/commissions/{commission_id}/files"): {
            "name": "도면.pdf", "data": b64encode(CERTIFICATE).decode(),
        },
        ("post", "/commissions/{commission_id}/reports"): {
            "name": "성적서.pdf", "data": b64encode(CERTIFICATE).decode(),
        },
        ("put", "/centres/{centre}/commission-terms"): {"is_paid_first": True},
        ("put", "/centres/{centre}/tenancy-terms"): {"notice_days": 30},
        ("post", "/commissions/{commission_id}/samples"): {"name": "시료", "condition": "시험"},
        ("post", "/commission-samples/{commission_sample_id}/end"): {
            "outcome": "returned", "words": "시험",
        },
        ("post", "/commissions/{commission_id}/quote"): {"goods": [], "due_on": "2026-02-02"},
        ("post", "/commissions/{commission_id}/accept"): {"words": "시험"},
        ("post", "/commissions/{commission_id}/receive"): {"due_on": "2026-02-02"},
        ("post", "/commissions/{commission_id}/hand-over"): {"recipient": "시험"},
        ("post", "/centres/{centre}/past-courses"): {
            "code": "cnc-basic", "start": "2026-02-02T10:00:00+09:00",
            "end": "2026-02-02T11:00:00+09:00",
            "participants": [{"person": str(stage.people["colleague"]), "company": ids["company"]}],
        },
        ("post", "/centres/{centre}/programs"): {"name": "ERP", "rights": ["report.see"]},
        ("post", "/agreements"): {"kind": "terms", "version": "2026-1", "ko": "시험", "en": "test"},
        ("post", "/webhooks"): {"centre": ids["centre"], "url": "https://erp.example/other",
            "kinds": []},
    }  # fmt: skip


PLAIN: Mapping[str, Any] = {
    "start": TOMORROW.isoformat(),
    "end": (TOMORROW + timedelta(hours=1)).isoformat(),
    "from": TOMORROW.isoformat(),
    "to": (TOMORROW + timedelta(hours=1)).isoformat(),
    "until": TOMORROW.isoformat(),
    "at": NOW.isoformat(),
    "month": str(MONTH),
    "year": "2026",
    "first_month": "2026-01",
    "last_month": "2026-01",
    "reason": "시험",
    "name": "시험",
    "version": "2026-1",
    "code": "cnc-basic",
    "registration_number": "1208147521",
    "since": "2026-01-01",
    "day": date(2027, 3, 3).isoformat(),
    "kind": "mill",
    "unit": "g",
    "category": "general",
    "filters": ["a/#"],
    "approval": "202611014100000000000001",
    "written_on": "2026-10-31",
    "issued_on": "2026-11-05",
    "digest": "0" * 64,
    "is_accepted": True,
    "slug": "brand-new",
    "name_ko": "새것",
    "name_en": "New",
    "words": "시험",
    "amount": 1000,
    "paid_on": NOW.date().isoformat(),
}


def body(
    stage: Stage,
    method: str,
    path: str,
    schema: dict[str, Any],
    own: Mapping[tuple[str, str], dict[str, Any]],
) -> dict[str, Any]:
    """A body that is complete; whether it would also do is not this test's affair."""
    if (method, path) in own:
        return own[method, path]
    found: dict[str, Any] = {}
    wanted = {*schema.get("required", []), *({"company", "centre"} & schema["properties"].keys())}
    for name in sorted(wanted):
        kind = schema["properties"][name].get("type", "string")
        plain = {"integer": 1, "number": 1, "object": {}, "array": [], "boolean": False}.get(kind)
        if name in PLAIN and name not in {"centre", "company", "machine", "person"}:
            found[name] = PLAIN[name]
        elif name in stage.ids:
            found[name] = stage.ids[name]
        else:
            found[name] = plain if plain is not None else stage.ids.get(f"{name}_id", "1")
    return found
