"""Texts of a document's lines: the names of charges, and the parts of a line's sentence.

Issued documents keep these sentences and are computed again from them. A text that changes here
makes a later statement differ from an earlier one of the same use.
"""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: By the basis of a price.
BASES: Mapping[str, Text] = {
    "actual_run": Text("가동", "ran"),
    "actual_occupied": Text("점유", "occupied"),
    "booked": Text("예약", "booked"),
    "hull": Text("예약·이용", "booked or used"),
}
#: By the component of a charge.
COMPONENTS: Mapping[str, Text] = {
    "base_fee": Text("기본료", "base fee"),
    "time": Text("사용료", "use"),
    "surcharge": Text("시간대 할증", "time-of-day surcharge"),
    "overrun": Text("초과 이용 할증", "overrun surcharge"),
    "minimum": Text("최저요금 보정", "up to the least amount"),
    "cap": Text("상한 적용", "above the monthly cap"),
    "no_show": Text("노쇼 위약금", "no-show fee"),
    "late_cancel": Text("취소 위약금", "late cancellation"),
    "material": Text("재료비", "material"),
    "operator": Text("기술지원", "operator"),
    "training": Text("교육비", "training"),
    "commission": Text("시험·분석료", "measured to order"),
    "other": Text("기타", "other"),
}
#: By the reason that time is not billed.
UNBILLED: Mapping[str, Text] = {
    "unmeasured": Text("신호가 없어 이용을 확인할 수 없음", "no signal says whether it was used"),
    "unlogged": Text("장부에 이용 기록이 없음", "the ledger has no entry of it"),
    "not_run": Text("가동하지 않음", "did not run"),
    "excluded": Text(
        "고장·정비 등 청구하지 않는 시간", "all of it time that is not billed, as of a fault"
    ),
    "elsewhere": Text("다른 예약·이용에 포함해 청구", "billed with another booking or use"),
    "other_month": Text(
        "청구할 시간은 다른 달에 있음", "what is billed of it lies in another month"
    ),
    "noise": Text("청구하지 않는 짧은 가동", "ran for less than is billed"),
    "rounded": Text("한 단위의 여유 시간 이내", "within the grace of one block"),
    "taken": Text("다른 이용자가 사용함", "others used it"),
    "decided": Text("청구 시간 0으로 결정", "decided to be nothing"),
    "no_show": Text("이용하지 않음, 위약금 없음", "not used, and no fee for that"),
    "excused": Text(
        "앞선 이용 또는 센터 사정으로 이용하지 못함", "kept out by an earlier use or by the centre"
    ),
}
#: By a usage mode, where a company did not run the machine by itself.
MODES: Mapping[str, Text] = {
    "assisted": Text("지원 이용", "assisted"),
    "commissioned": Text("의뢰", "commissioned"),
}
#: By the item of a tax invoice (품목), in Korean as tax invoices say it.
TAX_ITEMS: Mapping[str, Text] = {
    "use_fee": Text("장비사용료", "machine time"),
    "material_fee": Text("재료비", "materials"),
    "printing_fee": Text("출력료", "printing"),
    "processing_fee": Text("가공료", "processing"),
    "storage_fee": Text("보관료", "storage"),
    "analysis_fee": Text("시험·분석료", "testing and analysis"),
    "support_fee": Text("기술지원비", "technical support"),
    "training_fee": Text("교육비", "training fees"),
    "lease_fee": Text("임대료", "lease"),
    "maintenance_fee": Text("관리비", "maintenance"),
    "penalty_fee": Text("위약금", "fee for not coming"),
    "other_fee": Text("기타", "other"),
}
#: By the kind of a manager's decision, before its reason.
DECISIONS: Mapping[str, Text] = {
    "decided": Text("수량 결정", "quantity decided"),
    "usage_mode_decided": Text("이용 구분 결정", "mode decided"),
    "waived": Text("면제", "waived"),
    "override": Text("예외 승인", "exception"),
}
#: Ends of a discount's name that say already that it is one.
NAMES_OF_DISCOUNTS = ("할인", "감면")

IN_BRACKETS = Text("{text} ({more})", "{text} ({more})")
REASON = Text("{text} ({decision}: {reason})", "{text} ({decision}: {reason})")
WITH_TIMES = Text("{text}: {times}", "{text}: {times}")
OF_THIS_MONTH = Text("{whole} 중 이 달 {own}", "{whole}, of which this month {own}")
DISCOUNT = Text("{name} {pct} %", "{name} discount {pct} %")
DISCOUNT_UNNAMED = Text("{name} 할인", "{name}")
CAPPED = Text(
    " {group} 합계 {came_to:,}원, 월 상한 {most:,}원",
    " {group} came to KRW {came_to:,}, at most KRW {most:,} a month",
)
CAPPED_PART = Text(" (이 줄은 그중 {part:,}원의 몫)", " (this line: the share of KRW {part:,})")
#: A part of a line that several companies pay.
DIVIDED = Text(
    "{text} (공동 이용 {whole:,}원 중 {part}/{all}의 몫)",
    "{text} (a part of {part}/{all} of KRW {whole:,} together)",
)
CANCELLED = Text(" 시작 {before} 전 취소", " cancelled {before} before")
FEE_OF_LIST = Text(
    "{lead} 예약 정가 {price}원 {factors}초", "{lead} booked, list KRW {price} {factors} s"
)
FEE_OF_NET = Text(
    "{lead} 예약 순금액 {price}원 {factors}초", "{lead} booked, net KRW {price} {factors} s"
)
OWN_LINE = Text(" {reason} {sign}{amount:,}원", " {reason} {sign}KRW {amount:,}")
#: Rent of days of a month, after those that lie in an earlier stretch of it.
RENT = Text(
    " {unit} {first}–{last} 월 {monthly:,}원 × {days}/{of_days}일{before}",
    " {unit} {first}–{last} KRW {monthly:,} a month × {days}/{of_days} days{before}",
)
RENT_BEFORE = Text(
    " (이 달 앞선 입주 {days}일 다음)", " (after {days} rented days of the month before)"
)
SOLD = Text(
    " {name} {given} {unit} → {charged} {unit} × {price}원/{unit}{factors}{note}",
    " {name} {given} {unit} → {charged} {unit} × KRW {price}/{unit}{factors}{note}",
)
#: Stored goods after those of the month's earlier statements: what they and all came to.
SOLD_BEFORE = Text(
    " (이 달 앞선 {given} {unit} {before}원, 모두 {together}원)",
    " (the month's {given} {unit} before: KRW {before}, together KRW {together})",
)
MINIMUM = Text(
    " 최저 {least:,}원까지 {won}원{factors}", " least KRW {least:,}, short of it KRW {won}{factors}"
)
BASE_FEE = Text(" 1회 {won}원{factors}", " KRW {won} a session{factors}")
PORTION = Text(
    "{duration} × {rate:,f}원/시간{seats}{factors}", "{duration} × KRW {rate:,f}/h{seats}{factors}"
)
#: Half days, shifts and other hours of the day's clock that have one price.
UNITS_OF_DAY = Text(
    "{name} {count} × {price:,f}원{seats}{factors}",
    "{count} × {name} at KRW {price:,f}{seats}{factors}",
)
UNITS_OWED = Text(
    "{name} 0 × {price:,f}원 (이미 청구한 단위)", "0 × {name} at KRW {price:,f} (charged already)"
)
#: The seats of a room that a rate by the seat is charged for.
SEATS = Text(" × {seats}석", " × {seats} seats")
ONCE = Text("1회 {flat:,}원{factors}", "KRW {flat:,} once{factors}")
HERE = Text(" 중 이 달 {duration}", ", of which this month {duration}")
TIMED = Text(" {basis} {measured}{here} → {portions}", " {basis} {measured}{here} → {portions}")
NO_MONEY = Text("0원", "KRW 0")
QUOTA = Text(" (무료 {duration} 제외)", " (without {duration} free)")
BY_COUNTER = Text(" (계수기 보전 {duration})", " ({duration} by counter)")
BY_LEDGER = Text(" (장부 기록 {duration}, 등급 L)", " ({duration} by the ledger, grade L)")
MINUTES = Text("{minutes}분", "{minutes} min")
MINUTES_AND_SECONDS = Text("{minutes}분 {rest}초", "{minutes} min {rest} s")
