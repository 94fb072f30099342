"""A charge as a sentence, in Korean and English, that a company can check with a calculator."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge, Portion, Share, Sold, Trace, Unbilled
from gadong.billing.domain.documents.tax_item import NAMES as TAX_ITEMS
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.domain.tax_invoice import ITEMS
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode

BASIS_KO = {
    Basis.ACTUAL_RUN: "가동",
    Basis.ACTUAL_OCCUPIED: "점유",
    Basis.BOOKED: "예약",
    Basis.HULL: "예약·이용",
}
BASIS_EN = {
    Basis.ACTUAL_RUN: "ran",
    Basis.ACTUAL_OCCUPIED: "occupied",
    Basis.BOOKED: "booked",
    Basis.HULL: "booked or used",
}
COMPONENT_KO = {
    Component.BASE_FEE: "기본료",
    Component.TIME: "사용료",
    Component.SURCHARGE: "시간대 할증",
    Component.OVERRUN: "초과 이용 할증",
    Component.MINIMUM: "최저요금 보정",
    Component.CAP: "상한 적용",
    Component.NO_SHOW: "노쇼 위약금",
    Component.LATE_CANCEL: "취소 위약금",
    Component.MATERIAL: "재료비",
    Component.OPERATOR: "기술지원",
    Component.TRAINING: "교육비",
    Component.COMMISSION: "시험·분석료",
    Component.OTHER: "기타",
}
COMPONENT_EN = {
    Component.BASE_FEE: "base fee",
    Component.TIME: "use",
    Component.SURCHARGE: "time-of-day surcharge",
    Component.OVERRUN: "overrun surcharge",
    Component.MINIMUM: "up to the least amount",
    Component.CAP: "above the monthly cap",
    Component.NO_SHOW: "no-show fee",
    Component.LATE_CANCEL: "late cancellation",
    Component.MATERIAL: "material",
    Component.OPERATOR: "operator",
    Component.TRAINING: "training",
    Component.COMMISSION: "measured to order",
    Component.OTHER: "other",
}

#: Of a session over the month's edge these belong as a whole to one month (docs/tariffs.md).
WHOLE = frozenset({Component.BASE_FEE, Component.MINIMUM, Component.NO_SHOW, Component.LATE_CANCEL})

UNBILLED_KO = {
    Unbilled.UNMEASURED: "신호가 없어 이용을 확인할 수 없음",
    Unbilled.UNLOGGED: "장부에 이용 기록이 없음",
    Unbilled.NOT_RUN: "가동하지 않음",
    Unbilled.NOISE: "청구하지 않는 짧은 가동",
    Unbilled.ROUNDED: "한 단위의 여유 시간 이내",
    Unbilled.TAKEN: "다른 이용자가 사용함",
    Unbilled.DECIDED: "청구 시간 0으로 결정",
    Unbilled.NO_SHOW: "이용하지 않음, 위약금 없음",
    Unbilled.EXCUSED: "앞선 이용 또는 센터 사정으로 이용하지 못함",
}
UNBILLED_EN = {
    Unbilled.UNMEASURED: "no signal says whether it was used",
    Unbilled.UNLOGGED: "the ledger has no entry of it",
    Unbilled.NOT_RUN: "did not run",
    Unbilled.NOISE: "ran for less than is billed",
    Unbilled.ROUNDED: "within the grace of one block",
    Unbilled.TAKEN: "others used it",
    Unbilled.DECIDED: "decided to be nothing",
    Unbilled.NO_SHOW: "not used, and no fee for that",
    Unbilled.EXCUSED: "kept out by an earlier use or by the centre",
}

#: Said where a company did not run the machine by itself.
MODE_KO = {UsageMode.ASSISTED: "지원 이용", UsageMode.COMMISSIONED: "의뢰"}
MODE_EN = {UsageMode.ASSISTED: "assisted", UsageMode.COMMISSIONED: "commissioned"}


def sentences(charge: Charge, zone: ZoneInfo) -> tuple[str, str]:
    """Return the charge's sentences in Korean and English; times in the centre's zone."""
    trace = charge.trace
    korean, english = labels(charge)
    if trace.usage_mode in MODE_KO:
        korean, english = (
            f"{korean} ({MODE_KO[trace.usage_mode]})",
            f"{english} ({MODE_EN[trace.usage_mode]})",
        )
    times_ko, times_en = _times(charge, zone)
    if times_ko:
        korean, english = f"{korean}: {times_ko}", f"{english}: {times_en}"
    if trace.share:
        ko, en = _fee(trace.share)
    elif trace.sold and charge.component is Component.OTHER:
        ko, en = _own(trace.sold.name_ko, charge.amount)
    elif trace.sold:
        ko, en = _sold(trace.sold, _keep(trace))
    elif trace.capped:
        capped = trace.capped
        ko = f" {capped.group} 합계 {capped.came_to:,}원, 월 상한 {capped.most:,}원"
        en = f" {capped.group} came to KRW {capped.came_to:,}, at most KRW {capped.most:,} a month"
        if capped.part not in {None, capped.came_to}:
            ko += f" (이 줄은 그중 {capped.part:,}원의 몫)"
            en += f" (this line: the share of KRW {capped.part:,})"
    elif charge.component in {Component.BASE_FEE, Component.MINIMUM}:
        ko, en = _flat(charge, _keep(trace))
    else:
        ko, en = _timed(trace, trace.flat if charge.component is Component.OVERRUN else 0)
    names_ko, names_en = ("", "") if trace.share else _discounts(trace)
    return _with_reasons(trace, korean + ko + names_ko, english + en + names_en)


def labels(charge: Charge) -> tuple[str, str]:
    """Return the name of what a charge is for in Korean and in English: its component's, or the
    good's own tax item.
    """
    item = charge.trace.sold.tax_item if charge.trace.sold else None
    if item and item is not ITEMS.get(charge.component):
        return TAX_ITEMS[item]
    return COMPONENT_KO[charge.component], COMPONENT_EN[charge.component]


def _times(charge: Charge, zone: ZoneInfo) -> tuple[str, str]:
    """Write the times of a charge.

    Of a session over the month's edge the whole time, and the part of this month.
    """
    trace = charge.trace
    own = ", ".join(_span(p, zone) for p in trace.periods)
    if trace.whole is None:
        return own, own
    whole = _span(trace.whole, zone)
    if charge.component in WHOLE or not own:
        # A session's fees are not parted between two months.
        return whole, whole
    return f"{whole} 중 이 달 {own}", f"{whole}, of which this month {own}"


def _span(period: Period, zone: ZoneInfo) -> str:
    """Write a period in the centre's zone, with the day of its end where that is another."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    day = "" if end.date() == start.date() else f"{end:%m/%d} "
    return f"{start:%m/%d %H:%M:%S}–{day}{end:%H:%M:%S}"


def _discounts(trace: Trace) -> tuple[str, str]:
    """Name the discounts that were taken off, each with its per cent."""
    found = discounts(trace)
    if not found:
        return "", ""
    korean, english = (", ".join(names) for names in zip(*found, strict=True))
    return f" ({korean})", f" ({english})"


def discounts(trace: Trace) -> list[tuple[str, str]]:
    """Return the name and per cent of each discount that was taken off, in Korean and English."""
    return [
        (f"{_discount_ko(names[0])} {_number(pct)} %", f"{names[1]} discount {_number(pct)} %")
        for names, pct in (
            (trace.discount_names, trace.discount_pct),
            (trace.extra_names, trace.extra_pct),
        )
        if pct and names[0]
    ]


def _discount_ko(name: str) -> str:
    """Name a discount; one whose name says already that it is one keeps its name."""
    return name if name.endswith(("할인", "감면")) else f"{name} 할인"


def _fee(share: Share) -> tuple[str, str]:
    unused, booked = share.unused_seconds, share.booked_seconds
    factors = f"× {_number(share.pct)} % × {unused}/{booked}"
    lead_ko = lead_en = ""
    if share.lead_seconds is not None:
        before = max(0, share.lead_seconds)
        lead_ko, lead_en = (
            f" 시작 {_duration_ko(before)} 전 취소",
            f" cancelled {_duration_en(before)} before",
        )
    price = _won(Fraction(share.exact or share.net))
    return (
        f"{lead_ko} 예약 {'정가' if share.is_list else '순금액'} {price}원 {factors}초",
        f"{lead_en} booked, {'list' if share.is_list else 'net'} KRW {price} {factors} s",
    )


def _own(reason: str, amount: int) -> tuple[str, str]:
    """Return the sentences of a manager's own line: its reason and its sum, which has no unit."""
    sign = "−" if amount < 0 else ""
    return f" {reason} {sign}{abs(amount):,}원", f" {reason} {sign}KRW {abs(amount):,}"


def _sold(sold: Sold, keep: str) -> tuple[str, str]:
    smallest = Measure(sold.measure).smallest
    given, charged = (f"{Decimal(n) / smallest:,f}" for n in (sold.quantity, sold.charged))
    unit, price = sold.measure, f"{sold.price:,f}"
    pct = "" if sold.pct == 100 else f" × {_number(sold.pct)} %"
    note = f" ({sold.note})" if sold.note else ""
    return (
        f" {sold.name_ko} {given} {unit} → {charged} {unit} × {price}원/{unit}{pct}{keep}{note}",
        f" {sold.name_en} {given} {unit} → {charged} {unit} × KRW {price}/{unit}{pct}{keep}{note}",
    )


def _won(exact: Fraction) -> str:
    """Write won, with two decimals where they are no whole number."""
    return f"{Decimal(exact.numerator) / exact.denominator:,.2f}".removesuffix(".00")


def _flat(charge: Charge, keep: str) -> tuple[str, str]:
    """Return the sentences of a sum without seconds: a base fee, or the rest to a minimum."""
    won = _won(Fraction(charge.trace.gross))
    if charge.component is Component.MINIMUM:
        least = charge.trace.minimum
        return (
            f" 최저 {least:,}원까지 {won}원{keep}",
            f" least KRW {least:,}, short of it KRW {won}{keep}",
        )
    return f" 1회 {won}원{keep}", f" KRW {won} a session{keep}"


def _timed(trace: Trace, flat: int) -> tuple[str, str]:
    keep = _keep(trace)
    ko = " + ".join(
        f"{_duration_ko(p.seconds)} × {p.rate_per_hour:,f}원/시간{_times_pct(p)}{keep}"
        for p in trace.parts
    )
    en = " + ".join(
        f"{_duration_en(p.seconds)} × KRW {p.rate_per_hour:,f}/h{_times_pct(p)}{keep}"
        for p in trace.parts
    )
    if flat:
        ko = f"{ko} + " * bool(ko) + f"1회 {flat:,}원{keep}"
        en = f"{en} + " * bool(en) + f"KRW {flat:,} once{keep}"
    here_ko = here_en = ""
    if trace.whole:
        here = sum(p.seconds for p in trace.periods)
        here_ko, here_en = (
            f" 중 이 달 {_duration_ko(here)}",
            f", of which this month {_duration_en(here)}",
        )
    korean = (
        f" {BASIS_KO[trace.basis]} {_duration_ko(trace.measured_seconds)}{here_ko} → {ko or '0원'}"
    )
    english = (
        f" {BASIS_EN[trace.basis]} {_duration_en(trace.measured_seconds)}{here_en} → "
        f"{en or 'KRW 0'}"
    )
    if trace.unbilled:
        korean += f" ({UNBILLED_KO[trace.unbilled]})"
        english += f" ({UNBILLED_EN[trace.unbilled]})"
    if trace.quota_seconds:
        korean += f" (무료 {_duration_ko(trace.quota_seconds)} 제외)"
        english += f" (without {_duration_en(trace.quota_seconds)} free)"
    if trace.counter_seconds:
        korean += f" (계수기 보전 {_duration_ko(trace.counter_seconds)})"
        english += f" ({_duration_en(trace.counter_seconds)} by counter)"
    if trace.ledger_seconds:
        korean += f" (장부 기록 {_duration_ko(trace.ledger_seconds)}, 등급 L)"
        english += f" ({_duration_en(trace.ledger_seconds)} by the ledger, grade L)"
    return korean, english


def _keep(trace: Trace) -> str:
    """Return the remainders after the discounts, as factors."""
    left = [100 - pct for pct in (trace.discount_pct, trace.extra_pct) if pct]
    return "".join(f" × {_number(value)} %" for value in left)


def _with_reasons(trace: Trace, korean: str, english: str) -> tuple[str, str]:
    """Return the sentences with the reasons of managers' decisions."""
    for reason, ko, en in (
        (trace.decided, "수량 결정", "quantity decided"),
        (trace.usage_mode_decided, "이용 구분 결정", "mode decided"),
        (trace.waived, "면제", "waived"),
        (trace.override, "예외 승인", "exception"),
    ):
        if reason:
            korean, english = f"{korean} ({ko}: {reason})", f"{english} ({en}: {reason})"
    return korean, english


def _times_pct(part: Portion) -> str:
    return "" if part.pct == 100 else f" × {_number(part.pct)} %"


def _duration_ko(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}분" + (f" {rest}초" if rest else "")


def _duration_en(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min" + (f" {rest} s" if rest else "")


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
