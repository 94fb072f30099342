"""Headings of reports and logbooks; the ministry's files are in Korean."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

RATIOS: Mapping[str, Text] = {
    "utilisation": Text("가동률 %", "Utilisation %"),
    "occupancy": Text("점유율 %", "Occupancy %"),
    "booking_rate": Text("예약률 %", "Booked %"),
    "fulfilment": Text("예약 이행률 %", "Bookings kept %"),
    "no_show_rate": Text("노쇼율 %", "No-shows %"),
    "shared_use": Text("공동활용률 %", "Shared use %"),
    "availability": Text("가용률 %", "Availability %"),
    "confidence": Text("데이터 신뢰도 %", "Observed %"),
    "attributed_by_itself": Text("자동 귀속률 %", "Attributed automatically %"),
    "ledger_share": Text("장부 비율 %", "From the ledger %"),
}
#: By the value of a report's denominator.
STANDARDS: Mapping[str, Text] = {
    "calendar": Text("운영시간(예정 점검 제외)", "Opening hours without planned maintenance"),
    "fixed_day": Text("근무일 8시간(점검일 제외)", "8 hours of each working day"),
    "fixed_year": Text("연 2,000시간", "2,000 hours a year"),
}
#: By how seldom a machine is used.
SELDOM: Mapping[str, Text] = {
    "idle": Text("유휴", "Idle"),
    "low": Text("저활용", "Hardly used"),
}
RELIEF: Mapping[str, Text] = {
    "listed": Text("정상가", "List price"),
    "free": Text("무료시간", "Free time"),
    "category": Text("구분 할인", "Category discount"),
    "extra": Text("추가 할인", "Further discount"),
    "cap": Text("상한", "Cap"),
    "waived": Text("면제", "Waived"),
    "rounded": Text("절사", "Truncation"),
    "charged": Text("부과액", "Charged"),
    "subsidy": Text("지원금", "Subsidy"),
    "granted": Text("감면·지원 합계", "Relief and subsidies"),
}
#: The columns of 운영일지, the logbook of operation.
OPERATION = (
    Text("장비명", "Machine"),
    Text("등록번호", "Registration no."),
    Text("관리자", "Responsible"),
    Text("작성자", "Written by"),
    Text("사용 시작", "Start of use"),
    Text("사용 종료", "End of use"),
    Text("가동(분)", "Ran (min)"),
    Text("사용기관", "Organisation"),
    Text("기관 유형", "Kind of organisation"),
    Text("사용자", "User"),
    Text("시료 수", "Samples"),
    Text("지원 시간(분)", "Staff time (min)"),
    Text("사용료(원)", "Fee (KRW)"),
    Text("사용 유형", "Kind of use"),
    Text("측정 환경", "Room climate"),
)
#: The columns of 유지보수일지, the logbook of maintenance.
UPKEEP = (
    Text("장비명", "Machine"),
    Text("등록번호", "Registration no."),
    Text("관리자", "Responsible"),
    Text("작성자", "Written by"),
    Text("시작", "Start"),
    Text("종료", "End"),
    Text("시간(분)", "Minutes"),
    Text("구분", "Kind"),
    Text("내용", "Description"),
    Text("수리자", "Repaired by"),
    Text("조치", "Measure"),
    Text("비용(원)", "Cost (KRW)"),
)
#: 작성자, by the record that a row of a logbook rests on.
WRITERS: Mapping[str, Text] = {
    "signal": Text("가동(자동 기록)", "Recorded automatically"),
    "ledger": Text("이용 장부", "Ledger of use"),
    "booking": Text("예약 기록", "Booking"),
    "closure": Text("이용 중지 기록", "Closure"),
}
