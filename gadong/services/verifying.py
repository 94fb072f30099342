"""Verifying: an issued statement computed again from its facts, and its place in the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby

import msgspec

from gadong import ENGINE_VERSION
from gadong.domain.access import SYSTEM, Caller, Right
from gadong.services.documents import Computed, compute, document, month_ledgers
from gadong.services.ledger import Ledger
from gadong.services.metering import Memory
from gadong.store import corrections, money
from gadong.store.database import Pool, transaction
from gadong.store.money import FIRST_HASH, Statement
from gadong.store.values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying an issued statement found; no differences means that it holds."""

    number: str
    differences: tuple[str, ...]


def verify(pool: Pool, who: Caller, *, number: str | None = None, month: str | None = None) -> list[Verdict]:
    """Compute issued statements (all that the caller manages, a month's, or one) again from their facts; name any difference."""
    with transaction(pool, who.reach()) as tx:
        issued = [s for s in money.issued(tx, number, month=month) if who.may(s.centre_id, Right.MONEY_SEE)]
    verdicts: list[Verdict] = []
    for _, series in groupby(issued, key=lambda s: (s.centre_id, s.month)):
        verdicts += _series(pool, who, list(series), is_whole=number is None)
    return verdicts


def _series(pool: Pool, who: Caller, issued: Sequence[Statement], *, is_whole: bool) -> Iterator[Verdict]:
    """A centre's month: the whole of it, of which each follows the one before, or one of its statements."""
    memory: Memory = {}
    # What was drafted together rests on the same ledgers: they are opened once, and held until the month is through.
    together = Counter(s.recorded_before for s in issued)
    opened: dict[datetime, Sequence[Ledger]] = {}
    link_before = FIRST_HASH
    for statement in issued:
        before = statement.recorded_before
        with transaction(pool, who.reach()) as tx:
            if together[before] > 1 and before not in opened:
                opened[before] = month_ledgers(
                    tx, statement.centre_id, statement.month, recorded_before=before, memory=memory
                )
            again = compute(
                tx,
                statement.centre_id,
                statement.company_id,
                statement.month,
                recorded_before=before,
                ledgers=opened.get(before),
                memory=memory,
            )
        previous = link_before if is_whole else statement.previous_hash or FIRST_HASH
        yield Verdict(
            number=statement.number or "", differences=tuple(_differences(statement, again, previous))
        )
        link_before = statement.chain_hash or FIRST_HASH
        yield from _corrections(pool, statement, memory)


def _corrections(pool: Pool, statement: Statement, memory: Memory) -> list[Verdict]:
    """Each of the statement's corrections, computed again as of its own instant."""
    found: list[Verdict] = []
    previous = statement.chain_hash or b""
    with transaction(pool, SYSTEM) as tx:
        issued = corrections.of_statement(tx, statement.id)
    for correction in issued:
        with transaction(pool, SYSTEM) as tx:
            again = compute(
                tx,
                statement.centre_id,
                statement.company_id,
                statement.month,
                recorded_before=correction.recorded_before,
                memory=memory,
            )
        wrong: list[str] = []
        if correction.engine_version != ENGINE_VERSION:
            wrong.append(f"made by engine {correction.engine_version}, verified by {ENGINE_VERSION}")
        if again.input_digest != correction.input_digest:
            wrong.append("the facts are not those it was computed from")
        if _digest(correction.document) != correction.document_digest:
            wrong.append("the stored document does not have its digest")
        now = [correction.document["lines"], correction.document["now"]]
        if _digest(plain([again.document.lines, again.document.totals])) != _digest(now):
            wrong.append(
                f"total {correction.document['now']['total']} as issued, {again.document.totals.total} as computed"
            )
        own = link(correction.number, correction.document_digest, correction.input_digest, previous)
        if correction.previous_hash != previous or correction.chain_hash != own:
            wrong.append("its link in the chain is not its own")
        found.append(Verdict(number=correction.number, differences=tuple(wrong)))
        previous = correction.chain_hash
    return found


def _digest(document: object) -> bytes:
    return sha256(msgspec.json.encode(document, order="sorted")).digest()


def _differences(statement: Statement, again: Computed, previous: bytes) -> list[str]:
    found: list[str] = []
    if statement.engine_version != ENGINE_VERSION:
        found.append(f"made by engine {statement.engine_version}, verified by {ENGINE_VERSION}")
    if again.input_digest != statement.input_digest:
        found.append("the facts are not those it was computed from")
    if _digest(statement.document) != statement.document_digest:
        found.append("the stored document does not have its digest")
    if again.digest != statement.document_digest:
        then, now = document(statement), again.document
        found.append(f"total {then.totals.total} as issued, {now.totals.total} as computed")
        old = {line.charge.key: line.charge.amount for line in then.lines}
        new = {line.charge.key: line.charge.amount for line in now.lines}
        found += [
            f"line {key}: {old.get(key)} as issued, {new.get(key)} as computed"
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
    if statement.previous_hash != previous:
        found.append("it does not follow the one before it in its series")
    if statement.chain_hash != chain_hash(statement.number or "", statement, statement.previous_hash or b""):
        found.append("its link in the chain is not its own")
    return found


def chain_hash(number: str, statement: Statement, previous: bytes) -> bytes:
    """What ties an issued document to the one before it in its series."""
    return link(number, statement.document_digest, statement.input_digest, previous)


def link(number: str, document_digest: bytes, input_digest: bytes, previous: bytes) -> bytes:
    """A document's link in its chain: itself, what it rests on, and the one before."""
    return sha256(b"\0".join((number.encode(), document_digest, input_digest, previous))).digest()
