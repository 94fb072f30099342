"""Texts of notices about contracts of tenants."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

STAY_NOTICES: Mapping[str, NoticeText] = {
    "tenancy.ends": NoticeText(
        "입주 계약 만료 예정: {code}",
        "Contract ends: {code}",
        "{code} 입주 계약이 {due_on}에 끝납니다. 갱신하거나 퇴거와 보증금 반환을 준비하세요.",
        "The contract for {code} ends on {due_on}. Renew it, or prepare the leave and the deposit.",
    ),
    "tenancy.ends_for_firm": NoticeText(
        "입주 계약 만료 안내: {code}",
        "Your contract ends: {code}",
        "{code} 입주 계약이 {due_on}에 끝납니다. 계속 쓰시려면 센터에 갱신을 신청하세요.",
        "Your contract for {code} ends on {due_on}. Ask the centre to renew it if you stay.",
    ),
}
