"""Samples of commissioned work: received with a photo, shown, and returned or discarded."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from gadong.commissions.domain.commission import OVER, Commission, need_in_order
from gadong.commissions.domain.commission_sample import (
    MOST_SAMPLES,
    CommissionSample,
    SampleOutcome,
)
from gadong.commissions.services.steps import said, seen, site, worked_on
from gadong.commissions.store import commission_samples
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.services.photos import made_small


@retried
def receive(
    pool: Pool,
    who: Caller,
    commission_id: UUID,
    *,
    name: str,
    condition: str,
    keep_until: date | None = None,
    photo: bytes | None = None,
    at: datetime | None = None,
    now: datetime,
) -> CommissionSample:
    """Receive a sample with the condition in which it came, and a photo of it."""
    small = made_small(photo) if photo else None
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        if found.state in OVER:
            raise Conflict("This commission is over, or not that far", state=found.state.value)
        came = at or now
        need_in_order(came, last=found.requested_at, now=now)
        if len(commission_samples.of_commission(tx, found.id)) >= MOST_SAMPLES:
            raise Conflict(f"A commission has at most {MOST_SAMPLES} samples", limit=MOST_SAMPLES)
        first = came.astimezone(site(tx, found.centre_id).zone).date()
        if keep_until is not None and keep_until < first:
            raise Invalid("A sample is kept until a day after it came", field="keep_until")
        sample = CommissionSample(
            id=new_id(),
            commission_id=found.id,
            name=said(name, "name"),
            condition=said(condition, "condition"),
            keep_until=keep_until,
            received_at=came,
            has_photo=small is not None,
        )
        return commission_samples.insert(
            tx,
            found,
            sample,
            small,
            by=who.known,
            recorded_at=recorded_at(tx, found.centre_id),
        )


@retried
def end(
    pool: Pool,
    who: Caller,
    sample_id: UUID,
    outcome: SampleOutcome,
    *,
    words: str,
    at: datetime | None = None,
    now: datetime,
) -> CommissionSample:
    """Record that a sample was returned, and to whom, or discarded, and how."""
    with transaction(pool, who.reach()) as tx:
        found = _of_sample(tx, who, sample_id)
        who.need(found.centre_id, Right.DESK_WORK)
        sample = _sample(tx, found, sample_id)
        went = at or now
        need_in_order(went, last=sample.received_at, now=now)
        is_kept = commission_samples.insert_end(
            tx,
            found,
            sample_id,
            outcome,
            ended_at=went,
            words=said(words, "words"),
            by=who.known,
            recorded_at=recorded_at(tx, found.centre_id),
        )
        if not is_kept:
            raise Conflict("This sample was returned or discarded before")
        return _sample(tx, found, sample_id)


def of_commission(pool: Pool, who: Caller, commission_id: UUID) -> list[CommissionSample]:
    """Return the samples of a commission, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return commission_samples.of_commission(tx, seen(tx, who, commission_id).id)


def photo(pool: Pool, who: Caller, sample_id: UUID) -> bytes:
    """Return the photo of a sample, as JPEG."""
    with transaction(pool, who.reach()) as tx:
        _of_sample(tx, who, sample_id)
        found = commission_samples.photo(tx, sample_id)
    if found is None:
        raise NotFound("This sample has no photo")
    return found


def overdue(pool: Pool, who: Caller, centre: CentreId, *, today: date) -> int:
    """Count the samples that are still there after their last day, for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return commission_samples.overdue(tx, centre, today)


def _of_sample(tx: Tx, who: Caller, sample_id: UUID) -> Commission:
    commission_id = commission_samples.commission_of(tx, sample_id)
    if commission_id is None:
        raise NotFound("There is no such sample that you may see")
    return seen(tx, who, commission_id)


def _sample(tx: Tx, found: Commission, sample_id: UUID) -> CommissionSample:
    every = commission_samples.of_commission(tx, found.id)
    return next(sample for sample in every if sample.id == sample_id)
