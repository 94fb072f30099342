"""Sentences for refusals in Korean and English: the broken rule and the next step."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.core.domain.problem import Problem
from gadong.texts.catalogue import FURTHER, Language, Text, sentences_in
from gadong.texts.problems.backdating_refusals import BACKDATING_PROBLEMS
from gadong.texts.problems.booking_refusals import BOOKING_PROBLEMS
from gadong.texts.problems.import_refusals import IMPORT_PROBLEMS
from gadong.texts.problems.ledger_refusals import LEDGER_PROBLEMS
from gadong.texts.problems.month_refusals import MONTH_PROBLEMS
from gadong.texts.problems.refusal_figures import names_of, said
from gadong.texts.problems.resource_refusals import RESOURCE_PROBLEMS

#: code → (Korean, English). {limit} and {actual} are the rule's figures.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    **BOOKING_PROBLEMS,
    **IMPORT_PROBLEMS,
    **LEDGER_PROBLEMS,
    **BACKDATING_PROBLEMS,
    **MONTH_PROBLEMS,
    **RESOURCE_PROBLEMS,
    "statement.no_rate": (
        "{actual}의 요금이 사용료표에 없습니다. 요금을 넣은 사용료표를 게시하세요.",
        "The tariff has no rate for {actual}. Publish one that has.",
    ),
    "statement.unattributed": (
        "예약과 맞닿은 가동 {actual}초의 이용자가 정해지지 않았습니다. 결정하거나 승인할 때 수용하세요.",
        (
            "{actual} seconds of running beside these bookings belong to nobody. Decide whose they "
            "are, or accept them."
        ),
    ),
    "statement.open_session": (
        "아직 끝나지 않은 이용이 {actual}건 있습니다. 사용을 종료하거나 끝나기를 기다리세요.",
        "{actual} sessions are not over. Check them out or wait for their end.",
    ),
    "statement.open_counter": (
        "{actual}의 계수기 이용에 끝 수치가 없습니다. 끝 수치를 넣거나 취소하세요.",
        "A use of the page counter of {actual} has no end. Enter its end, or take it back.",
    ),
    "statement.sequence_gap": (
        "장비 {actual}대의 메시지 번호가 비어 있습니다. 다시 오기를 기다리거나 승인할 때 수용하세요.",
        "{actual} senders have messages missing. Wait for them, or accept the gap when approving.",
    ),
    "statement.uncertain": (
        "이용 {actual}건의 시각이 {limit}분 넘게 불확실합니다(기기 시계 오류 등). 예약과 맞춰 보고 승인할 때 수용하세요.",
        (
            "The times of {actual} sessions are uncertain by over {limit} minutes. Compare the "
            "bookings, then accept."
        ),
    ),
    "statement.contradicted": (
        "이용 {actual}건의 가동이 기기의 나중 메시지나 가동 시간계와 다릅니다. 청구할 시간을 정하거나 승인할 때 수용하세요.",
        (
            "Of {actual} sessions the device's later words or counter say otherwise. Set the "
            "seconds "
            "billed, or accept."
        ),
    ),
    "statement.unknown": (
        "이용 시간 중 {actual}분의 상태를 알 수 없습니다({limit}분까지는 그냥 둡니다). 결정하거나 승인할 때 수용하세요.",
        (
            "{actual} minutes of these sessions were not observed ({limit} are borne). Decide what "
            "they were, or accept them."
        ),
    ),
    "statement.proof_expired": (
        "'{actual}' 증빙의 기한이 이 달에 끝났습니다. 새 증빙을 등록하거나 승인할 때 수용하세요.",
        (
            "The proof of '{actual}' ran out this month. Record a new one, or accept that it "
            "has ended."
        ),
    ),
    "statement.retired": (
        "원시 신호는 {actual}부터만 남아 있어 이 달은 계산할 수 없습니다. 발행된 내역서는 보관된 증빙으로 확인합니다.",
        (
            "Raw signals are kept from {actual} on, so this month cannot be computed. "
            "Evidence proves "
            "what was issued."
        ),
    ),
    "signals.archived": (
        (
            "{actual}의 신호는 보관 파일에 있습니다. 이용내역서의 줄에서 메시지를 그대로 볼 수 있고, "
            "관리자가 gadong archive restore로 신호를 되돌릴 수 있습니다."
        ),
        (
            "The signals of {actual} lie in an archive. The lines of statements lead to their "
            "messages as before; an administrator can bring the signals back (`gadong archive "
            "restore`)."
        ),
    ),
    "signals.deleted": (
        "신호는 {actual}부터만 남아 있습니다. 그 전의 이용내역서는 보관된 증빙으로 확인합니다.",
        "Signals are kept from {actual} on. Evidence proves what older statements say.",
    ),
    "statement.archived": (
        "{actual}의 원시 신호는 보관 파일에 있습니다. 관리자가 gadong archive restore로 되돌리면 이 달을 다시 계산할 수 있습니다.",
        (
            "The raw signals of {actual} lie in an archive. Once an administrator brings them back "
            "(`gadong archive restore`), this month can be computed again."
        ),
    ),
    "statement.decision_idle": (
        "결정 '{actual}'이(가) 아무 줄도 바꾸지 않습니다. 되돌리거나 승인할 때 수용하세요.",
        "The decision '{actual}' changes no line. Take it back, or accept that when approving.",
    ),
    "statement.decision_outdated": (
        "결정 '{actual}' 뒤에 온 신호가 결정과 다릅니다. 되돌려 다시 결정하거나 승인할 때 수용하세요.",
        (
            "Later signals contradict the decision '{actual}'. Take it back, or accept that when "
            "approving."
        ),
    ),
    "statement.decision_shared": (
        "결정 '{actual}'의 시간 일부는 다른 기업이 쓴 시간으로 청구됩니다. 되돌리거나 승인할 때 수용하세요.",
        (
            "Another company is billed for a part of the time of '{actual}'. Take it back, "
            "or accept "
            "that when approving."
        ),
    ),
    "statement.billed_elsewhere": (
        (
            "{actual}에서 쓴 시간 일부를 이미 승인·발행된 다른 기업의 내역서가 결정된 시간으로 청구합니다. "
            "그 결정을 되돌려 그 내역서를 정정하거나 승인할 때 수용하세요."
        ),
        (
            "Another company's approved or issued statement bills a part of this company's time "
            "on {actual} as a decided length. Take that decision back and correct that "
            "statement, or accept this when approving."
        ),
    ),
    "statement.objection": (
        "답하지 않은 이의가 {actual}건 있습니다. 받아들이거나 이유를 들어 거절하세요.",
        "{actual} objections are unanswered. Accept them, or reject them with a reason.",
    ),
    "statement.in_review": (
        "기업의 확인 기간이 {limit}까지입니다. 기다리거나, 확인 기간을 끝내고 승인하세요(기업에 알립니다).",
        (
            "Its company has until {limit} to check it. Wait, or accept that when approving; it "
            "is told."
        ),
    ),
    "tariff.unpriced": (
        "장비 {actual}의 요금이 없습니다. 무료라면 0원으로 넣으세요.",
        "Machine {actual} has no price. If it is free, say so with a rate of 0.",
    ),
    "tariff.currency": (
        "통화 {actual}은(는) 센터의 통화 {limit}와 다릅니다.",
        "Its currency {actual} is not the centre's, {limit}.",
    ),
    "statement.negative": (
        "합계가 음수입니다({actual}원).",
        "The total is negative (KRW {actual}).",
    ),
    "tariff.item_twice": ("{actual}의 요금이 두 번 있습니다.", "{actual} is priced twice."),
    "tariff.discount_twice": (
        "구분 {actual}의 할인이 두 번 있습니다.",
        "Category {actual} is discounted twice.",
    ),
    "tariff.no_items": ("요금이 하나도 없습니다.", "There is not one rate in it."),
    "interlock.device_silent": (
        "잠금 장치가 {limit}초 안에 자기 위치를 알리지 않았습니다. 기기의 전원과 통신을 확인하세요.",
        (
            "The interlock's device has not said where it stands for {limit} seconds. Check "
            "its power "
            "and its network."
        ),
    ),
    "interlock.unobserved": (
        "장비의 상태를 알 수 없습니다. 장비를 켜고 통신을 확인하세요.",
        "Nobody knows the machine's state. Switch it on and check its network.",
    ),
    "interlock.busy": (
        "장비가 움직이고 있습니다({actual}). 끝나면 전환합니다.",
        "The machine works ({actual}). It is switched when that is over.",
    ),
    "interlock.stale": (
        "장비의 마지막 신호가 {limit}초보다 오래되었습니다. 새 신호를 기다립니다.",
        "The machine's last signal is older than {limit} seconds. A new one is waited for.",
    ),
    "interlock.cooling": (
        "아직 {actual}°C입니다. {limit}°C까지 식기를 기다립니다.",
        "It is still {actual} °C hot. It is left to cool to {limit} °C.",
    ),
    "interlock.too_soon": (
        "{limit}초 동안 쉬고 있어야 합니다. 조금 더 기다립니다.",
        "It must have been at rest for {limit} seconds. A little longer.",
    ),
    "interlock.draws_power": (
        "쉬고 있을 때보다 많은 전력({actual} W)을 쓰고 있습니다(기준 {limit} W).",
        "It draws {actual} W, more than at rest ({limit} W).",
    ),
    "interlock.booked": (
        "지금 예약된 시간입니다. 예약이 끝나면 잠급니다.",
        "It is booked at this time. It is inhibited when that is over.",
    ),
    "interlock.circuit": (
        "같은 회로의 다른 장비가 쓰이고 있거나 상태를 알 수 없습니다.",
        "Another machine on the same circuit is in use, or its state is not known.",
    ),
    "interlock.waiting": (
        "방금 보낸 명령의 확인을 {limit}초까지 기다립니다.",
        "An order was just given; its confirmation is waited for up to {limit} seconds.",
    ),
    "interlock.gave_up": (
        "{actual}번 명령했지만 바뀌지 않았습니다. 기기를 직접 확인하고 수동 잠금으로 다시 시도하세요.",
        (
            "It was told {actual} times and did not change. Look at the device, then try again "
            "with a hold."
        ),
    ),
    "tariff.good_twice": ("품목 {actual}이(가) 두 번 있습니다.", "Good {actual} is priced twice."),
    "tariff.measure_changed": (
        (
            "품목 {actual}은(는) 이 요금표의 시작일 이후에 이미 {limit} 단위로 입력된 수량이 있어 단위를 바꿀 수 없습니다. "
            "새 단위에는 새 품목 코드를 쓰세요."
        ),
        (
            "Quantities of {actual} from this table's first day on are entered in {limit}, so its "
            "measure stays. Give the new measure a code of its own."
        ),
    ),
    "tariff.pool": (
        "무료시간 또는 상한 묶음 {actual}을(를) 정한 곳과 쓰는 곳이 맞지 않습니다. 이름을 확인하세요.",
        "The group {actual} of free time or of a cap is named on one side only. Check its name.",
    ),
    "tariff.unit_terms": (
        (
            "{actual}의 단위 요금(반일·교대 등)에는 누진 단가, 최소 청구 시간, 무료시간, 쉬는 시간의 "
            "할인을 함께 쓸 수 없습니다. 그 값을 비우세요."
        ),
        (
            "Units of the day of {actual} go with no tiers, least billed time, free time or price "
            "of rests. Leave those empty."
        ),
    ),
    "tariff.units_overlap": (
        "{actual}의 단위 시간(반일·교대 등)이 겹칩니다.",
        "The units of the day of {actual} overlap.",
    ),
    "tariff.windows_overlap": (
        "{actual}의 시간대가 겹칩니다.",
        "The time windows of {actual} overlap.",
    ),
}

#: code → (Korean title, English title) of a whole answer.
TITLES: Mapping[str, tuple[str, str]] = {
    "not_found": (
        "없거나 볼 수 없는 항목입니다",
        "There is no such thing, or it is not yours to see",
    ),
    "forbidden": ("권한이 없습니다", "Your role does not allow this"),
    "unauthenticated": ("로그인이 필요합니다", "Log in first, or send a valid token"),
    "second_factor": ("일회용 코드가 필요합니다", "Send the one-time code too"),
    "too_many_attempts": (
        "시도가 너무 많습니다. 나중에 다시 하세요",
        "Too many attempts; try again later",
    ),
    "session_needed": (
        "내 계정은 본인만 다룹니다. 토큰이나 프로그램이 아니라 직접 로그인하세요",
        "An account is its person's: log in as yourself; no token or program may do this",
    ),
    "proof_too_old": (
        "본인인지 다시 확인합니다. 비밀번호나 패스키를 다시 넣고 한 번 더 하세요",
        "Show that it is still you: give your password or passkey again, then repeat this",
    ),
    "agreement_needed": ("약관 동의가 필요합니다", "Terms are to be accepted first"),
    "proof_needed": (
        "센터 직원은 일회용 코드나 패스키가 있어야 합니다. 내 계정에서 먼저 설정하세요",
        "Staff need one-time codes or a passkey at this centre; set them up under your account",
    ),
    "too_many_requests": (
        "요청이 너무 많습니다. 잠시 뒤에 다시 하세요",
        "Too many requests; wait a moment and try again",
    ),
    "invalid": ("값이 올바르지 않습니다", "A value is not acceptable"),
    "provider_away": (
        "로그인 제공자가 응답하지 않습니다. 잠시 뒤에 다시 하거나 비밀번호로 로그인하세요",
        "The login provider does not answer; try again, or log in with your password",
    ),
    "conflict": ("이미 있는 것과 맞지 않습니다", "This does not fit what is already there"),
    "not_allowed": ("지금 상태에서는 할 수 없습니다", "This cannot be done in the present state"),
    "changed": (
        "다른 곳에서 먼저 변경되었습니다. 최신 내용을 확인해 주세요",
        "It was changed meanwhile; read it again",
    ),
    "refused": ("규칙에 맞지 않습니다", "The request breaks rules"),
    "slot_taken": ("이미 예약된 시간입니다", "Somebody else holds the machine in that time"),
    "busy": (
        "지금 같은 장비를 여러 사람이 쓰고 있습니다. 몇 초 뒤에 다시 하세요",
        "Others are at work on the same thing right now; try again in a few seconds",
    ),
    "archive_unavailable": (
        "이 달의 원시 데이터는 보관 파일에 있고, 지금 그 파일을 읽을 수 없습니다. 설치 담당자에게 알리세요.",
        (
            "The raw data of this month lie in an archive that cannot be read now; tell whoever "
            "installed Gadong"
        ),
    ),
    "database_away": ("잠시 후 다시 시도하세요", "The service is briefly away; try again shortly"),
    "error": ("요청을 처리하지 못했습니다", "The request could not be done"),
}


def sentences(problem: Problem) -> tuple[str, str]:
    """Return the problem's sentence in Korean and English."""
    return sentence(problem, "ko"), sentence(problem, "en")


def sentence(problem: Problem, language: Language) -> str:
    """Return the problem's sentence in a language; its bare code where nobody wrote one.

    Where several machines were asked for, each sentence begins with the name of its machine.
    """
    text = Text(*PROBLEMS.get(problem.code, (problem.code, problem.code)))
    # A sentence has figures in its own language: both are English where it is not translated.
    is_said = language not in FURTHER or text.en in sentences_in(language)
    spoken: Language = language if is_said else "en"
    found = text.say(spoken, said(problem, spoken))
    named = names_of(problem).get(str(problem.details.get("machine_slug")))
    return f"{named[0 if language == 'ko' else 1]}: {found}" if named else found
