"""A charge as a sentence, in Korean and English, that a company can check with a calculator."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from gadong.domain.rating import Charge
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
    rate = f"{trace.rate_per_hour:,f}"
    discounted = trace.discount_pct and charge.component is Component.TIME
    keep = f" × {_number(100 - trace.discount_pct)} %" if discounted else ""
    korean = (
        f"{COMPONENT_KO[charge.component]}: {times} {BASIS_KO[trace.basis]} {_duration_ko(trace.measured_seconds)}"
        f" → {_duration_ko(trace.billed_seconds)} × {rate}원/시간{keep}"
    )
    english = (
        f"{COMPONENT_EN[charge.component]}: {times} {BASIS_EN[trace.basis]} {_duration_en(trace.measured_seconds)}"
        f" → {_duration_en(trace.billed_seconds)} × KRW {rate}/h{keep}"
    )
    if trace.counter_seconds:
        korean += f" (계수기 보전 {_duration_ko(trace.counter_seconds)})"
        english += f" ({_duration_en(trace.counter_seconds)} by counter)"
    return korean, english


def _duration_ko(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}분" + (f" {rest}초" if rest else "")


def _duration_en(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min" + (f" {rest} s" if rest else "")


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
