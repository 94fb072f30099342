"""Monthly applications, their rounds, and the verification of a draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.errors import told
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.applications import applications_schemas as schemas
from api.v1.booking.booking_requests import booking_request, company_of
from api.v1.machine_names import OfMachine, OfMachineSlug, chosen, needed, slugs
from api.v1.schemas import BrokenRule, FreePeriod
from gadong.booking.domain.applications.draw import ApplicationState, MonthlyApplication, Round
from gadong.booking.domain.applications.kept_problem import problem_of
from gadong.booking.services.applications import applications, rounds
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, MachineId
from gadong.people.services import accounts

router = APIRouter(tags=["bookings"])

Names = Mapping[MachineId, str]


@router.get("/monthly-applications")
def list_monthly_applications(
    who: Who,
    pool: Connections,
    *,
    state: Annotated[ApplicationState | None, Query(description="Of this state.")] = None,
    company: Annotated[UUID | None, Query(description="Of which company.")] = None,
    centre: Annotated[UUID | None, Query(description="Where the machine is.")] = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
) -> paging.Page[schemas.ApplicationOut]:
    """List the applications of your companies, or of the centres you manage, the latest first."""
    on = chosen(pool, who, machine, machine_slug, centre)
    found = [
        a
        for a in applications.page(pool, who, state=state)
        if company in {None, a.company_id}
        and centre in {None, a.centre_id}
        and (on is None or a.machine_id == on.id)
    ]
    return paging.whole(_applications(pool, who, found))


@router.post("/monthly-applications", status_code=201)
def apply_for_time(
    body: schemas.ApplicationIn, who: Who, pool: Connections
) -> schemas.ApplicationOut:
    """Apply for a period of next month on a machine, while its window is open."""
    machine = needed(pool, who, body.machine, body.machine_slug, body.centre)
    wanted = booking_request(
        pool,
        who,
        machine,
        company=company_of(who, body.company),
        person=body.person,
        contact=body.person_name or "",
        contact_phone=body.person_phone,
        period=body.period(),
        purpose=body.purpose,
        answers=body.answers,
        usage_mode=body.usage_mode,
        equipment=body.equipment,
        seats=body.seats,
        pledge=body.pledge,
    )
    made = applications.apply(pool, who, wanted, now=datetime.now(UTC))
    return _applications(pool, who, [made])[0]


@router.get("/monthly-applications/{application_id}")
def get_monthly_application(
    application_id: UUID, who: Who, pool: Connections
) -> schemas.ApplicationOut:
    """Return an application with its answer."""
    found = applications.find(pool, who, application_id)
    return _applications(pool, who, [found])[0]


@router.post("/monthly-applications/{application_id}/withdraw")
def withdraw_monthly_application(
    application_id: UUID, who: Who, pool: Connections
) -> schemas.ApplicationOut:
    """Withdraw an application before its draw."""
    found = applications.withdraw(pool, who, application_id)
    return _applications(pool, who, [found])[0]


@router.get("/centres/{centre}/application-rounds")
def list_application_rounds(
    centre: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.RoundOut]:
    """List a centre's rounds of applications, the latest month first."""
    found = rounds.of_centre(pool, who, CentreId(centre))
    names = slugs(pool, [r.machine_id for r in found])
    return paging.whole([_round(r, names) for r in found])


@router.get("/application-rounds/{round_id}")
def get_application_round(round_id: UUID, who: Who, pool: Connections) -> schemas.RoundOut:
    """Return a round: its window, the digest of its seed, and the seed once it was drawn."""
    found = rounds.find(pool, who, round_id)
    return _round(found, slugs(pool, [found.machine_id]))


@router.get("/application-rounds/{round_id}/verification")
def verify_application_round(
    round_id: UUID, who: Who, pool: Connections
) -> schemas.DrawVerificationOut:
    """Repeat a draw from its seed and its applications, and say whether it holds."""
    found = rounds.verify(pool, who, round_id)
    names = slugs(pool, [found.round.machine_id])
    return schemas.DrawVerificationOut(
        verdict="holds" if found.holds else "differs",
        differences=[
            schemas.DrawDifferenceOut.model_validate(d, from_attributes=True)
            for d in found.differences
        ],
        round=_round(found.round, names),
        applications=_applications(pool, who, found.applications),
    )


def _applications(
    pool: Pool, who: Caller, found: Sequence[MonthlyApplication]
) -> list[schemas.ApplicationOut]:
    """Return applications as they are shown, with instants on the clocks of their centres."""
    names = slugs(pool, [a.machine_id for a in found])
    zones = {c.id: c.zone_name for c in accounts.centres(pool, who)}
    return [_application(a, names, zones.get(a.centre_id, "UTC")) for a in found]


def _application(one: MonthlyApplication, names: Names, zone: str) -> schemas.ApplicationOut:
    return schemas.ApplicationOut(
        id=one.id,
        round=one.round_id,
        machine=one.machine_id,
        machine_slug=names[one.machine_id],
        centre=one.centre_id,
        company=one.company_id,
        person=one.person_id,
        start=one.period.start,
        end=one.period.end,
        applied_at=one.applied_at,
        state=one.state,
        purpose=one.purpose,
        answers=dict(one.answers),
        usage_mode=one.usage_mode,
        equipment=list(one.equipment),
        seats=one.seats,
        rank=one.rank,
        minutes=one.minutes,
        place=one.place,
        booking=one.booking_id,
        problems=[BrokenRule(**told(problem_of(p, zone))) for p in one.problems],
        alternatives=[FreePeriod.model_validate(slot) for slot in one.alternatives],
        may_wait=one.may_wait,
    )


def _round(one: Round, names: Names) -> schemas.RoundOut:
    return schemas.RoundOut(
        id=one.id,
        machine=one.machine_id,
        machine_slug=names[one.machine_id],
        centre=one.centre_id,
        month=str(one.month),
        opens=one.period.start,
        closes=one.period.end,
        ordering=list(one.ordering),
        seed_digest=one.seed_digest.hex(),
        committed_at=one.committed_at,
        seed=one.seed.hex() if one.seed else None,
        drawn_at=one.drawn_at,
    )
