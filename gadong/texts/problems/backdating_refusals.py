"""Sentences for what is to be accepted before a tariff or a rule is kept, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English). {actual} is a statement's number, the month of drafts, or a length.
BACKDATING_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "tariff.changes_issued": (
        "지난 날부터 적용하는 요금표라 발행된 내역서 {actual}의 금액이 달라집니다. 확인한 뒤 게시하세요.",
        (
            "It is from a past day and would change the issued statement {actual}. Look at it and "
            "accept it to publish."
        ),
    ),
    "tariff.changes_drafts": (
        (
            "지난 날부터 적용하는 요금표라 {actual}의 내역서 초안 {drafts}건의 합계가 "
            "{was:,}원에서 {now:,}원으로 달라집니다. 확인한 뒤 게시하세요."
        ),
        (
            "It is from a past day: {drafts} drafts of {actual} would come to KRW {now:,} instead "
            "of KRW {was:,}. Look at them and accept it to publish."
        ),
    ),
    "holiday.changes_issued": (
        (
            "이 날로 발행된 내역서 {actual}({company}, {month})의 합계가 {was:,}원에서 {now:,}원으로 "
            "달라집니다. 확인한 뒤 저장하세요. 차액은 정정으로 반영합니다."
        ),
        (
            "The day would change the issued statement {actual} ({company}, {month}) from "
            "KRW {was:,} to KRW {now:,}. Accept it to keep the day; the difference then waits to "
            "be corrected."
        ),
    ),
    "stay.changes_issued": (
        (
            "지난 날의 변경이라 발행된 내역서 {actual}({company}, {month})의 금액이 달라집니다. 확인한 뒤 "
            "저장하세요. 차액은 정정으로 반영합니다."
        ),
        (
            "It is of past days and would change the issued statement {actual} ({company}, "
            "{month}). Accept it to keep it; the difference then waits to be corrected."
        ),
    ),
    "policy.changes_issued": (
        (
            "지난 때부터 적용하면 발행된 내역서 {actual}({company}, {month})의 합계가 {was:,}원에서 "
            "{now:,}원으로 달라집니다. 확인한 뒤 저장하세요. 차액은 정정으로 반영합니다."
        ),
        (
            "From that past time on, it would change the issued statement {actual} ({company}, "
            "{month}) from KRW {was:,} to KRW {now:,}. Accept it to keep the rule; the difference "
            "then waits to be corrected."
        ),
    ),
    "tariff.fee_before_free": (
        (
            "{machines}: 예약 규칙으로는 시작 {limit} 전까지 무료로 취소할 수 있는데 요금표의 취소 위약금은 "
            "시작 {actual} 전부터 있습니다. 무료 취소 기한(free_cancellation_minutes)을 시작 {actual} "
            "전으로 하거나 요금표를 고치세요."
        ),
        (
            "{machines}: by the rules of booking cancelling is free until {limit} before the"
            " start, and by the tariff it costs from {actual} before on. Set"
            " free_cancellation_minutes to {actual}, or change the tariff."
        ),
    ),
    "tariff.fee_always": (
        (
            "{machines}: 예약 규칙으로는 시작 {limit} 전까지 무료로 취소할 수 있는데 요금표로는 언제 취소해도 "
            "위약금이 있습니다. 요금표의 취소 단계에 0 %를 더하거나 무료 취소 기한"
            "(free_cancellation_minutes)을 늘리세요."
        ),
        (
            "{machines}: by the rules of booking cancelling is free until {limit} before the"
            " start, and by the tariff it always costs something. Add a tier of 0 % to"
            " late_cancel, or raise free_cancellation_minutes."
        ),
    ),
}
