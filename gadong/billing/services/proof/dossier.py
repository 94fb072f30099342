"""The dossier of an issued document: the evidence that is kept of it, written and read (ADR 26)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec
from msgspec import Raw

from gadong.billing.domain.foundation import BookingStep, KeptMessage, RunEvidence
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store.evidence import Kept
from gadong.booking.services.machine_ledger import MachineFacts
from gadong.core.domain.document import canonical


class Unreadable(ValueError):
    """Kept evidence that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The evidence of one document: its inputs, its runs' signals, and its bookings' histories."""

    inputs: Inputs
    heard: tuple[RunEvidence, ...]
    messages: tuple[KeptMessage, ...]
    bookings: tuple[BookingStep, ...]

    def written(self) -> bytes:
        """Return the bytes that the digest is computed from."""
        hollow = replace(self, inputs=replace(self.inputs, machines=()))
        return canonical(hollow, inputs=self.inputs.written())


def facts_in(written: bytes) -> MachineFacts:
    """Return a machine's facts as they were written."""
    return msgspec.json.decode(written, type=MachineFacts)


def opened(kept: Kept) -> bytes:
    """Return the bytes of kept evidence; Unreadable where they are not those of its digest."""
    try:
        written = zlib.decompress(kept.body)
    except zlib.error as trouble:
        raise Unreadable("the stored evidence cannot be decompressed") from trouble
    if sha256(written).digest() != kept.digest:
        raise Unreadable("the stored evidence does not have its digest")
    return written


def read(written: bytes, facts: Callable[[bytes], MachineFacts] = facts_in) -> Dossier:
    """Evidence with its types; Unreadable where it has another form.

    `facts` reads a machine's facts: documents of a month share them.
    """
    try:
        parts = msgspec.json.decode(written, type=dict[str, Raw])
        inputs = msgspec.json.decode(parts["inputs"], type=dict[str, Raw])
        machines = msgspec.json.decode(inputs["machines"], type=list[Raw])
        hollow = msgspec.json.encode({**parts, "inputs": {**inputs, "machines": []}})
        dossier = msgspec.json.decode(hollow, type=Dossier)
        found = tuple(facts(bytes(machine)) for machine in machines)
    except (KeyError, ValueError) as trouble:
        raise Unreadable(f"the stored evidence has another form: {trouble}") from trouble
    return replace(dossier, inputs=replace(dossier.inputs, machines=found))
