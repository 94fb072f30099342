"""What a person reads when something is refused: what is wrong and what to do, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.domain.problem import Problem

#: code → (Korean, English). {limit} and {actual} are the rule's figures.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "booking.in_the_past": (
        "이미 지난 시각입니다. 지금 이후의 시간을 고르세요.",
        "This time has passed. Choose one from now on.",
    ),
    "booking.notice": (
        "시작 {limit}분 전까지 예약해야 합니다(지금은 {actual}분 전). 더 늦은 시간을 고르세요.",
        "Book at least {limit} minutes ahead (this is {actual}). Choose a later time.",
    ),
    "booking.horizon": (
        "{limit}일 이내만 예약할 수 있습니다(요청은 {actual}일 뒤). 더 이른 날을 고르세요.",
        "Booking is open {limit} days ahead (this is {actual}). Choose an earlier day.",
    ),
    "booking.too_short": (
        "최소 {limit}분부터 예약할 수 있습니다(요청은 {actual}분).",
        "Book at least {limit} minutes (you asked for {actual}).",
    ),
    "booking.too_long": (
        "한 번에 최대 {limit}분까지 예약할 수 있습니다(요청은 {actual}분). 나누어 예약하세요.",
        "Book at most {limit} minutes at a time (you asked for {actual}). Split the booking.",
    ),
    "booking.closed": (
        "요청한 시간 중 {actual}분은 운영시간이 아닙니다. 운영시간 안에서 고르세요.",
        "{actual} minutes of this lie outside opening hours. Choose a time inside them.",
    ),
    "booking.unqualified": (
        "이 장비는 '{limit}' 교육 이수가 필요합니다. 센터에 교육을 신청하세요.",
        "This machine needs the training '{limit}'. Ask the centre for it.",
    ),
    "booking.taken": (
        "다른 예약(준비·정리 시간 포함)이 있습니다. 아래의 가까운 빈 시간을 이용하세요.",
        "Another booking (with its turn-round) holds this time. Take one of the nearest free times below.",
    ),
    "booking.retired": (
        "더 이상 운영하지 않는 장비입니다. 다른 장비를 고르세요.",
        "This machine is no longer in service. Choose another.",
    ),
    "statement.no_rate": (
        "장비 {actual}의 요금이 사용료표에 없습니다. 요금을 넣은 사용료표를 게시하세요.",
        "The tariff has no rate for machine {actual}. Publish one that has.",
    ),
    "statement.unattributed": (
        "예약과 맞닿은 가동 {actual}초의 이용자가 정해지지 않았습니다. 결정하거나 승인할 때 수용하세요.",
        "{actual} seconds of running beside these bookings belong to nobody. Decide whose they are, or accept them.",
    ),
    "statement.open_session": (
        "아직 끝나지 않은 이용이 {actual}건 있습니다. 퇴실 처리하거나 끝나기를 기다리세요.",
        "{actual} sessions are not over. Check them out or wait for their end.",
    ),
    "statement.sequence_gap": (
        "장비 {actual}대의 메시지 번호가 비어 있습니다. 다시 오기를 기다리거나 승인할 때 수용하세요.",
        "{actual} senders have messages missing. Wait for them, or accept the gap when approving.",
    ),
    "statement.negative": ("합계가 음수입니다({actual}원).", "The total is negative (KRW {actual})."),
    "tariff.item_twice": ("{actual}의 요금이 두 번 있습니다.", "{actual} is priced twice."),
    "tariff.discount_twice": (
        "구분 {actual}의 할인이 두 번 있습니다.",
        "Category {actual} is discounted twice.",
    ),
    "tariff.no_items": ("요금이 하나도 없습니다.", "There is not one rate in it."),
    "tariff.windows_overlap": ("{actual}의 시간대가 겹칩니다.", "The time windows of {actual} overlap."),
}

#: code → (Korean title, English title) of a whole answer.
TITLES: Mapping[str, tuple[str, str]] = {
    "not_found": ("없거나 볼 수 없는 항목입니다", "There is no such thing, or it is not yours to see"),
    "forbidden": ("권한이 없습니다", "Your role does not allow this"),
    "unauthenticated": ("로그인이 필요합니다", "Log in first, or send a valid token"),
    "too_many_attempts": ("시도가 너무 많습니다. 나중에 다시 하세요", "Too many attempts; try again later"),
    "invalid": ("값이 올바르지 않습니다", "A value is not acceptable"),
    "conflict": ("이미 있는 것과 맞지 않습니다", "This does not fit what is already there"),
    "not_allowed": ("지금 상태에서는 할 수 없습니다", "This cannot be done in the present state"),
    "changed": ("그 사이 바뀌었습니다. 다시 읽으세요", "It was changed since you read it; read it again"),
    "refused": ("규칙에 맞지 않습니다", "The request breaks rules"),
    "slot_taken": ("이미 예약된 시간입니다", "Somebody else holds the machine in that time"),
    "database_away": ("잠시 후 다시 시도하세요", "The service is briefly away; try again shortly"),
    "error": ("요청을 처리하지 못했습니다", "The request could not be done"),
}


def sentences(problem: Problem) -> tuple[str, str]:
    """The problem in Korean and English, with its figures; its bare code where nobody wrote a sentence."""
    korean, english = PROBLEMS.get(problem.code, (problem.code, problem.code))
    figures = {"limit": problem.limit, "actual": problem.actual}
    return korean.format(**figures), english.format(**figures)
