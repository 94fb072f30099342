"""Caps of charges: what exceeds the cap of a day, a month or a booking is taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gadong.billing.domain.charge import Capped, Charge
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import shared
from gadong.core.domain.usage_mode import UsageMode


@dataclass(frozen=True, slots=True, kw_only=True)
class CapUse:
    """The paid part of a group's sum so far.

    The cap of a session's day holds from that session on. `lines` are those of this statement, and
    `taken` is what is taken off them; earlier statements of the month have the others.
    """

    lines: tuple[Charge, ...] = ()
    paid: int = 0
    taken: int = 0

    def with_session(
        self, lines: Sequence[Charge], most: int | None, *, is_charged: bool = True
    ) -> CapUse:
        """Add a session's lines under the cap of its day, or None; paid amounts stay paid."""
        amount = sum(line.amount for line in lines)
        paid = self.paid + amount
        paid = paid if most is None else min(paid, max(self.paid, most))
        return CapUse(
            lines=(*self.lines, *lines) if is_charged else self.lines,
            paid=paid,
            taken=self.taken + (self.paid + amount - paid if is_charged else 0),
        )


def over_the_cap(group: str, cap: CapUse) -> list[Charge]:
    """Take what is above the cap off pro rata, in one line for all lines that are taxed and covered
    alike.
    """
    alike: dict[tuple[TaxType, VatMode | None, Subsidy | None], list[Charge]] = {}
    for line in sorted(cap.lines, key=_order_under_a_cap):
        alike.setdefault((line.tax_type, line.vat_mode, line.programme), []).append(line)
    sums = [sum(line.amount for line in lines) for lines in alike.values()]
    came_to = sum(sums)
    taken = shared(cap.taken, sums)
    found = []
    for ((tax_type, vat_mode, programme), lines), part, off in zip(
        alike.items(), sums, taken, strict=True
    ):
        if not off:
            continue
        trace = replace(
            lines[0].trace,
            messages=(),
            logged=(),
            ledger_seconds=0,
            unknown_seconds=0,
            periods=(),
            parts=(),
            measured_seconds=0,
            billed_seconds=0,
            counter_seconds=0,
            quota_seconds=0,
            flat=0,
            minimum=0,
            registration="",
            discount_pct=Decimal(0),
            extra_pct=Decimal(0),
            gross=str(-off),
            whole=None,
            override="",
            decided="",
            waived="",
            usage_mode=UsageMode.SELF,
            usage_mode_decided="",
            # A cap falls on the company's own parts, so its line is no part of another.
            divided=None,
            capped=Capped(group=group, came_to=came_to, most=came_to - cap.taken, part=part),
        )
        named = [f"cap:{group}", tax_type, vat_mode or "", programme.name if programme else ""]
        # Two versions of a tariff may have a programme of one name with other terms.
        named += [lines[0].trace.tariff] if programme else []
        found.append(
            Charge(
                key=named[0] if len(alike) == 1 else ":".join(named),
                component=Component.CAP,
                amount=-off,
                tax_type=tax_type,
                trace=trace,
                vat_mode=vat_mode,
                programme=programme,
            )
        )
    return found


def _order_under_a_cap(line: Charge) -> tuple[int, str, str, str]:
    """Return the place of a line: taxable before exempt before out of scope.

    Of equal remainders the first is rounded up.
    """
    programme = line.programme.name if line.programme else ""
    return list(TaxType).index(line.tax_type), line.vat_mode or "", programme, line.trace.tariff
