"""A registered invoice, and the sums that it and its amended ones say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.correction import CorrectionDocument
from gadong.billing.domain.documents.tax_breakdown import breakdown
from gadong.billing.domain.kept_correction import Correction, InvoiceKind, TaxInvoice
from gadong.billing.domain.statement import Line, Totals
from gadong.core.domain.ids import CorrectionId


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedSums:
    """The charges and sums of a statement's registered invoices. Whole won."""

    charges: Sequence[Charge]
    totals: Totals
    exempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredInvoice:
    """A statement's own invoice of one kind, and the corrections with amended ones of that kind.

    `written_before` is the end of its day of issue, or its registration if that was earlier. So it
    has the names and amounts of the documents before that instant.
    """

    first: TaxInvoice
    written_before: datetime
    amended: frozenset[CorrectionId]

    def says(self, made: Correction) -> bool:
        """Return whether the invoice, or an amended one, has a correction's names or amounts."""
        return made.issued_at < self.written_before or made.id in self.amended

    def sums(
        self,
        lines: Sequence[Line],
        totals: Totals,
        amounts: Iterable[tuple[Correction, CorrectionDocument]],
    ) -> InvoicedSums:
        """Return the sums on the invoices, from a statement and its corrections of amounts.

        An amended invoice is of its own correction's difference, in any order of registration.
        """
        charges = [line.charge for line in lines]
        before = breakdown(charges, totals)
        taxable, vat, exempt = before.taxable, before.vat, before.exempt
        for made, said in amounts:
            new = [line.charge for line in said.lines]
            after = breakdown(new, said.now)
            if self.says(made):
                charges, totals = new, said.now
                taxable += after.taxable - before.taxable
                vat += after.vat - before.vat
                exempt += after.exempt - before.exempt
            before = after
        return InvoicedSums(
            charges=charges, totals=replace(totals, taxable=taxable, vat=vat), exempt=exempt
        )


def registered_invoices(invoices: Sequence[TaxInvoice], zone: ZoneInfo) -> list[RegisteredInvoice]:
    """Return a statement's registered invoice of each kind that it has."""
    found = []
    for kind in InvoiceKind:
        own = [one for one in invoices if one.kind is kind]
        first = next((one for one in own if one.correction_id is None), None)
        if first is None:
            continue
        next_day = datetime.combine(first.issued_on + timedelta(days=1), time(), zone)
        found.append(
            RegisteredInvoice(
                first=first,
                written_before=min(first.recorded_at, next_day),
                amended=frozenset(one.correction_id for one in own if one.correction_id),
            )
        )
    return found
