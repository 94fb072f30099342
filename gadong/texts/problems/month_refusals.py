"""Sentences for refusals about locked months, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English). {actual} is the rule's figure.
MONTH_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "month.locked": (
        "{actual}은 마감된 달입니다. 이후에 알려진 사실은 정정으로만 반영합니다.",
        "The month {actual} is locked. What comes to be known of it becomes a correction.",
    ),
    "month.open": (
        "아직 발행하지 않은 내역서가 {actual}건 있습니다. 모두 발행한 뒤 마감하세요.",
        "{actual} statements are not issued yet. Lock the month when all of them are.",
    ),
    "month.open_counter": (
        "끝 수치가 없는 계수기 이용이 있습니다: {actual}. 끝 수치를 넣거나 취소한 뒤 마감하세요.",
        (
            "A use of the page counter of {actual} has no end. Enter its end or take it back, then "
            "lock the month."
        ),
    ),
    "month.locked_unstated": (
        "{actual}은 마감된 달이고 이 기업의 내역서가 없어 청구할 수 없습니다. 마감을 풀고 내역서를 발행하세요.",
        (
            "The month {actual} is locked and this company has no statement of it. Unlock it to "
            "issue one."
        ),
    ),
    "month.late_use": (
        (
            "{actual}을 마감한 뒤에, 내역서가 없는 기업의 이용이 알려졌습니다. "
            "마감을 풀고 내역서를 계산해 발행한 뒤 다시 마감하세요."
        ),
        (
            "Use by companies without a statement became known after {actual} was locked. "
            "Unlock the month, compute and issue their statements, and lock it again."
        ),
    ),
    "month.unstated": (
        "이 달에 이용이 있는데 내역서가 없는 기업이 있습니다: {actual}. 내역서를 발행한 뒤 마감하세요.",
        (
            "These companies used something in the month and have no statement: {actual}. Issue "
            "theirs, then lock it."
        ),
    ),
}
