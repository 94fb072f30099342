"""Answers by a mailed link, without a login, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import system_for
from gadong.core.domain.problem import Invalid, NotFound
from gadong.satisfaction.domain.questionnaire import LONGEST_WORDS
from gadong.satisfaction.domain.request import OpenRequest
from gadong.satisfaction.services.requests import digest
from gadong.satisfaction.store import requests


def behind(pool: Pool, word: str, *, now: datetime, address: str = "") -> OpenRequest:
    """Return the request behind a link; raise NotFound where it is used, over or unknown."""
    with transaction(pool, system_for(None, address)) as tx:
        return _found(tx, word, now)


def give(
    pool: Pool,
    word: str,
    *,
    scores: Sequence[int],
    words: str,
    names_company: bool,
    now: datetime,
    address: str = "",
) -> OpenRequest:
    """Keep an answer and end its link; the centre sees the company's name only where allowed."""
    with transaction(pool, system_for(None, address)) as tx:
        request = _found(tx, word, now)
        request.questionnaire.need_scores(scores)
        text = words.strip()
        if len(text) > LONGEST_WORDS:
            raise Invalid("Your words have at most 2,000 characters", field="words")
        company = request.company_id if names_company else None
        requests.answer(tx, request, scores=scores, words=text, company=company)
    return request


def _found(tx: Tx, word: str, now: datetime) -> OpenRequest:
    request = requests.by_digest(tx, digest(word), now=now)
    if request is None:
        raise NotFound("This link was used or is over. Thank you if you answered")
    return request
