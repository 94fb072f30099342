"""A charge as a sentence, in Korean and English, that a company can check with a calculator."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import UnsetType

from gadong.billing.domain.charge import Charge, Share, Sold, Trace
from gadong.billing.domain.rating.division import Divided
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.portion import Portion, UnitCount
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.domain.tax_invoice import ITEMS
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import Period
from gadong.texts import charges as texts
from gadong.texts.catalogue import Text, joined

#: Of a session over the month's edge these belong as a whole to one month (docs/tariffs.md).
WHOLE = frozenset({Component.BASE_FEE, Component.MINIMUM, Component.NO_SHOW, Component.LATE_CANCEL})
NOTHING = Text("", "")


def sentences(charge: Charge, zone: ZoneInfo) -> Text:
    """Return the charge's sentence in both languages; times in the centre's zone."""
    trace = charge.trace
    head = labels(charge)
    if trace.usage_mode in texts.MODES:
        head = texts.IN_BRACKETS.filled(text=head, more=texts.MODES[trace.usage_mode])
    times = _times(charge, zone)
    if times.ko:
        head = texts.WITH_TIMES.filled(text=head, times=times)
    discounted = NOTHING if trace.share else _discounts(trace)
    text = _with_reasons(trace, joined(head, _figures(charge), discounted))
    return _as_part(text, trace.divided) if trace.divided else text


def _as_part(text: Text, divided: Divided) -> Text:
    """Return the sentence of a whole line as that of one company's part."""
    parts = divided.division.parts
    return texts.DIVIDED.filled(
        text=text, whole=divided.whole, part=parts[divided.division.place], all=sum(parts)
    )


def labels(charge: Charge) -> Text:
    """Return the name of what a charge is for: its component's, or the good's own tax item."""
    item = charge.trace.sold.tax_item if charge.trace.sold else None
    if item and item is not ITEMS.get(charge.component):
        return texts.TAX_ITEMS[item]
    return texts.COMPONENTS[charge.component]


def discounts(trace: Trace) -> list[Text]:
    """Return the name and per cent of each discount that was taken off."""
    return [
        texts.DISCOUNT.filled(name=_discount(names), pct=_number(pct))
        for names, pct in (
            (trace.discount_names, trace.discount_pct),
            (trace.extra_names, trace.extra_pct),
        )
        if pct and names[0]
    ]


def _figures(charge: Charge) -> Text:
    """Return the part of the sentence that has the charge's quantities and prices."""
    trace = charge.trace
    if trace.share:
        return _fee(trace.share)
    if trace.sold and isinstance(trace.rent, Rent):
        return _rent(trace.sold.name_ko, trace.rent)
    if trace.sold and charge.component is Component.OTHER:
        return _own(trace.sold.name_ko, charge.amount)
    if trace.sold:
        return joined(_sold(trace.sold, _keep(trace)), _earlier(trace.sold, trace.earlier))
    if trace.capped:
        capped = trace.capped
        text = texts.CAPPED.filled(group=capped.group, came_to=capped.came_to, most=capped.most)
        if capped.part not in {None, capped.came_to}:
            text = joined(text, texts.CAPPED_PART.filled(part=capped.part))
        return text
    if charge.component in {Component.BASE_FEE, Component.MINIMUM}:
        return _flat(charge, _keep(trace))
    return _timed(trace, trace.flat if charge.component is Component.OVERRUN else 0)


def _times(charge: Charge, zone: ZoneInfo) -> Text:
    """Write the times of a charge.

    Of a session over the month's edge the whole time, and the part of this month.
    """
    trace = charge.trace
    own = ", ".join(_span(p, zone) for p in trace.periods)
    if trace.whole is None:
        return Text(own, own)
    whole = _span(trace.whole, zone)
    if charge.component in WHOLE or not own:
        # A session's fees are not parted between two months.
        return Text(whole, whole)
    return texts.OF_THIS_MONTH.filled(whole=whole, own=own)


def _span(period: Period, zone: ZoneInfo) -> str:
    """Write a period in the centre's zone, with the day of its end where that is another."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    day = "" if end.date() == start.date() else f"{end:%m/%d} "
    return f"{start:%m/%d %H:%M:%S}–{day}{end:%H:%M:%S}"


def _discounts(trace: Trace) -> Text:
    """Name the discounts that were taken off, each with its per cent."""
    found = discounts(trace)
    if not found:
        return NOTHING
    return texts.IN_BRACKETS.filled(text="", more=joined(*found, between=", "))


def _discount(names: tuple[str, str]) -> Text:
    """Name a discount; one whose Korean name says already that it is one keeps its name."""
    korean, english = names
    if korean.endswith(texts.NAMES_OF_DISCOUNTS):
        return Text(korean, english)
    return texts.DISCOUNT_UNNAMED.filled(name=Text(korean, english))


def _fee(share: Share) -> Text:
    lead = NOTHING
    if share.lead_seconds is not None:
        lead = texts.CANCELLED.filled(before=_duration(max(0, share.lead_seconds)))
    return (texts.FEE_OF_LIST if share.is_list else texts.FEE_OF_NET).filled(
        lead=lead,
        price=_won(Fraction(share.exact or share.net)),
        factors=f"× {_number(share.pct)} % × {share.unused_seconds}/{share.booked_seconds}",
    )


def _own(reason: str, amount: int) -> Text:
    """Return the text of a manager's own line: its reason and its sum, which has no unit."""
    sign = "−" if amount < 0 else ""
    return texts.OWN_LINE.filled(reason=reason, sign=sign, amount=abs(amount))


def _rent(unit: str, rent: Rent) -> Text:
    """Return the text of a tenancy's days: won a month times a part of the month."""
    before = texts.RENT_BEFORE.filled(days=rent.before) if rent.before else NOTHING
    return texts.RENT.filled(
        unit=unit,
        first=f"{rent.first:%m/%d}",
        last=f"{rent.last:%m/%d}",
        monthly=rent.monthly,
        days=rent.days,
        of_days=rent.of_days,
        before=before,
    )


def _sold(sold: Sold, keep: str) -> Text:
    smallest = Measure(sold.measure).smallest
    given, charged = (f"{Decimal(n) / smallest:,f}" for n in (sold.quantity, sold.charged))
    pct = "" if sold.pct == 100 else f" × {_number(sold.pct)} %"
    return texts.SOLD.filled(
        name=Text(sold.name_ko, sold.name_en),
        given=given,
        charged=charged,
        unit=sold.measure,
        price=f"{sold.price:,f}",
        factors=f"{pct}{keep}",
        note=f" ({sold.note})" if sold.note else "",
    )


def _earlier(sold: Sold, earlier: Earlier | UnsetType) -> Text:
    """Name the goods that the month's earlier statements charge, where there are any."""
    if not isinstance(earlier, Earlier):
        return NOTHING
    return texts.SOLD_BEFORE.filled(
        given=f"{Decimal(earlier.quantity) / Measure(sold.measure).smallest:,f}",
        unit=sold.measure,
        before=_won(Fraction(earlier.gross)),
        together=_won(Fraction(earlier.together)),
    )


def _won(exact: Fraction) -> str:
    """Write won, with two decimals where they are no whole number."""
    return f"{Decimal(exact.numerator) / exact.denominator:,.2f}".removesuffix(".00")


def _flat(charge: Charge, keep: str) -> Text:
    """Return the text of a sum without seconds: a base fee, or the rest to a minimum."""
    won = _won(Fraction(charge.trace.gross))
    if charge.component is Component.MINIMUM:
        return texts.MINIMUM.filled(least=charge.trace.minimum, won=won, factors=keep)
    return texts.BASE_FEE.filled(won=won, factors=keep)


def _timed(trace: Trace, flat: int) -> Text:
    keep = _keep(trace)
    portions = [_portion(part, trace.seats, keep) for part in trace.parts]
    if flat:
        portions.append(texts.ONCE.filled(flat=flat, factors=keep))
    here = NOTHING
    if trace.whole:
        here = texts.HERE.filled(duration=_duration(sum(p.seconds for p in trace.periods)))
    timed = texts.TIMED.filled(
        basis=texts.BASES[trace.basis],
        measured=_duration(trace.measured_seconds),
        here=here,
        portions=joined(*portions, between=" + ") if portions else texts.NO_MONEY,
    )
    notes = [
        text.filled(duration=_duration(seconds))
        for text, seconds in (
            (texts.QUOTA, trace.quota_seconds),
            (texts.BY_COUNTER, trace.counter_seconds),
            (texts.BY_LEDGER, trace.ledger_seconds),
        )
        if seconds
    ]
    if trace.unbilled:
        timed = texts.IN_BRACKETS.filled(text=timed, more=texts.UNBILLED[trace.unbilled])
    return joined(timed, *notes)


def _portion(part: Portion, seats: int, keep: str) -> Text:
    """Write billed time, or units of the day's clock, with its price."""
    times, factors = _times_seats(seats), f"{_times_pct(part)}{keep}"
    if isinstance(part.units, UnitCount):
        of_day = texts.UNITS_OF_DAY if part.units.count else texts.UNITS_OWED
        return of_day.filled(
            name=Text(part.units.name_ko, part.units.name_en),
            count=part.units.count,
            price=part.units.price,
            seats=times,
            factors=factors,
        )
    duration = _duration(part.seconds)
    return texts.PORTION.filled(
        duration=duration, rate=part.rate_per_hour, seats=times, factors=factors
    )


def _keep(trace: Trace) -> str:
    """Return the remainders after the discounts, as factors."""
    left = [100 - pct for pct in (trace.discount_pct, trace.extra_pct) if pct]
    return "".join(f" × {_number(value)} %" for value in left)


def _with_reasons(trace: Trace, text: Text) -> Text:
    """Return the text with the reasons of managers' decisions."""
    for name, decision in texts.DECISIONS.items():
        if reason := getattr(trace, name):
            text = texts.REASON.filled(text=text, decision=decision, reason=reason)
    return text


def _times_pct(part: Portion) -> str:
    return "" if part.pct == 100 else f" × {_number(part.pct)} %"


def _times_seats(seats: int) -> Text:
    return NOTHING if seats == 1 else texts.SEATS.filled(seats=seats)


def _duration(seconds: int) -> Text:
    minutes, rest = divmod(seconds, 60)
    return (texts.MINUTES_AND_SECONDS if rest else texts.MINUTES).filled(minutes=minutes, rest=rest)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
