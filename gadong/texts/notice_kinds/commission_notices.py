"""Texts of notices about commissioned work, at each of its stages."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

COMMISSION_NOTICES: Mapping[str, NoticeText] = {
    "commission.requested": NoticeText(
        "의뢰 신청: {code}",
        "Work asked for: {code}",
        "'{code}' 의뢰가 새로 들어왔습니다. 견적을 보내거나 접수하세요.",
        "A firm asks for work: {code}. Make an offer, or receive it.",
    ),
    "commission.quoted": NoticeText(
        "의뢰 견적: {code}",
        "Offer for your work: {code}",
        "'{code}' 의뢰의 견적이 나왔습니다. 의뢰 화면에서 금액과 완료 예정일을 확인하고 수락해 주세요.",
        "There is an offer for {code}. Its page shows the price and the day; accept it there.",
    ),
    "commission.accepted": NoticeText(
        "견적 수락: {code}",
        "Offer accepted: {code}",
        "기업이 '{code}' 의뢰의 견적을 수락했습니다.",
        "The firm accepted the offer for {code}.",
    ),
    "commission.received": NoticeText(
        "의뢰 접수: {code}",
        "Work received: {code}",
        "'{code}' 의뢰를 접수했습니다. 완료 예정일은 의뢰 화면에 있습니다.",
        "The centre received {code}. Its page shows the day on which it is to be ready.",
    ),
    "commission.started": NoticeText(
        "의뢰 진행: {code}",
        "Work begun: {code}",
        "'{code}' 의뢰의 작업을 시작했습니다.",
        "The work on {code} has begun.",
    ),
    "commission.done": NoticeText(
        "의뢰 완료: {code}",
        "Work finished: {code}",
        "'{code}' 의뢰가 끝났습니다. 받는 방법은 센터에 문의하세요.",
        "The work on {code} is finished. Ask the centre how to receive it.",
    ),
    "commission.handed_over": NoticeText(
        "의뢰 교부: {code}",
        "Work handed over: {code}",
        "'{code}' 의뢰의 결과를 교부했습니다.",
        "The result of {code} was handed over.",
    ),
    "commission.declined": NoticeText(
        "의뢰 반려: {code}",
        "Work declined: {code}",
        "'{code}' 의뢰를 진행하지 못합니다. 사유: {reason}",
        "The centre cannot do {code}: {reason}",
    ),
    "commission.withdrawn": NoticeText(
        "의뢰 취소: {code}",
        "Work withdrawn: {code}",
        "기업이 '{code}' 의뢰를 취소했습니다.",
        "The firm withdrew {code}.",
    ),
}
