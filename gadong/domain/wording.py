"""A charge as a sentence, in Korean and English, that a company can check with a calculator."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from gadong.domain.rating import Charge, Part, Trace
from gadong.domain.tariff import Basis, Component

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
    Component.TIME: "사용료",
    Component.SURCHARGE: "시간대 할증",
    Component.OVERRUN: "초과 이용 할증",
    Component.NO_SHOW: "노쇼 위약금",
}
COMPONENT_EN = {
    Component.TIME: "use",
    Component.SURCHARGE: "time-of-day surcharge",
    Component.OVERRUN: "overrun surcharge",
    Component.NO_SHOW: "no-show fee",
}


def sentences(charge: Charge, zone: ZoneInfo) -> tuple[str, str]:
    """The charge in Korean and in English; times in the centre's zone."""
    trace = charge.trace
    times = ", ".join(
        f"{p.start.astimezone(zone):%m/%d %H:%M:%S}–{p.end.astimezone(zone):%H:%M:%S}" for p in trace.periods
    )
    korean = f"{COMPONENT_KO[charge.component]}: {times}"
    english = f"{COMPONENT_EN[charge.component]}: {times}"
    if trace.share:
        share = trace.share
        unused, booked = share.unused_seconds, share.booked_seconds
        factors = f"× {_number(share.pct)} % × {unused}/{booked}"
        return _with_override(
            trace,
            f"{korean} 예약 순금액 {share.net:,}원 {factors}초",
            f"{english} booked, net KRW {share.net:,} {factors} s",
        )
    rate = f"{trace.rate_per_hour:,f}"
    keep = f" × {_number(100 - trace.discount_pct)} %" if trace.discount_pct else ""
    korean += f" {BASIS_KO[trace.basis]} {_duration_ko(trace.measured_seconds)} → " + " + ".join(
        f"{_duration_ko(p.seconds)} × {rate}원/시간{_times_pct(p)}{keep}" for p in trace.parts
    )
    english += f" {BASIS_EN[trace.basis]} {_duration_en(trace.measured_seconds)} → " + " + ".join(
        f"{_duration_en(p.seconds)} × KRW {rate}/h{_times_pct(p)}{keep}" for p in trace.parts
    )
    if trace.counter_seconds:
        korean += f" (계수기 보전 {_duration_ko(trace.counter_seconds)})"
        english += f" ({_duration_en(trace.counter_seconds)} by counter)"
    return _with_override(trace, korean, english)


def _with_override(trace: Trace, korean: str, english: str) -> tuple[str, str]:
    """The sentences with the reason for which a manager passed a rule, where one did."""
    if not trace.override:
        return korean, english
    return f"{korean} (예외 승인: {trace.override})", f"{english} (exception: {trace.override})"


def _times_pct(part: Part) -> str:
    return "" if part.pct == 100 else f" × {_number(part.pct)} %"


def _duration_ko(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}분" + (f" {rest}초" if rest else "")


def _duration_en(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min" + (f" {rest} s" if rest else "")


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
