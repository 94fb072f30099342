"""Texts of notices that ask for an answer after a session, a course or a guidance."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

ANSWER_NOTICES: Mapping[str, NoticeText] = {
    "satisfaction.session": NoticeText(
        "이용은 어떠셨나요? {machine}",
        "How was it? {machine}",
        "{machine}, {when} 이용은 어떠셨나요?"
        " 보내 드린 링크에서 30일 안에"
        " 로그인 없이 한 번 답할 수 있습니다.",
        "How was {machine}, {when}? The link that was sent to you opens once, within thirty days"
        " and without a login.",
    ),
    "satisfaction.course": NoticeText(
        "교육은 어떠셨나요? {code}",
        "How was it? {code}",
        "{when} {code} 교육은 어떠셨나요?"
        " 보내 드린 링크에서 30일 안에"
        " 로그인 없이 한 번 답할 수 있습니다.",
        "How was the training {code}, {when}? The link that was sent to you opens once, within"
        " thirty days and without a login.",
    ),
    "satisfaction.guidance": NoticeText(
        "전문가 지도는 어떠셨나요? {code}",
        "How was it? {code}",
        "{when} {code} 전문가의 지도는 어떠셨나요?"
        " 보내 드린 링크에서 30일 안에"
        " 로그인 없이 한 번 답할 수 있습니다.",
        "How was the guidance by {code}, {when}? The link that was sent to you opens once, within"
        " thirty days and without a login.",
    ),
}
