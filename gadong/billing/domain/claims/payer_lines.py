"""Lines of a document as a programme's payer reads them: their supply, and the payer's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.correction import line_identity
from gadong.billing.domain.documents.charge_text import labels
from gadong.billing.domain.documents.line_figures import figures
from gadong.billing.domain.statement import Line, Totals, supply_of
from gadong.billing.domain.tariff_terms import VatMode

LineKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePayer:
    """A programme and who pays for it; a claim is made on one of them."""

    programme: str
    payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerLine:
    """A covered line: its supply, the programme's per cent, and what the payer pays. Whole won.

    Without a machine, label and per cent it is a whole document of an engine that named no
    programmes on lines.
    """

    day: date | None
    machine_name: str
    label_ko: str
    label_en: str
    pct: Decimal | None
    supply: int
    amount: int


def payer_lines(
    lines: Sequence[Line], totals: Totals, of: ProgrammePayer, zone: ZoneInfo
) -> Mapping[LineKey, PayerLine]:
    """Return the lines that a payer pays a part of; the parts add up to its part of the document.

    What lowers the part of the document, as a limit or its truncation, lowers each line pro rata.
    """
    found: dict[LineKey, PayerLine] = {}
    for pct, amount in _parts(totals, of).items():
        covered = [x for x in lines if pct is not None and _is_covered(x.charge, of, pct)]
        supplies = [supply_of([x.charge], VatMode.EXCLUSIVE) for x in covered]
        if sum(supplies) <= 0:
            if amount:
                found["", str(pct or "")] = PayerLine(
                    day=None,
                    machine_name="",
                    label_ko="",
                    label_en="",
                    pct=pct,
                    supply=totals.supply,
                    amount=amount,
                )
            continue
        for line, supply, part in zip(covered, supplies, spread(amount, supplies), strict=True):
            label = labels(line.charge)
            found[line_identity(line)] = PayerLine(
                day=figures(line.charge, zone).day,
                machine_name=line.machine_name,
                label_ko=label.ko,
                label_en=label.en,
                pct=pct,
                supply=supply,
                amount=part,
            )
    return found


def changed_lines(
    was: Mapping[LineKey, PayerLine], now: Mapping[LineKey, PayerLine]
) -> tuple[PayerLine, ...]:
    """Return the difference of each line between two readings: lines of now, then vanished ones.

    The amounts add up to the difference of the sums. Lines of which the payer's part stays are
    left out.
    """
    found = []
    for key in [*now, *(key for key in was if key not in now)]:
        old, new = was.get(key), now.get(key)
        line = new or old
        if line is None:
            continue
        amount = (new.amount if new else 0) - (old.amount if old else 0)
        supply = (new.supply if new else 0) - (old.supply if old else 0)
        if amount:
            found.append(replace(line, supply=supply, amount=amount))
    return tuple(found)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split whole won pro rata to weights of either sign, whose sum is above nothing.

    Each part ends where the rounded running sum does, so that the parts add up to the amount.
    """
    whole, so_far, done = sum(weights), 0, 0
    parts = []
    for weight in weights:
        so_far += weight
        end = amount * so_far // whole
        parts.append(end - done)
        done = end
    return parts


def _parts(totals: Totals, of: ProgrammePayer) -> Mapping[Decimal | None, int]:
    """Return what the payer pays by the per cent of its shares; engines before 5 named none."""
    if not totals.shares:
        is_own = (totals.programme, totals.payer) == (of.programme, of.payer)
        return {None: totals.subsidy} if is_own and totals.subsidy else {}
    parts: dict[Decimal | None, int] = {}
    for share in totals.shares:
        if (share.programme, share.payer) == (of.programme, of.payer):
            parts[share.pct] = parts.get(share.pct, 0) + share.amount
    return parts


def _is_covered(charge: Charge, of: ProgrammePayer, pct: Decimal) -> bool:
    programme = charge.programme
    return programme is not None and (programme.name, programme.payer, programme.pct) == (
        of.programme,
        of.payer,
        pct,
    )
