"""The questions that a centre asks: reading them, and publishing other ones."""

from __future__ import annotations

from collections.abc import Sequence

from gadong.core.database import Pool, alone, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, new_id
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.satisfaction.store import questionnaires
from gadong.texts.catalogue import Text


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> Questionnaire | None:
    """Return the centre's present questions, or None before the first ones."""
    with transaction(pool, who.need(centre, Right.REPORT_SEE)) as tx:
        return questionnaires.latest(tx, centre)


def publish(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    questions: Sequence[Text],
    pause_days: int,
    is_asking: bool,
) -> Questionnaire:
    """Publish the questions that are asked from now on; what was asked before stays as it was.

    The same questions with `is_asking` false end the asking. Links that are open stay open.
    """
    permit = who.need(centre, Right.RULES_WORK)
    with transaction(pool, permit) as tx:
        alone(tx, f"satisfaction {centre}")
        before = questionnaires.latest(tx, centre)
        made = Questionnaire(
            id=new_id(),
            centre_id=centre,
            version=before.version + 1 if before else 1,
            is_asking=is_asking,
            pause_days=pause_days,
            questions=tuple(Text(ko.strip(), en.strip()) for ko, en in questions),
        )
        at = recorded_at(tx, centre)
        questionnaires.insert(tx, made, by=who.person_id, recorded_at=at)
    return made
