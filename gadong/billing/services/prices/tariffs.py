"""A centre's price tables: drafted, checked, published, and from then on immutable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from gadong.billing.domain.tariff import Tariff
from gadong.billing.domain.tariff_terms import Good
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices import (
    backdating,
    cancellation_terms,
    measurability,
    measure_changes,
)
from gadong.billing.store import statements
from gadong.booking.services.rules.company_rule_book import book
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.document import BadDocument, from_document, plain
from gadong.core.domain.ids import CentreId, TariffId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound, Problem, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.store import machines
from gadong.people.store import people


def draft(pool: Pool, who: Caller, *, centre: CentreId, document: Any) -> TariffVersion:
    """Keep a price table given as JSON; Invalid names the field that does not fit."""
    permit = who.need(centre, Right.RULES_WORK)
    version = TariffVersion(
        id=TariffId(new_id()), centre_id=centre, tariff=_read(document), published_at=None
    )
    with transaction(pool, permit) as tx:
        _need_machines(tx, version)
        statements.insert_tariff(tx, version, by=who.person_id)
    return version


def revise(pool: Pool, who: Caller, tariff_id: TariffId, document: Any) -> TariffVersion:
    """Say a draft anew; Conflict once it is published."""
    tariff = _read(document)
    with transaction(pool, who.reach()) as tx:
        version = replace(_need_draft(tx, who, tariff_id), tariff=tariff)
        _need_machines(tx, version)
        statements.revise_tariff(tx, version)
    return version


def discard(pool: Pool, who: Caller, tariff_id: TariffId) -> None:
    """Throw a draft away; Conflict once it is published."""
    with transaction(pool, who.reach()) as tx:
        _need_draft(tx, who, tariff_id)
        statements.delete_tariff(tx, tariff_id)


def publish(
    pool: Pool, who: Caller, tariff_id: TariffId, *, is_accepted: bool = False
) -> TariffVersion:
    """Put a price table in force from its day; Refused with everything that makes it unfit.

    One from a past day names every statement and draft that it would change. One whose fee for
    cancelling begins while that is free by the rules of booking names its machines. Both may be
    accepted.
    What was issued stays.
    """
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not who.may(version.centre_id, Right.RULES_WORK):
            raise NotFound
        if problems := [*version.tariff.problems(), *_gaps(tx, version)]:
            raise Refused(problems)
        if not is_accepted and (open_questions := list(_to_be_accepted(tx, version))):
            raise Refused(open_questions)
        statements.publish_tariff(tx, tariff_id, by=who.person_id)
        published = statements.tariff(tx, tariff_id)
    if published is None:
        raise NotFound
    return published


def find(pool: Pool, who: Caller, tariff_id: TariffId) -> tuple[TariffVersion, list[Problem]]:
    """Return one price table, and a draft's problems; members see published ones."""
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not (
            version.published_at or who.may(version.centre_id, Right.RULES_SEE)
        ):
            raise NotFound
        return version, [] if version.published_at else [
            *version.tariff.problems(),
            *_gaps(tx, version),
        ]


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[TariffVersion]:
    """Return a centre's price tables, the latest first; members see what is published."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        found = statements.tariffs(tx, centre)
    return [t for t in found if t.published_at or who.may(centre, Right.RULES_SEE)]


def contradictions(pool: Pool, who: Caller, tariff_id: TariffId) -> list[Problem]:
    """Return in what a draft contradicts the rules of booking; for managers."""
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not who.may(version.centre_id, Right.RULES_SEE):
            raise NotFound
        return cancellation_terms.problems(cancellation_terms.of_draft(tx, version))


def in_force(pool: Pool, who: Caller, centre: CentreId, day: date) -> TariffVersion | None:
    """Return the price table that is in force on a day, or None."""
    found = of_centre(pool, who, centre)
    return next((t for t in found if t.published_at and t.tariff.effective_from <= day), None)


def goods_on(pool: Pool, who: Caller, centre: CentreId, day: date) -> tuple[Good, ...]:
    """Return the goods that are sold by quantity on a day."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        version = next(
            (t for t in statements.published(tx, centre) if t.tariff.effective_from <= day), None
        )
    return version.tariff.goods if version else ()


def as_document(version: TariffVersion) -> Any:
    """Return the price table as JSON, as draft() takes it."""
    return plain(version.tariff)


def _read(document: Any) -> Tariff:
    try:
        tariff = from_document(Tariff, document)
    except BadDocument as trouble:
        raise Invalid(str(trouble), field="tariff") from trouble
    if unknown := next(_unknown(document, plain(tariff), ""), None):
        # A misspelt field would be a price that nobody asked for.
        raise Invalid(f"A tariff has no field {unknown}", field="tariff")
    # Calendars end at the year 9999: a day at their edge has none before or after it.
    if not 2000 <= tariff.effective_from.year <= 2999:
        raise Invalid("Years from 2000 to 2999 are known here", field="effective_from")
    return tariff


def _need_machines(tx: Tx, version: TariffVersion) -> None:
    known = {m.slug for m in machines.of_centres(tx, [version.centre_id])}
    missing = sorted(
        i.machine for i in version.tariff.items if i.machine and i.machine not in known
    )
    if missing:
        raise Invalid(f"The centre has no machine {missing[0]}", field="items", machine=missing[0])


def _need_draft(tx: Tx, who: Caller, tariff_id: TariffId) -> TariffVersion:
    version = statements.tariff(tx, tariff_id)
    if version is None or not who.may(version.centre_id, Right.RULES_WORK):
        raise NotFound
    if version.published_at:
        raise Conflict("A published tariff is never changed; draft another from its day on")
    return version


def _gaps(tx: Tx, version: TariffVersion) -> Iterator[Problem]:
    """Yield the machines that the tariff does not price, goods whose measure changes under
    their entries, and a currency other than the centre's.
    """
    rules = book(tx, version.centre_id, at=END_OF_TIME)
    for machine in machines.of_centres(tx, [version.centre_id]):
        if machine.retired_at is not None:
            continue
        # However it may be used, by the last word on it.
        for mode in rules.rules(machine, END_OF_TIME).usage_modes:
            if not version.tariff.item_for(machine.slug, machine.kind, mode):
                called = machine.slug if mode is UsageMode.SELF else f"{machine.slug} ({mode})"
                yield Problem(code="tariff.unpriced", actual=called)
    yield from (
        Problem(code="tariff.unmeasured", actual=key) for key in measurability.refused(tx, version)
    )
    yield from measure_changes.refused(tx, version)
    centre = people.centre(tx, version.centre_id)
    if centre and version.tariff.currency != centre.currency:
        yield Problem(code="tariff.currency", limit=centre.currency, actual=version.tariff.currency)


def _to_be_accepted(tx: Tx, version: TariffVersion) -> Iterator[Problem]:
    """Yield what a manager has to accept before the tariff is published."""
    yield from cancellation_terms.problems(cancellation_terms.of_draft(tx, version))
    yield from backdating.problems(backdating.touched(tx, version), "tariff")


def _unknown(given: Any, read: Any, path: str) -> Iterator[str]:
    """Yield the paths of a document's fields that were not read."""
    if isinstance(given, dict) and isinstance(read, dict):
        for key, value in given.items():
            if key not in read:
                yield f"{path}{key}"
            else:
                yield from _unknown(value, read[key], f"{path}{key}.")
    elif isinstance(given, list) and isinstance(read, list | tuple):
        for index, (one, other) in enumerate(zip(given, read, strict=False)):
            yield from _unknown(one, other, f"{path}{index}.")
