"""Texts of notices about courses: cancelled ones, and seats that are offered to who waits."""

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
}
