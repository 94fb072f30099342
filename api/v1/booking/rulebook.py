"""The rule book: what is in force and where it comes from; who is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import rulebook_schemas as schemas
from api.v1.machine_names import InCentre, MachineInPath, chosen, find_machine, slugs
from api.v1.schemas import Accepted, Instant
from gadong.billing.services.prices import backdated_rules, cancellation_terms
from gadong.booking.domain.rules.limits import Contradiction
from gadong.booking.domain.rules.rulebook import contradicting
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.texts.refusals import sentences

router = APIRouter(tags=["policy"])


@router.get("/machines/{machine}/policy")
def machine_policy(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
    company: Annotated[
        UUID | None, Query(description="The company with the tier; default: your only company.")
    ] = None,
    at: Annotated[Instant | None, Query(description="Default: now.")] = None,
) -> paging.Page[schemas.StandingOut]:
    """List every parameter's value on a machine for a company, the level it comes from, and the
    values that it contradicts.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    whose = CompanyId(company) if company else next(iter(who.companies), None)
    whose = whose if company or len(who.companies) == 1 else None
    found = rulebook.standing(pool, who, machine, company=whose, at=at or datetime.now(UTC))
    pairs = [
        *contradicting(found),
        *(
            Contradiction(
                text=sentences(one.problem)[1], parameters=frozenset({cancellation_terms.FREE})
            )
            for one in cancellation_terms.standing(
                pool, who, machine.centre_id, at=at or datetime.now(UTC)
            )
            if one.machine.id == machine.id and one.tier is None
        ),
    ]
    return paging.whole(
        [
            schemas.StandingOut(
                parameter=name,
                unit=standing.parameter.unit,
                value=standing.value,
                level=standing.setting.level if standing.setting else "default",
                effective_from=standing.setting.effective_from if standing.setting else None,
                reason=standing.setting.reason if standing.setting else "",
                contradictions=[
                    schemas.ContradictionOut(parameters=sorted(pair.parameters), text=pair.text)
                    for pair in pairs
                    if name in pair.parameters
                ],
            )
            for name, standing in found.items()
        ]
    )


@router.get("/centres/{centre}/policy")
def list_settings(
    centre: UUID,
    who: Who,
    pool: Connections,
    parameter: Annotated[str, Query(max_length=60, examples=["longest_minutes"])],
) -> paging.Page[schemas.SettingOut]:
    """List a parameter's settings that concern a centre, the latest first; for managers."""
    found = rulebook.said(pool, who, CentreId(centre), parameter)
    names = slugs(pool, [s.machine_id for s in found])
    return paging.whole(
        [
            schemas.SettingOut(
                value=s.value,
                level=s.level,
                kind=s.kind,
                machine=s.machine_id,
                machine_slug=names[s.machine_id] if s.machine_id else None,
                tier=s.tier,
                effective_from=s.effective_from,
                recorded_at=s.recorded_at,
                reason=s.reason,
            )
            for s in found
        ]
    )


@router.put("/policy", status_code=204)
def set_policy(
    body: schemas.PolicyIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> None:
    """Set parameters at a level from an instant on.

    For managers, and for the installation its administrators. Refused with
    `policy.changes_issued` for each issued statement that they would change, until that is
    accepted.
    """
    centre = CentreId(body.centre) if body.centre else None
    machine = chosen(pool, who, body.machine, body.machine_slug, centre)
    now = datetime.now(UTC)
    backdated_rules.change_parameters(
        pool,
        who,
        Level(centre=centre, kind=body.kind, machine=machine, tier=body.tier),
        body.values,
        effective_from=body.effective_from or now,
        reason=body.reason,
        now=now,
        is_accepted=accept,
    )


@router.post("/centres/{centre}/stops", status_code=204)
def stop_booking_of(centre: UUID, body: schemas.StopIn, who: Who, pool: Connections) -> None:
    """Stop a person or a company from booking until an instant, or lift the stop; for managers."""
    rulebook.stop(
        pool,
        who,
        CentreId(centre),
        company=CompanyId(body.company) if body.company else None,
        person=PersonId(body.person) if body.person else None,
        until=body.until,
        reason=body.reason,
        now=datetime.now(UTC),
    )
