"""Gathering the facts of an issued document again, in the bounds in which they were read then, to
compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gadong import ENGINE_VERSION
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import drafting
from gadong.billing.services.proof import engine4, evidence, signal_reach
from gadong.billing.services.proof.dossier import Dossier, facts_in
from gadong.billing.services.proof.retired_inputs import rest_on_retired
from gadong.billing.services.statement_document import are_heard_before, document
from gadong.billing.services.statement_inputs import Inputs, gather
from gadong.booking.services.machine_ledger import Ledger, MachineFacts, derived, open_ledger
from gadong.core.database import Tx
from gadong.core.domain.ids import MachineId
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.services.metering import Memory
from gadong.people.store import people

GONE = "its signals retired before its evidence was stored"


@dataclass(slots=True)
class Shelf:
    """Reads shared while a month is verified: runs of signals, ledgers of instants that documents
    share, and machines' facts that their evidence shares.
    """

    instants: frozenset[datetime]
    memory: Memory = field(default_factory=dict)
    months: dict[datetime, Sequence[Ledger]] = field(default_factory=dict)
    _facts: dict[bytes, MachineFacts] = field(default_factory=dict)
    _ledgers: dict[bytes, Ledger] = field(default_factory=dict)

    def facts(self, written: bytes) -> MachineFacts:
        """Return a machine's facts as they were written, read once."""
        if written not in self._facts:
            self._facts[written] = facts_in(written)
        return self._facts[written]

    def ledgers(self, inputs: Inputs) -> list[Ledger]:
        """Return the machines' ledgers, each derived once from what is the same to the byte."""
        for facts in inputs.machines:
            if facts.written not in self._ledgers:
                self._ledgers[facts.written] = derived(facts)
        return [self._ledgers[facts.written] for facts in inputs.machines]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegatheredFacts:
    """Compare the facts of today with a document's inputs, as far as the facts still lie here."""

    inputs: Inputs | None
    is_same: bool
    is_retired: bool
    note: str = ""


def with_evidence(tx: Tx, dossier: Dossier, shelf: Shelf) -> RegatheredFacts:
    """Compare the stored inputs with the facts, and the evidence with the stored signals."""
    stored = dossier.inputs
    fresh = _like(tx, stored, shelf)
    begin = signal_reach.signals_begin(tx, stored.centre.id, stored.period)
    is_same = fresh is not None and fresh.written() == stored.written()
    is_gone = rest_on_retired(tx, stored, begin)
    if fresh is not None and not is_same and is_gone:
        # The signals are gone; everything that people entered still lies here.
        is_same = _with_runs(fresh, stored).written() == stored.written()
    is_there = evidence.is_still_there(tx, dossier, begin)
    return RegatheredFacts(inputs=stored, is_same=is_same and is_there, is_retired=is_gone)


def without_evidence(
    tx: Tx, statement: Statement, paper: Statement | Correction, shelf: Shelf
) -> RegatheredFacts:
    """Compare the digest of the inputs with that of the facts, while signals are there to tell."""
    # None are there where a fact of the month could not be read.
    ledgers = shelf.months.get(paper.recorded_before) or None
    inputs = drafting.load_again(
        tx,
        statement,
        recorded_before=paper.recorded_before,
        ledgers=ledgers,
        memory=shelf.memory,
    ).inputs
    is_same = paper.input_digest == inputs.digest
    if not is_same and paper.engine_version == engine4.VERSION:
        is_same = engine4.rests_on(tx, statement, paper)
    if is_same:
        return RegatheredFacts(inputs=inputs, is_same=True, is_retired=False)
    then = document(statement)
    begin = signal_reach.signals_begin(tx, statement.centre_id, then.period)
    if are_heard_before(then.lines, begin):
        return RegatheredFacts(inputs=None, is_same=True, is_retired=True, note=GONE)
    is_telling = paper.engine_version in {ENGINE_VERSION, engine4.VERSION}
    note = (
        ""
        if is_telling
        else "no digest of its engine can be taken today, and no evidence is stored yet"
    )
    return RegatheredFacts(inputs=inputs, is_same=not is_telling, is_retired=False, note=note)


def _like(tx: Tx, stored: Inputs, shelf: Shelf) -> Inputs | None:
    """Return the facts of today of the same machines in the same bounds.

    None where the centre or the company is gone.
    """
    centre, company = people.centre(tx, stored.centre.id), people.company(tx, stored.company.id)
    if centre is None or company is None:
        return None
    fresh = gather(
        tx,
        centre,
        replace(company, name=stored.company.name),
        stored.month,
        period=stored.period,
        recorded_before=stored.recorded_before,
        ledgers=[_opened(tx, stored, facts, shelf) for facts in stored.machines],
    )
    # A name may change and a machine retire: neither is a fact of the month.
    known: Mapping[MachineId, MachineFacts] = {f.machine.id: f for f in stored.machines}
    return replace(
        fresh,
        engine_version=stored.engine_version,
        centre=replace(stored.centre, zone_name=centre.zone_name, currency=centre.currency),
        machines=tuple(_as_named(f, known[f.machine.id].machine) for f in fresh.machines),
        places=stored.places,
    )


def _as_named(facts: MachineFacts, then: Machine) -> MachineFacts:
    """Return the facts of the machine with the names and seats that it had, and as if it were in
    service.
    """
    named = replace(
        facts.machine,
        name_ko=then.name_ko,
        name_en=then.name_en,
        seats=then.seats,
        retired_at=then.retired_at,
    )
    # The same facts keep their bytes.
    return facts if named == facts.machine else replace(facts, machine=named)


def _opened(tx: Tx, stored: Inputs, facts: MachineFacts, shelf: Shelf) -> Ledger:
    for ledger in shelf.months.get(stored.recorded_before, ()):
        if ledger.machine.id == facts.machine.id and ledger.bounds == facts.bounds:
            return ledger
    machine = machines.by_id(tx, facts.machine.id) or facts.machine
    return open_ledger(
        tx,
        machine,
        stored.stretch.month,
        recorded_before=stored.recorded_before,
        memory=shelf.memory,
        of=stored.company.id,
        bounds=facts.bounds,
    )


def _with_runs(fresh: Inputs, stored: Inputs) -> Inputs:
    """Return the facts of today with the runs and jobs of the evidence."""
    return replace(
        fresh,
        machines=tuple(
            replace(
                now,
                runs=then.runs,
                witnesses=replace(now.witnesses, job_starts=then.witnesses.job_starts),
            )
            for now, then in zip(fresh.machines, stored.machines, strict=True)
        ),
    )
