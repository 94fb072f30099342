"""Texts of notices about statements that are not paid in time."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

OVERDUE_NOTICES: Mapping[str, NoticeText] = {
    "statement.overdue": NoticeText(
        "납부 기한 지남: {number}",
        "Overdue: {number}",
        "이용내역서 {number}의 납부 기한({due_on})이 지났습니다. 이미 납부하셨다면 센터에 알려 주세요.",
        "Statement {number} was to be paid by {due_on}. If you have paid it, tell the centre.",
    ),
    "statement.overdue_again": NoticeText(
        "납부 재안내: {number}",
        "Second reminder: {number}",
        "이용내역서 {number}이(가) 아직 납부되지 않았습니다. 납부 기한은 {due_on}이었습니다. 납부가 어려우시면 센터와 상의하세요.",
        "Statement {number} is still unpaid; it was to be paid by {due_on}. If you cannot pay it "
        "now, speak with the centre.",
    ),
}
