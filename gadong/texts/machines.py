"""Texts of the machine register, the maintenance log, and the tables of alarms and checklists."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: By a field of the register, in the order of the plain table.
REGISTER: Mapping[str, Text] = {
    "slug": Text("식별자", "Identifier"),
    "name_ko": Text("장비명", "Name in Korean"),
    "name_en": Text("영문명", "Name in English"),
    "kind": Text("종류", "Kind"),
    "model": Text("모델", "Model"),
    "maker": Text("제작사", "Maker"),
    "serial": Text("일련번호", "Serial number"),
    "nfec_number": Text("NFEC 등록번호", "NFEC number"),
    "etube_number": Text("e-Tube 등록번호", "e-Tube number"),
    "acquired_on": Text("취득일", "Acquired on"),
    "price": Text("취득가(원)", "Price (won)"),
    "funding_national": Text("국비(원)", "National funds (won)"),
    "funding_province": Text("도비(원)", "Province's funds (won)"),
    "funding_city": Text("시비(원)", "City's funds (won)"),
    "funding_own": Text("자부담(원)", "Own funds (won)"),
    "place": Text("설치장소", "Place"),
    "climate_sensor": Text("온습도 센서", "Climate sensor (slug)"),
    "responsible": Text("책임자(정)", "Responsible"),
    "deputy": Text("책임자(부)", "Deputy"),
    "in_service_from": Text("사용개시일", "In service from"),
    "in_service_until": Text("사용종료일", "First day out of service"),
    "disposal": Text("처분", "Disposal"),
    "insurance": Text("보험", "Insurance"),
    "insured_until": Text("보험 만기일", "Insured until"),
    "capacity": Text("용량·성능", "Capacity"),
    "calibrated_on": Text("검교정일", "Calibrated on"),
    "calibration_due_on": Text("차기 검교정일", "Next calibration due"),
    "certificate": Text("검교정 성적서", "Certificate"),
    "serviced_on": Text("최근 정기점검일", "Last service"),
    "service_hours": Text("점검 주기(가동 시간)", "Service after run hours"),
    "service_days": Text("점검 주기(일)", "Service after days"),
    "observed": Text("관측 방법", "Observed by"),
}
#: By the way in which a machine is observed.
OBSERVED: Mapping[str, Text] = {
    "signal": Text("신호", "signals"),
    "ledger": Text("장부", "a ledger"),
    "neither": Text("관측 없음", "nothing"),
}
#: By the kind of work on a machine.
UPKEEP_KINDS: Mapping[str, Text] = {
    "inspection": Text("점검", "inspection"),
    "repair": Text("고장 수리", "repair"),
    "part": Text("부품 교체", "part replaced"),
    "calibration": Text("교정", "calibration"),
}
#: The columns of a centre's table of alarms.
ALARMS = (
    Text("장비", "Machine"),
    Text("항목", "Limit"),
    Text("채널", "Channel"),
    Text("부분", "Part"),
    Text("기준", "Bound"),
    Text("구분", "Kind"),
    Text("시작", "Start"),
    Text("종료", "End"),
    Text("최대 이탈값", "Farthest value"),
    Text("통보", "Notified"),
    Text("철회", "Withdrawn"),
    Text("확인 시각", "Acknowledged"),
    Text("확인자", "Acknowledged by"),
    Text("조치", "Measure"),
)
#: By the side of a limit's bound.
SIDES: Mapping[str, Text] = {"above": Text("초과", "above"), "below": Text("미만", "below")}
#: By the kind of an alarm.
ALARM_KINDS: Mapping[str, Text] = {
    "beyond": Text("기준 이탈", "beyond the limit"),
    "gap": Text("측정값 없음(상태를 알 수 없음)", "no reading (nothing is known)"),
}
#: The columns of a centre's table of answered checklists, a row for each question.
CHECKLISTS = (
    Text("장비", "Machine"),
    Text("시점", "Moment"),
    Text("판", "Version"),
    Text("작성 시각", "Answered"),
    Text("작성자", "Answered by"),
    Text("질문", "Question"),
    Text("답", "Answer"),
    Text("내용", "Note"),
    Text("사진", "Photo"),
)
#: By the moment of a checklist.
MOMENTS: Mapping[str, Text] = {
    "before": Text("사용 전", "before use"),
    "after": Text("사용 후", "after use"),
}
GOOD = Text("적합", "good")
NOT_GOOD = Text("부적합", "not good")
HAS_PHOTO = Text("있음", "yes")
#: Words that end a question's line in the form where a photo is needed.
PHOTO_MARKS = ("photo", "사진")
#: A closure's reason, which both languages read.
CHECKLIST_FAILED = Text("점검표 부적합", "Checklist failed")
COURSE = Text("교육: {name}", "Course: {name}")
#: The reason for which messages of a slow device are read once more.
CLOCK_SLOW = Text("시계가 {slow_by} 늦음", "its clock is {slow_by} slow")
#: The machine on which a recording is replayed.
REPLAY = Text("재생", "Replay")
