"""Trainings by their codes: names, and which requires which."""

from __future__ import annotations

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid
from gadong.training.domain.training import Training, chain_of, is_circular
from gadong.training.store import trainings

MOST_REQUIRED = 10


def put(pool: Pool, who: Caller, centre: CentreId, training: Training) -> Training:
    """Name a training and the trainings that it requires; refuse a circle."""
    permit = who.need(centre, Right.DESK_WORK)
    if not training.code or not training.name_ko.strip() or not training.name_en.strip():
        raise Invalid("A training has a code and a name in both languages", field="name_ko")
    if len(set(training.requires)) < len(training.requires):
        raise Invalid("Name each required training once", field="requires")
    if len(training.requires) > MOST_REQUIRED or not all(training.requires):
        raise Invalid(f"At most {MOST_REQUIRED} trainings are required", field="requires")
    with transaction(pool, permit) as tx:
        trainings.lock(tx, centre)
        chain = {**chain_of(trainings.of_centre(tx, centre)), training.code: training.requires}
        if is_circular(chain, training.code):
            raise Invalid(
                "A training cannot require itself, not by others either", field="requires"
            )
        trainings.put(tx, centre, training)
    return training


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[Training]:
    """Return the centre's trainings by code; for everybody who may enter it."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return trainings.of_centre(tx, centre)


def named(tx: Tx, centre: CentreId, code: str) -> Training:
    """Return a training by its code; one without a name is called by the code."""
    found = next((t for t in trainings.of_centre(tx, centre) if t.code == code), None)
    return found or Training(code=code, name_ko=code, name_en=code)
