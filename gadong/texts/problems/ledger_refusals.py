"""Sentences for refusals of the ledger of use, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English), as in `refusals.PROBLEMS`.
LEDGER_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "statement.unlogged": (
        "장부 장비의 예약 {actual}건에 이용 기록이 없습니다. 장부에 적거나, 청구할 시간을 정하거나, 승인할 때 수용하세요.",
        (
            "{actual} bookings of machines with a ledger have no entry. Write the use down, "
            "set the "
            "seconds, or accept."
        ),
    ),
    "statement.refuted": (
        "장부에 적힌 이용 {actual}분은 신호로는 쉬고 있어 청구되지 않습니다. 기록을 취소하거나 수용하세요.",
        (
            "{actual} minutes of written use were a rest by the signals. Take the entry back, "
            "or accept."
        ),
    ),
    "logged.overlap": (
        "이 장비의 다른 장부 기록과 시간이 겹칩니다({actual}). 시간을 고치거나 먼저 그 기록을 취소하세요.",
        (
            "Another entry of this machine's ledger overlaps ({actual}). Change the time, or take "
            "that entry back."
        ),
    ),
    "logged.future": (
        "아직 끝나지 않은 이용은 장부에 적을 수 없습니다({actual}). 끝난 뒤에 적으세요.",
        "Use that is not over is not written down ({actual}). Enter it once it is.",
    ),
    "logged.month_closed": (
        "마감했거나 내역서를 발행한 달의 이용입니다({actual}). 정정으로 적겠다고 표시하세요.",
        "The month is locked or its statement issued ({actual}). Mark the entry as a correction.",
    ),
    "logged.signals": (
        "장비 {actual}은(는) 신호로 관측합니다. 미확인 시간은 결정으로 정하거나, 관측 방법을 장부로 바꾸세요.",
        (
            "Machine {actual} is observed by its signals. Decide unknown time, or declare that a "
            "ledger observes it."
        ),
    ),
    "logged.too_long": (
        "한 기록은 {limit}일까지입니다(요청은 {actual}일). 나누어 적으세요.",
        "One entry lasts {limit} days at most (this is {actual}). Divide it.",
    ),
    "table.empty": (
        "표가 비어 있습니다. 머리글부터 붙여 넣으세요.",
        "The table is empty. Paste it with its headings.",
    ),
    "table.too_long": (
        "한 번에 2,000줄까지 붙여 넣을 수 있습니다({actual}줄). 나누어 넣으세요.",
        "Paste at most 2,000 lines at a time (these are {actual}). Divide the table.",
    ),
    "table.heading_missing": (
        "머리글 '{actual}' 열이 없습니다. 첫 줄에 열 이름을 넣으세요.",
        "The column '{actual}' is missing. Name the columns in the first line.",
    ),
    "table.heading_twice": (
        "머리글 '{actual}' 열이 두 번 있습니다. 하나를 지우세요.",
        "The column '{actual}' is there twice. Remove one of them.",
    ),
    "table.day": (
        "'{actual}'은(는) 날짜가 아닙니다. 2026-11-02처럼 쓰세요.",
        "'{actual}' is no day. Write it like 2026-11-02.",
    ),
    "table.no_day": (
        "'{actual}'의 날짜가 없습니다. 날짜 열을 넣거나 시각 앞에 날짜를 쓰세요.",
        "'{actual}' has no day. Add a column of dates, or write the day before the time.",
    ),
    "table.time": (
        "'{actual}'은(는) 시각이 아닙니다. 14:30처럼 쓰세요.",
        "'{actual}' is no time of the day. Write it like 14:30.",
    ),
    "table.end": (
        "종료 '{actual}'이(가) 시작보다 늦지 않습니다. 다음 날이면 날짜를 함께 쓰세요.",
        "The end '{actual}' is not after the start. If it is on the next day, write its day too.",
    ),
    "table.samples": (
        "'{actual}'은(는) 시료 수가 아닙니다. 0에서 1,000,000까지의 정수로 쓰세요.",
        "'{actual}' is no number of samples. Write a whole number from 0 to 1,000,000.",
    ),
    "table.reason": (
        "사유가 비어 있습니다. 용도를 적으세요.",
        "The reason is empty. Say what the use was for.",
    ),
    "table.machine": (
        "센터에 장비 '{actual}'이(가) 없습니다. 이름이나 식별자를 확인하세요.",
        "The centre has no machine '{actual}'. Check its name or slug.",
    ),
    "table.machine_several": (
        "장비 '{actual}'이(가) 여럿입니다. 식별자로 쓰세요.",
        "Several machines are called '{actual}'. Write the slug.",
    ),
    "table.company": (
        "센터의 기업 중에 '{actual}'이(가) 없습니다. 사업자등록번호나 이름을 확인하세요.",
        "The centre serves no company '{actual}'. Check its registration number or name.",
    ),
    "table.company_several": (
        "'{actual}'이라는 기업이 여럿입니다. 사업자등록번호로 쓰세요.",
        "Several companies are called '{actual}'. Write the registration number.",
    ),
    "table.person": (
        "이 기업(없으면 센터 직원)에 '{actual}'이(가) 없습니다. 비우거나 이용자를 먼저 등록하세요.",
        (
            "The company (or, without one, the staff) has no '{actual}'. Leave it empty, or "
            "add the "
            "person first."
        ),
    ),
    "table.person_several": (
        "'{actual}'이라는 이용자가 여럿입니다. 전자우편으로 쓰세요.",
        "Several people are called '{actual}'. Write the e-mail address.",
    ),
    "table.line": ("이 행은 입력할 수 없습니다: {actual}", "This line cannot be entered: {actual}"),
    "tariff.unmeasured": (
        "{actual}에는 이 기준을 잴 신호가 있는 장비가 없습니다. 예약 기준으로 바꾸거나 신호가 없을 때 청구 기준을 정하세요.",
        (
            "No machine of {actual} has what this basis measures. Take a booked basis, or "
            "declare a "
            "basis without signals (ledger_basis)."
        ),
    ),
}
