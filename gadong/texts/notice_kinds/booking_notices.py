"""Texts of notices about bookings that wait again, change hands, or share their cost."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

BOOKING_NOTICES: Mapping[str, NoticeText] = {
    "booking.change_waits": NoticeText(
        "변경 승인 대기: {machine}",
        "Changed, not yet approved: {machine}",
        "{machine} 예약을 {when}(으)로 바꾸었습니다. 센터의 승인을 기다려 주세요.",
        "Your booking of {machine} is changed to {when}. The centre is to approve it.",
    ),
    "booking.change_refused": NoticeText(
        "변경 미승인: {machine}",
        "The change was not approved: {machine}",
        "{machine} 예약의 변경이 승인되지 않았습니다. 전에 승인된 대로 {when}에 이용하실 수 있습니다.",
        "The change of your booking of {machine} was not approved."
        " It stands as it was approved before: {when}.",
    ),
    "booking.transferred": NoticeText(
        "예약 인계: {machine}",
        "Handed to you: {machine}",
        "{machine}, {when} 예약을 넘겨받았습니다.",
        "{machine}, {when}, was handed to you.",
    ),
    "booking.handed_over": NoticeText(
        "예약 인계됨: {machine}",
        "Handed over: {machine}",
        "{machine}, {when} 예약을 동료에게 넘겼습니다.",
        "{machine}, {when}, is a colleague's now.",
    ),
    "booking.share_asked": NoticeText(
        "비용 분담 요청: {machine}",
        "Asked to share a cost: {machine}",
        "{machine}, {when} 예약의 비용을 나누어 내 달라는 요청이 왔습니다. 시작 전에 동의하지 않으면 아무것도 내지 않습니다.",
        "You are asked to pay a part of {machine}, {when}."
        " Without your consent before its start you pay nothing.",
    ),
    "booking.share_answered": NoticeText(
        "비용 분담 답변: {machine}",
        "A share was answered: {machine}",
        "{machine}, {when} 예약의 비용 분담에 대한 답이 왔습니다. 동의하지 않은 몫은 예약한 기업이 냅니다.",
        "A company answered about its part of {machine}, {when}."
        " Your company pays what nobody consented to.",
    ),
    "booking.share_taken_back": NoticeText(
        "비용 분담 요청 취소: {machine}",
        "No longer asked to share: {machine}",
        "{machine}, {when} 예약의 비용 분담 요청이 취소되었습니다. 내실 것은 없습니다.",
        "You are no longer asked to pay a part of {machine}, {when}. You pay nothing of it.",
    ),
}
