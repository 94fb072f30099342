"""Sentences for refusals about what a booking needs, such as equipment or an answer."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English). {limit} and {actual} are the rule's figures.
RESOURCE_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "booking.no_technician": (
        "그 시간에 지원할 수 있는 담당 기술자가 없습니다. 다른 시간을 고르거나 센터에 문의하세요.",
        "No technician is free to assist at that time. Choose another time, or ask the centre.",
    ),
    "booking.hours_unqualified": (
        "{from}부터 {until}까지는 '{limit}' 교육을 이수한 사람만 쓸 수 있습니다. 교육을 신청하거나 다른 시간을 고르세요.",
        (
            "From {from} to {until} this machine needs the training '{limit}'. Ask the centre for "
            "it, or choose other hours."
        ),
    ),
    "booking.no_equipment": (
        "그 시간에는 필요한 기구({limit})가 남아 있지 않습니다. 다른 시간을 고르거나 센터에 문의하세요.",
        (
            "Too little of what is needed is free at that time: {limit}. Choose another time, or "
            "ask the centre."
        ),
    ),
    "booking.applications": (
        "{limit} 시간은 먼저 신청을 받아 배정합니다({from}부터 {until} 전까지). 신청하거나 배정 뒤에 예약하세요.",
        "Time of {limit} is applied for from {from} to before {until}. Apply, or book after that.",
    ),
    "booking.application_window": (
        "{limit} 시간의 신청 기간이 아닙니다({from}부터 {until} 전까지). 그 기간에 신청하세요.",
        "Time of {limit} is applied for from {from} to before {until}. Apply then.",
    ),
    "booking.technician": (
        "이 기술자는 그 시간에 이 장비를 지원할 수 없습니다(담당 장비, 근무 시간, 휴무, 다른 지원 예약).",
        (
            "This technician cannot assist at this machine then: skills, shifts, absences or "
            "another "
            "booking."
        ),
    ),
    "booking.checklist": (
        "사용 전 점검표를 먼저 작성하세요. 장비 앞 화면에서 열 수 있습니다.",
        "Answer the checklist before use first. It opens from the page at the machine.",
    ),
    "booking.checklist_failed": (
        "점검표에 이상이 있어 장비를 닫았습니다. 센터가 확인하고 다시 열 때까지 기다려 주세요.",
        "A checklist failed, so the machine is closed. Wait until the centre opens it again.",
    ),
}
