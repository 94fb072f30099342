"""Texts of notices in Korean and English.

The placeholders are filled in, for example `{machine}`, `{when}`, `{until}` and `{expected}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.answer_notices import ANSWER_NOTICES
from gadong.texts.notice_kinds.booking_notices import BOOKING_NOTICES
from gadong.texts.notice_kinds.commission_notices import COMMISSION_NOTICES
from gadong.texts.notice_kinds.course_notices import COURSE_NOTICES
from gadong.texts.notice_kinds.limit_notices import LIMIT_NOTICES
from gadong.texts.notice_kinds.machine_notices import MACHINE_NOTICES
from gadong.texts.notice_kinds.notice_text import NoticeText
from gadong.texts.notice_kinds.overdue_notices import OVERDUE_NOTICES
from gadong.texts.notice_kinds.stay_notices import STAY_NOTICES

#: The text of every kind of event that becomes a notice; a test reads the kinds in the services.
NOTICES: Mapping[str, NoticeText] = {
    "booking.confirmed": NoticeText(
        "예약 확정: {machine}",
        "Booked: {machine}",
        "{machine}, {when} 예약이 확정되었습니다.",
        "{machine} is yours, {when}.",
    ),
    "booking.requested": NoticeText(
        "예약 신청: {machine}",
        "Requested: {machine}",
        "{machine}, {when} 예약을 신청했습니다. 센터의 승인을 기다려 주세요.",
        "You asked for {machine}, {when}. The centre is to approve it.",
    ),
    "booking.to_approve": NoticeText(
        "승인 대기: {machine}",
        "To approve: {machine}",
        "{machine}, {when} 예약 신청이 승인을 기다립니다.",
        "A request for {machine}, {when}, waits for your word.",
    ),
    "company.asks": NoticeText(
        "이용 신청",
        "A company asks to be served",
        "새 기업이 이용을 신청했습니다. 할 일에서 확인하세요.",
        "A company asks to be served. It is in your to-do.",
    ),
    "booking.moved": NoticeText(
        "예약 변경: {machine}",
        "Moved: {machine}",
        "{machine} 예약이 {when}(으)로 옮겨졌습니다.",
        "Your booking of {machine} is now {when}.",
    ),
    "booking.extended": NoticeText(
        "예약 연장: {machine}",
        "Extended: {machine}",
        "{machine} 예약이 {when}(으)로 연장되었습니다.",
        "Your booking of {machine} now lasts {when}.",
    ),
    **BOOKING_NOTICES,
    "booking.cancelled": NoticeText(
        "예약 취소: {machine}",
        "Cancelled: {machine}",
        "{machine}, {when} 예약이 취소되었습니다.",
        "{machine}, {when}, was cancelled.",
    ),
    "booking.declined": NoticeText(
        "예약 반려: {machine}",
        "Declined: {machine}",
        "{machine}, {when} 예약이 승인되지 않았습니다. 센터에 문의하세요.",
        "{machine}, {when}, was declined. Ask the centre.",
    ),
    "booking.expired": NoticeText(
        "기한 만료: {machine}",
        "Lapsed: {machine}",
        "{machine}, {when} 신청 또는 제안이 기한 안에 처리되지 않아 사라졌습니다.",
        "Nobody answered in time for {machine}, {when}; it lapsed.",
    ),
    "booking.offered": NoticeText(
        "빈 시간 제안: {machine}",
        "Offered: {machine}",
        "기다리시던 {machine}, {when} 시간이 비었습니다. {until}까지 수락하세요.",
        "{machine} is free for you, {when}. Accept it by {until}.",
    ),
    "booking.released": NoticeText(
        "예약 회수: {machine}",
        "Taken back: {machine}",
        "{machine}, {when} 예약을 센터가 회수했습니다. 요금은 없습니다.",
        "{machine}, {when}, was taken back by the centre. It costs nothing.",
    ),
    "booking.displaced": NoticeText(
        "휴관·점검: {machine}",
        "Closed: {machine}",
        "{machine}, {when} 예약이 휴관 또는 점검 시간({code})에 걸립니다. 대신 {expected}이(가) 비어 있습니다. 무료로 옮기거나"
        " 취소할 수 있습니다.",
        "{machine} is closed in your time, {when} ({code}). {expected} is free instead. You may "
        "move or cancel for free.",
    ),
    "booking.closed_out": NoticeText(
        "휴관·점검: {machine}",
        "Closed: {machine}",
        "{machine}, {when} 예약이 휴관 또는 점검 시간({code})에 걸립니다. 무료로 옮기거나 취소할 수 있습니다.",
        "{machine} is closed in your time, {when} ({code}). You may move or cancel for free.",
    ),
    "booking.reopened": NoticeText(
        "휴관·점검 해제: {machine}",
        "Open again: {machine}",
        "{machine}, {when} 예약에 걸렸던 휴관 또는 점검이 풀렸습니다. 예약은 그대로입니다.",
        "{machine} is open again in your time, {when}. Your booking stands.",
    ),
    "booking.missed": NoticeText(
        "노쇼: {machine}",
        "Missed: {machine}",
        "{machine}, {when} 예약에 오시지 않아 남은 시간이 해제되었습니다.",
        "Nobody came for {machine}, {when}; the rest of it was freed.",
    ),
    "booking.unobserved": NoticeText(
        "확인 필요: {machine}",
        "Please look: {machine}",
        "{machine}이(가) 연결되지 않아 {when} 예약에 왔는지 알 수 없습니다. 현장을 확인하세요.",
        "{machine} is not observed: nobody can say whether {when} was kept. Please look.",
    ),
    "booking.at_risk": NoticeText(
        "지연 예상: {machine}",
        "May be late: {machine}",
        "{machine}의 앞 작업이 {expected}쯤 끝날 예정이라 {when} 예약이 늦어질 수 있습니다. 다른 시간도 고를 수 있습니다.",
        "The job before yours on {machine} should end about {expected}; {when} may start late. "
        "You can move for free.",
    ),
    "booking.overruns": NoticeText(
        "시간 초과: {machine}",
        "Running over: {machine}",
        "{machine} 작업이 예약({when})을 넘깁니다. 다음 이용자가 기다립니다.",
        "Your job on {machine} runs past {when}, and somebody has it next.",
    ),
    "booking.finished_early": NoticeText(
        "일찍 끝냄: {machine}",
        "Finished early: {machine}",
        "{machine}, {when} 예약의 남은 시간이 해제되었습니다.",
        "What was left of {machine}, {when}, is free again.",
    ),
    "booking.closed": NoticeText(
        "자동 사용 종료: {machine}",
        "Checked out: {machine}",
        "{machine}, {when} 예약의 사용이 자동으로 종료되었습니다.",
        "{machine}, {when}: you were checked out, since it had been idle past its end.",
    ),
    "job.started": NoticeText(
        "작업 시작: {machine}",
        "Job started: {machine}",
        "{machine}에서 작업이 시작되었습니다.",
        "A job began on {machine}.",
    ),
    "job.ended": NoticeText(
        "작업 끝: {machine}",
        "Job ended: {machine}",
        "{machine}의 작업이 끝났습니다.",
        "The job on {machine} ended.",
    ),
    "machine.freed": NoticeText(
        "빈 시간: {machine}",
        "Free time: {machine}",
        "{machine}, {when} 시간이 비었습니다. 먼저 예약하는 분이 이용합니다.",
        "{machine} became free, {when}. Whoever books first has it.",
    ),
    "application.refused": NoticeText(
        "월간 신청 결과: {machine}",
        "Your application: {machine}",
        "{machine}, {when} 월간 신청이 배정되지 않았습니다. 이유와 대신 예약할 수 있는 시간을 월간 신청 화면에서 확인하세요.",
        "Your application for {machine}, {when}, was not granted. The page of monthly applications"
        " says why, and what is free instead.",
    ),
    "waiting.over": NoticeText(
        "대기 종료: {machine}",
        "Waiting ended: {machine}",
        "{machine}, {when} 사이에 빈 시간이 나지 않아 대기가 끝났습니다. 다른 시간을 찾아보세요.",
        "Nothing became free on {machine}, {when}; your wait has ended. Look for another time.",
    ),
    "waiting.passed": NoticeText(
        "대기 종료: {machine}",
        "Waiting ended: {machine}",
        "{machine} 빈 시간 제안에 세 번 답이 없어 대기가 끝났습니다. 아직 필요하면 다시 신청하세요.",
        "Three offers of {machine} lapsed unanswered; your wait has ended. Ask again if you still "
        "need it.",
    ),
    **COURSE_NOTICES,
    **COMMISSION_NOTICES,
    "device.paused": NoticeText(
        "기기 일시 중지: {machine}",
        "Device paused: {machine}",
        "{machine}의 기기가 지나치게 많은 메시지를 보내 {until}까지 연결을 끊었습니다. 기기를 확인하세요.",
        "A device of {machine} sends far too many messages and was cut off until {until}. "
        "Look at it.",
    ),
    "source.clock_wrong": NoticeText(
        "기기 시계 오류: {machine}",
        "Wrong clock: {machine}",
        "{machine}의 기기 {device} 시계가 {minutes}분 늦어 도착 시각으로 기록합니다. 시계(NTP)를 맞추고 그날의 이용을 확인하세요.",
        "The clock of {device} at {machine} is {minutes} minutes slow; its messages count when "
        "they arrive."
        " Set the clock (NTP) and look at that day's use.",
    ),
    "machine.rewritten": NoticeText(
        "가동 기록이 나중에 바뀜: {machine}",
        "What ran was rewritten: {machine}",
        "{machine}의 {when} 가동이 나중에 온 메시지로 {minutes}분 달라졌습니다. 메시지를 보낸 기기와 암호를 확인하고,"
        " 의심스러우면 계정을 차단하고 그 메시지를 제외하세요.",
        "Later messages changed by {minutes} minutes what {machine} did, {when}. Find out who "
        "sent them; if in doubt,"
        " revoke the device's account and set aside what it sent.",
    ),
    "machine.miscounted": NoticeText(
        "가동 시간계와 다름: {machine}",
        "The counter says otherwise: {machine}",
        "{machine}의 {when} 가동이 기기 자신의 가동 시간계와 {minutes}분 다릅니다. 기기와 그날의 이용을 확인하세요.",
        "What {machine} did, {when}, differs by {minutes} minutes from its own counter. Look at "
        "the device and that use.",
    ),
    "machine.unvouched": NoticeText(
        "연결 전 가동: {machine}",
        "From before its binding: {machine}",
        "{machine}의 {when} 가동은 기기를 연결하기 전에 온 메시지에서 나왔습니다. 맞는지 확인하세요.",
        "What {machine} did, {when}, follows from messages that came before its device was bound. "
        "Confirm that it is right.",
    ),
    "source.restarts": NoticeText(
        "기기가 너무 자주 다시 시작함: {machine}",
        "Too many restarts: {machine}",
        "{machine}의 기기가 하루에 {number}번 넘게 새로 시작했습니다. 그 뒤의 새 시작은 받지 않습니다. 기기를 확인하세요.",
        "A device of {machine} began anew more than {number} times in a day; what further boots "
        "say is set aside. Look at it.",
    ),
    "device.refused": NoticeText(
        "기기 접근 거부: {device}",
        "Device refused: {device}",
        "기기 {device}의 권한이 없는 토픽 접근이 거부되었습니다. 센터 화면에서 확인하고, 의심스러우면 차단하세요.",
        "The device {device} tried topics that are not its own and was refused. See the centre's "
        "page; cut it off if in doubt.",
    ),
    "machine.called": NoticeText(
        "직원 호출: {machine}",
        "Called to: {machine}",
        "{machine}에서 이용자가 직원을 기다립니다.",
        "Somebody at {machine} waits for the staff.",
    ),
    "machine.unbooked": NoticeText(
        "예약 없는 가동: {machine}",
        "Running unbooked: {machine}",
        "{machine}이(가) 예약 없이 가동 중입니다. 사용 기업을 확인해 주세요.",
        "{machine} runs and nobody has it booked. Decide whose it is.",
    ),
    "statement.corrected": NoticeText(
        "이용내역서 정정: {number}",
        "Statement corrected: {number}",
        "{month} 이용내역서의 정정서 {number}이(가) 발행되었습니다.",
        "Correction {number} of your statement for {month} was issued.",
    ),
    "statement.void": NoticeText(
        "이용내역서 취소: {number}",
        "Statement void: {number}",
        "{month} 이용내역서 {number}이(가) 취소되었습니다. 새 내역서를 보내 드립니다.",
        "Statement {number} for {month} is void. Another one follows.",
    ),
    "statement.tax_due": NoticeText(
        "세금계산서 발행 기한: {number}",
        "Tax invoice due: {number}",
        "이용내역서 {number}의 세금계산서를 {due_on}까지 발행하고 승인번호를 등록하세요.",
        "Issue the tax invoice of statement {number} by {due_on}, and register its "
        "approval number.",
    ),
    "statement.check": NoticeText(
        "이용내역서 초안 확인: {month}",
        "Check your draft statement: {month}",
        "{month} 이용내역서 초안입니다. {until}까지 확인하고 다른 점이 있으면 줄마다 이의를 제기하세요.",
        "This is the draft of your statement for {month}. Check it by {until}, and object to any "
        "line that is not right.",
    ),
    "statement.review_ended": NoticeText(
        "확인 기간 종료: {month}",
        "The review has ended: {month}",
        "센터가 {month} 이용내역서의 확인 기간을 일찍 끝내고 승인했습니다. 사유: {reason}. "
        "발행된 뒤에도 항목마다 이의를 제기할 수 있습니다.",
        "The centre ended the review of your statement for {month} before its time. Reason: "
        "{reason}. You may object to what is issued.",
    ),
    "objection.raised": NoticeText(
        "이의 제기: {month}",
        "Objection: {month}",
        "{month} 이용내역서에 이의가 제기되었습니다. 근거를 확인하고 답해 주세요.",
        "A company objects to a line of its statement for {month}. Look at the evidence "
        "and answer.",
    ),
    "objection.answered": NoticeText(
        "이의에 대한 답변: {month}",
        "Your objection was answered: {month}",
        "{month} 이용내역서에 제기한 이의에 센터가 답했습니다.",
        "The centre answered your objection to the statement for {month}.",
    ),
    "interlock.failed": NoticeText(
        "잠금 전환 실패: {machine}",
        "Interlock failed: {machine}",
        "{machine}의 잠금 장치가 세 번의 명령에 따르지 않았습니다. 현장을 확인하세요.",
        "The interlock of {machine} did not obey three orders. Please look.",
    ),
    "interlock.defied": NoticeText(
        "잠금 무시: {machine}",
        "Interlock defied: {machine}",
        "{machine}이(가) 잠겨 있다고 하는데도 작동합니다. 우회 스위치나 기기 고장을 확인하세요.",
        "{machine} works although its interlock says that it is inhibited. Look for a bypass or a "
        "broken device.",
    ),
    "interlock.blocked": NoticeText(
        "사용 허용 대기: {machine}",
        "Cannot be enabled: {machine}",
        "{machine} 이용자가 왔지만 잠금을 풀 수 없습니다. 장비와 잠금 장치를 확인하세요.",
        "Somebody is at {machine} and it cannot be enabled. Look at the machine and at the "
        "interlock's device.",
    ),
    "interlock.unsafe": NoticeText(
        "잠금 장치 설정 위험: {machine}",
        "Unsafe interlock settings: {machine}",
        "{machine}의 잠금 장치가 스스로 전환하도록 설정되어 있습니다(타이머 또는 전원 복귀 동작). 기기 설정을 고치세요.",
        "The interlock's device of {machine} is set to switch by itself (a timer, or when power "
        "returns). Change its settings.",
    ),
    "qualification.lapses": NoticeText(
        "교육 자격 만료 예정: {code}",
        "Training lapses: {code}",
        "'{code}' 교육 자격이 {due_on}에 만료됩니다. 그 뒤에는 이 교육이 필요한 장비를 예약할 수 없으니 센터에 재교육을 신청하세요.",
        "Your training '{code}' lapses on {due_on}. Machines that want it cannot be booked after "
        "that; ask the centre to renew it.",
    ),
    "statement.issued": NoticeText(
        "이용내역서 발행",
        "Statement issued",
        "{month} 이용내역서 {number}이(가) 발행되었습니다.",
        "Statement {number} for {month} was issued.",
    ),
    **ANSWER_NOTICES,
    **MACHINE_NOTICES,
    **OVERDUE_NOTICES,
    **STAY_NOTICES,
    **LIMIT_NOTICES,
}
