"""The digest that engine 4 took of a document's inputs, to tell today whether the facts are still
those it was issued on.
Nothing here follows the product: the fields, their order and the bounds stay those of that engine
(ADR 26).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import combinations
from typing import Any

from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.statement_document import document
from gadong.billing.services.statement_inputs import Inputs, gather
from gadong.billing.store import programme_draws
from gadong.booking.services.machine_ledger import Ledger, MachineFacts, open_ledger
from gadong.booking.store import booking_history
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import canonical
from gadong.machines.store import machines
from gadong.people.store import people

VERSION = "4"
# Engine 4 read so far past the month's edges.
MARGIN = timedelta(hours=48)
# Machines that a company touched and that may have given it no session: so many are tried in all
# combinations.
MOST_DOUBTFUL = 10

#: The fields of each value as engine 4 knew them; one that was added since is left out of the
#: digest.
FIELDS: Mapping[str, str] = {
    "Booking": "id centre_id machine_id company_id person_id period state version purpose "
    "checked_in_at "
    "checked_out_at cancelled_at freed_from expires_at joined override answers usage_mode",
    "CancelTier": "lead_seconds pct",
    "Cap": "group amount category",
    "Categories": "words",
    "Category": "name since until proof",
    "CategoryDiscount": "category pct",
    "Centre": "id slug name zone_name currency",
    "CheckIn": "at company_id person_id booking_id until",
    "Company": "id name registration_number",
    "Decision": "id centre_id machine_id kind period company_id booking_id reverses reason "
    "decided_by "
    "recorded_at state seconds component usage_mode",
    "SaleEntry": "id centre_id company_id machine_id booking_id at code quantity source spoiled "
    "amount tax_type "
    "note reverses recorded_by recorded_at message_id",
    "Extra": "name since until proof",
    "ExtraDiscount": "name pct",
    "Good": "code kind name_ko name_en measure price increment free minimum_amount "
    "machine_fault_pct "
    "user_fault_pct is_discounted filament_diameter_mm filament_density tax_type",
    "Hours": "weekdays since until days",
    "AttributionLimits": "join_gap early_grace no_show_after longest_presence",
    "Metering": "source_id precedence heartbeat stale_after thresholds effective_from "
    "proves_running",
    "NoShowFee": "pct tax_type base",
    "Overrun": "grace_seconds pct_free_slot pct_encroach flat",
    "Party": "registration_number name branch representative address business_type "
    "business_item email",
    "Period": "start end",
    "PowerThresholds": "run_above idle_below run_after idle_after off_below",
    "Quota": "group seconds category hours",
    "RateItem": "machine kind usage_mode basis rate_per_hour increment_seconds "
    "increment_grace_seconds "
    "minimum_seconds noise_seconds windows overrun no_show excluded_states unknown_policy "
    "discount_scope "
    "tax_type base_fee minimum_amount tiers idle_pct late_cancel quota_group cap_group "
    "registration",
    "Reassignment": "id period company_id booking_id",
    "Run": "start end state grade opened_by held_from counted_seconds uncertain_seconds "
    "bridged_seconds",
    "Source": "id centre_id machine_id dialect base prefixes metering options shared",
    "Subsidy": "name payer pct monthly_cap budget covers",
    "Tariff": "effective_from items discounts extra_discounts quotas caps goods subsidies vat "
    "document_unit "
    "currency",
    "TariffVersion": "id centre_id tariff published_at",
    "Tier": "after_seconds rate_per_hour",
    "PriceWindow": "weekdays since until days pct",
    "Witnesses": "bookings check_ins maintenance closures job_starts reassignments",
}


def rests_on(tx: Tx, statement: Statement, paper: Statement | Correction) -> bool:
    """Return whether a document of engine 4 was issued on the facts stored today."""
    found = _gathered(tx, statement, paper)
    if found is None:
        return False
    used = _used(paper)
    certain = {e.machine for e in document(statement).evidence} if paper is statement else set()
    return any(
        _digest(found, used, spent, parts) == paper.input_digest
        for parts in _choices(found.machines, certain)
        for spent in {0, *_spent(tx, found)}
    )


def _spent(tx: Tx, found: Inputs) -> Iterator[int]:
    """Yield what others had drawn of each budget, as engine 4 reckoned it."""
    for programme in found.drawn:
        yield programme_draws.programme_spent(
            tx,
            found.centre.id,
            programme,
            besides=(found.company.id, found.month),
            recorded_before=found.recorded_before,
        )


def _gathered(tx: Tx, statement: Statement, paper: Statement | Correction) -> Inputs | None:
    """Return engine 4's inputs in its bounds, of every machine that the company touched."""
    centre, company = (
        people.centre(tx, statement.centre_id),
        people.company(tx, statement.company_id),
    )
    if centre is None or company is None:
        return None
    period = Month.parse(statement.month).period(centre.zone)
    bounds = period.widened(before=MARGIN, after=MARGIN)
    before = paper.recorded_before
    touched = booking_history.machines_of(tx, centre.id, company.id, bounds)
    found = [machine for i in touched if (machine := machines.by_id(tx, i))]
    return gather(
        tx,
        centre,
        company,
        statement.month,
        period=period,
        recorded_before=before,
        ledgers=[
            _as_read_then(
                open_ledger(tx, machine, period, recorded_before=before, memory={}, bounds=bounds)
            )
            for machine in found
        ],
    )


def _as_read_then(ledger: Ledger) -> Ledger:
    """Leave out what engine 4 did not read: bookings and arrivals outside the bounds, later
    departures.

    Without sessions, holidays are those of the month alone.
    """
    bounds, witnesses = ledger.bounds, ledger.witnesses
    came = [
        replace(c, until=c.until if c.until and c.until < bounds.end else None)
        for c in witnesses.check_ins
        if bounds.contains(c.at)
    ]
    held = [b for b in witnesses.bookings if b.period.overlap(bounds)]
    return replace(ledger, witnesses=replace(witnesses, bookings=held, check_ins=came), sessions=())


def _used(paper: Statement | Correction) -> set[str]:
    """Return the tariffs that priced a line."""
    lines = paper.document["lines"]
    return {line["charge"]["trace"]["tariff"] for line in lines} - {""}


def _choices(
    facts: Sequence[MachineFacts], certain: Collection[str]
) -> Iterator[Sequence[MachineFacts]]:
    """Yield the possible sets of machines in the digest: the document's, and others touched."""
    doubtful = [f for f in facts if f.machine.slug not in certain][:MOST_DOUBTFUL]
    settled = [f for f in facts if f not in doubtful]
    for count in range(len(doubtful), -1, -1):
        for some in combinations(doubtful, count):
            yield sorted([*settled, *some], key=lambda f: f.machine.id)


def _digest(
    inputs: Inputs, used: Collection[str], spent: int, parts: Sequence[MachineFacts]
) -> bytes:
    tariffs = sorted((t for t in inputs.tariffs if str(t.id) in used), key=lambda t: t.id)
    known = [inputs.extras, inputs.categories, inputs.holidays]
    terms = [tariffs, known, inputs.entries, inputs.supplier, inputs.customer, spent]
    head = [VERSION, inputs.centre, inputs.company, inputs.month, terms]
    digest = sha256(canonical(_then(head)))
    for part in parts:
        facts = [
            part.machine.id,
            part.limits,
            part.sources,
            part.runs,
            part.witnesses,
            part.decisions,
        ]
        digest.update(canonical(_then(facts)))
    return digest.digest()


def _then(value: Any) -> Any:
    """Return a value with the fields that engine 4 knew."""
    if is_dataclass(value) and not isinstance(value, type):
        names = FIELDS[type(value).__name__].split()
        return {name: _then(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [_then(item) for item in value]
    return value
