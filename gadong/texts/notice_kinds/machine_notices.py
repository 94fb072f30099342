"""Texts of notices about machines that fall due."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

MACHINE_NOTICES: Mapping[str, NoticeText] = {
    "booking.lost_to": NoticeText(
        "예약 반려: {machine}",
        "Declined: {machine}",
        "{machine}, {when}은 다른 신청에 배정되었습니다. 대신 {expected}이(가) 비어 있습니다.",
        "{machine}, {when}, went to another request. {expected} is free instead.",
    ),
    "booking.lost": NoticeText(
        "예약 반려: {machine}",
        "Declined: {machine}",
        "{machine}, {when}은 다른 신청에 배정되었습니다. 다른 시간을 고르거나 센터에 문의하세요.",
        "{machine}, {when}, went to another request. Choose another time, or ask the centre.",
    ),
    "machine.calibration_due": NoticeText(
        "검교정 예정: {machine}",
        "Calibration due: {machine}",
        "{machine}의 검교정 기한은 {due_on}입니다. 검교정을 받은 뒤 장비대장에 성적서를 적어 주세요.",
        "{machine} is to be calibrated by {due_on}. Enter the certificate in the register "
        "afterwards.",
    ),
    "machine.insurance_ends": NoticeText(
        "보험 만기 예정: {machine}",
        "Insurance ends: {machine}",
        "{machine}의 보험이 {due_on}에 만기됩니다. 갱신한 뒤 장비대장에 적어 주세요.",
        "The insurance of {machine} ends on {due_on}. Renew it and enter it in the register.",
    ),
    "machine.service_due": NoticeText(
        "정기 점검 예정: {machine}",
        "Service due: {machine}",
        "{machine}의 정기 점검 기한은 {due_on}입니다. 점검한 뒤 장비대장에 점검일을 적어 주세요.",
        "{machine} is to be serviced by {due_on}. Enter the day in the register afterwards.",
    ),
    "machine.service_hours_due": NoticeText(
        "정기 점검 예정(가동 시간): {machine}",
        "Service due by run time: {machine}",
        "{machine}이(가) 점검 뒤 {number}시간 가동했습니다. 점검 주기는 {code}시간입니다.",
        "{machine} ran {number} h since its last service. A service is due every {code} h.",
    ),
}
