"""Texts of notices about courses, seats that are offered to who waits, and guidance."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

COURSE_NOTICES: Mapping[str, NoticeText] = {
    "course.cancelled": NoticeText(
        "교육 취소: {code}",
        "Training cancelled: {code}",
        "{when}에 열리려던 {code} 교육이 취소되었습니다. 다른 날을 찾아보세요.",
        "The training {code}, {when}, is not held. Look for another day.",
    ),
    "course.offered": NoticeText(
        "교육 자리 제안: {code}",
        "A seat is offered: {code}",
        "{when} {code} 교육에 자리가 났습니다. {until}까지 수락하지 않으면 다음 대기자에게 넘어갑니다.",
        "A seat at the training {code}, {when}, is free."
        " Accept it by {until}, or it goes to whoever waits next.",
    ),
    "course.offer_lapsed": NoticeText(
        "교육 자리 제안 만료: {code}",
        "The offered seat lapsed: {code}",
        "{when} {code} 교육 자리 제안에 답이 없어 다음 대기자에게 넘어갔습니다. 세 번 놓치면 대기가 끝납니다.",
        "The offer of a seat at {code}, {when}, lapsed unanswered and went on."
        " The third missed offer ends a wait.",
    ),
    "course.wait_over": NoticeText(
        "교육 대기 종료: {code}",
        "Waiting ended: {code}",
        "{when} {code} 교육이 시작될 때까지 자리가 나지 않아 대기가 끝났습니다. 다른 날을 찾아보세요.",
        "No seat became free at the training {code}, {when}; your wait has ended. Look for "
        "another day.",
    ),
    "guidance.planned": NoticeText(
        "기술지도 일정: {code}",
        "Guidance planned: {code}",
        "신청하신 '{code}' 지도가 {until}에 잡혔습니다. 담당 전문가는 기술지도 화면에 있습니다.",
        "The guidance that you asked for, {code}, is planned for {until}. The page of guidance "
        "names the expert.",
    ),
    "guidance.declined": NoticeText(
        "기술지도 신청 반려: {code}",
        "Guidance declined: {code}",
        "신청하신 '{code}' 지도를 진행하지 못합니다. 사유: {reason}",
        "The guidance that you asked for, {code}, cannot take place: {reason}",
    ),
}
