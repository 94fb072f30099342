"""Contradictions of a centre's rules, among themselves and with its price tables."""

from __future__ import annotations

from datetime import datetime

from api.pages.frame.layout import Look
from api.pages.frame.problem_page import in_words
from gadong.billing.services.prices import cancellation_terms
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre
from gadong.texts.refusals import sentences

#: The machine, the category of the companies that alone meet it, and its sentence.
ListedContradiction = tuple[Machine, str | None, str]


def listed(looking: Look, pool: Pool, centre: Centre, at: datetime) -> list[ListedContradiction]:
    """Return a centre's contradictions at an instant, in the reader's language."""
    words, who = looking.words, looking.who
    found: list[ListedContradiction] = [
        (machine, tier, in_words(one.text, one.text, words))
        for machine, tier, one in rulebook.standing_contradictions(pool, who, centre.id, at=at)
    ]
    return found + [
        (one.machine, one.tier, words.either(*sentences(one.problem)))
        for one in cancellation_terms.standing(pool, who, centre.id, at=at)
    ]
