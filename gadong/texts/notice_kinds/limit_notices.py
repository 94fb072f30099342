"""Texts of notices about limits on machines' readings."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.notice_kinds.notice_text import NoticeText

LIMIT_NOTICES: Mapping[str, NoticeText] = {
    "machine.checklist_failed": NoticeText(
        "점검표 부적합: {machine}",
        "Checklist failed: {machine}",
        "{machine}의 점검표에 이상이 있어 장비를 닫았습니다: {code}. 조치한 뒤 사유를 적고 다시 여세요.",
        "A checklist of {machine} failed, and it is closed: {code}. See to it and open it again.",
    ),
    "machine.limit_crossed": NoticeText(
        "경보: {machine} {code}",
        "Alarm: {machine} {code}",
        "{machine}의 {code}이(가) {until}부터 기준을 벗어났습니다: {number}."
        " 확인한 뒤 경보 기록에 조치를 적어 주세요.",
        "{code} of {machine} has been beyond its limit since {until}: {number}."
        " See to it, and acknowledge the alarm in the log.",
    ),
    "machine.limit_silent": NoticeText(
        "측정값 없음: {machine} {code}",
        "No readings: {machine} {code}",
        "{machine}의 {code} 측정값이 {until} 이후 {minutes}분 넘게 없습니다."
        " 정상인지 알 수 없으니 센서와 장비를 확인해 주세요.",
        "There is no reading of {code} of {machine} after {until}, for over {minutes} min."
        " Nobody knows whether it is in order: check the sensor and the machine.",
    ),
    "machine.limit_returned": NoticeText(
        "기준 회복: {machine} {code}",
        "Back in order: {machine} {code}",
        "{machine}의 {code}이(가) {until}에 기준 안으로 돌아왔습니다. 벗어난 값: {number}.",
        "{code} of {machine} came back within its limit at {until}. The worst reading: {number}.",
    ),
    "machine.limit_heard": NoticeText(
        "측정값 다시 수신: {machine} {code}",
        "Readings again: {machine} {code}",
        "{machine}의 {code} 측정값이 {until}부터 다시 들어옵니다. 그 사이의 상태는 알 수 없습니다.",
        "Readings of {code} of {machine} come again since {until}. The time between is unknown.",
    ),
}
