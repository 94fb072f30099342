"""Headings of reports and logbooks; the ministry's files are in Korean."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text
from gadong.texts.charges import MODES

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
    Text("사용 목적", "Purpose"),
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
#: 이용 구분 by the usage mode, in the guideline's words.
USE_TYPES: Mapping[str, Text] = {"self": Text("직접 이용", "used by itself"), **MODES}
#: The use type of the centre's own use, which nobody is charged.
OWN_USE = Text("자체 이용", "the centre's own")
#: Headings and names of rows in the tables of reports, by their keys.
HEADS: Mapping[str, Text] = {
    "entry": Text("항목", "Entry"),
    "value": Text("값", "Value"),
    "machine": Text("장비", "Machine"),
    "kind": Text("종류", "Kind"),
    "centre": Text("센터", "Centre"),
    "company": Text("기업", "Company"),
    "total": Text("합계", "Total"),
    "period": Text("기간", "Period"),
    "standard": Text("기준시간", "Standard time"),
    "companies": Text("지원 기업 수", "Companies supported"),
    "new_companies": Text("신규 기업 수", "New companies"),
    "returning_companies": Text("재이용 기업 수", "Returning companies"),
    "sessions": Text("이용 건수", "Uses"),
    "support_hours": Text("기술지원(시간)", "Technical support (h)"),
    "trainings": Text("교육 수료", "Trainings passed"),
    "guided_times": Text("지도·상담 건수", "Guidance and counselling"),
    "guided_hours": Text("지도·상담(시간)", "Guidance and counselling (h)"),
    "statements": Text("발행 내역서", "Statements issued"),
    "month_statements": Text("내역서", "Statements"),
    "corrections": Text("정정서", "Corrections"),
    "supply": Text("공급가액", "Supply value"),
    "vat": Text("부가세", "VAT"),
    "out_of_scope": Text("불과세(위약금 등)", "Outside VAT (fees for not coming)"),
    "sum": Text("총액", "Total"),
    "outstanding": Text("미수금", "Outstanding"),
    "written_off": Text("대손 처리", "Written off"),
    "granted": Text("감면·지원 합계", "Relief and subsidies"),
    "class": Text("기업 구분", "Category"),
    "class_companies": Text("기업 수", "Companies"),
    "ran_hours": Text("가동(시간)", "Ran (h)"),
    "month": Text("월", "Month"),
    "known_at": Text("기준 시각", "As known at"),
    "registration": Text("등록번호", "Registration no."),
    "state": Text("상태", "State"),
    "utilisation": Text("가동률(%)", "Utilisation (%)"),
    "target": Text("목표(%)", "Target (%)"),
    "grade": Text("등급", "Grade"),
    "programme": Text("사업", "Programme"),
    "payer": Text("지원 기관", "Paid by"),
    "budget": Text("예산", "Budget"),
    "paid": Text("집행", "Paid"),
    "left": Text("잔액", "Left"),
    "satisfaction": Text("만족도(5점 만점)", "Satisfaction (of 5)"),
    "satisfied": Text("만족 비율(%)", "Satisfied (%)"),
    "asked": Text("만족도 조사 인원", "Asked for satisfaction"),
    "answered": Text("만족도 응답", "Answers on satisfaction"),
}
#: Measured times, each headed with its unit.
TIMES: Mapping[str, Text] = {
    "standard": Text("기준시간({unit})", "Standard time ({unit})"),
    "ran": Text("가동({unit})", "Ran ({unit})"),
    "occupied": Text("점유({unit})", "Occupied ({unit})"),
    "booked": Text("예약({unit})", "Booked ({unit})"),
    "unknown": Text("미확인({unit})", "Unknown ({unit})"),
}
SECONDS = Text("초", "s")
HOURS = Text("시간", "h")
#: Times of a centre in its agency's figures.
AGENCY_TIMES: Mapping[str, Text] = {
    "standard": Text("기준(초)", "Standard (s)"),
    "ran": Text("가동(초)", "Ran (s)"),
    "logged": Text("장부 가동(초)", "By the ledger (s)"),
    "unknown": Text("확인 불가(초)", "Unknown (s)"),
    "booked": Text("예약(초)", "Booked (s)"),
}
#: The billed time of a month's statements by its evidence.
EVIDENCE_HOURS = (
    Text("기업", "Company"),
    Text("장비", "Machine"),
    Text("신호(초)", "By signals (s)"),
    Text("장부(초)", "By the ledger (s)"),
    Text("미확인(초)", "Unknown (s)"),
    Text("합계(초)", "Total (s)"),
)
#: The source of what companies pay themselves.
OWN_SHARE = Text("기업 부담", "Companies")
#: Names of sheets.
SHEETS: Mapping[str, Text] = {
    "summary": Text("요약", "Summary"),
    "machines": Text("장비", "Machines"),
    "kinds": Text("종류", "Kinds"),
    "classes": Text("기업구분", "Categories"),
    "months": Text("월별", "Months"),
    "seldom": Text("유휴·저활용", "Idle or hardly used"),
    "centres": Text("센터", "Centres"),
    "sources": Text("재원", "Sources"),
    "programmes": Text("사업", "Programmes"),
    "year_budgets": Text("연 예산", "Budgets of the year"),
    "operation": Text("운영일지", "Operation log"),
    "upkeep": Text("유지보수일지", "Maintenance log"),
}
#: Titles above the tables of a printed report, by their sheets.
TITLES: Mapping[str, Text] = {
    "machines": Text("장비별", "By machine"),
    "kinds": Text("종류별", "By kind"),
    "classes": Text("기업 구분별", "By category"),
    "months": Text("월별", "By month"),
    "seldom": Text(
        "유휴(6개월 무가동)·저활용(가동률 10 % 이하) 장비",
        "Idle (no run in six months) and hardly used machines (10 % at most)",
    ),
}
REPORT = Text("공동장비 운영 보고서", "Report on shared machines")
REPORT_NOTE = Text(
    "시간은 초 단위 측정값의 합이며 같은 구간이 이용내역서의 근거입니다. 비율의 분모는 위에 적은 기준시간입니다. "
    "금액은 발행된 이용내역서와 정정서의 합입니다.",
    "Times are sums of measured seconds, the same that statements rest on. Ratios are of the "
    "standard time above. Amounts are sums of issued statements and corrections.",
)
#: Cells of a logbook that no person wrote.
LOG_CELLS: Mapping[str, Text] = {
    "fault": Text("고장", "Fault"),
    "signal": Text("장비 신호", "Signal of the machine"),
    "fee_open": Text("미확정", "Not settled"),
}


#: The logbooks on paper, which an inspector reads and the responsible sign.
LOG_PAPER: Mapping[str, Text] = {
    "operation": Text("장비 운영일지", "Operation log"),
    "maintenance": Text("장비 유지보수일지", "Maintenance log"),
    "model": Text("모델명", "Model"),
    "maker": Text("제작사", "Maker"),
    "serial": Text("일련번호", "Serial number"),
    "nfec_number": Text("NFEC 등록번호", "NFEC number"),
    "etube_number": Text("e-Tube 등록번호", "e-Tube number"),
    "place": Text("설치 장소", "Place"),
    "uses": Text("이용 건수", "Uses"),
    "ran": Text("가동 합계(분)", "Ran, together (min)"),
    "entries": Text("기록 건수", "Entries"),
    "cost": Text("비용 합계(원)", "Cost, together (KRW)"),
    "empty": Text("이 달에는 기록이 없습니다.", "Nothing is on record for this month."),
    "responsible": Text("책임자(정)", "Responsible"),
    "deputy": Text("책임자(부)", "Deputy"),
    "checked": Text("확인", "Checked by"),
    "signed": Text("(서명 또는 인)", "(signature)"),
    "purpose": Text("사용 목적", "Purpose"),
    "climate": Text("측정 환경", "Room climate"),
}


def heads(*keys: str) -> list[str]:
    """Return the Korean headings of some keys, in their order."""
    return [HEADS[key].ko for key in keys]


#: The survey of a centre's firms: its sheets and headings.
SURVEY: Mapping[str, Text] = {
    "firms": Text("실태조사", "Survey of firms"),
    "sums": Text("집계", "Sums"),
    "fact": Text("항목", "What"),
    "value": Text("내용", "Value"),
    "number": Text("기업 수", "Firms"),
    "workers": Text("상시근로자 수", "Regular workers"),
    "all": Text("이용 기업", "Firms served"),
    "answered": Text("응답 기업", "Firms that answered"),
    "partners": Text("협력업체 수(합계)", "Partner firms, together"),
    "unknown": Text("미확인", "not known"),
    "size": Text("{size}명", "{size}"),
}
#: By the list of groups of a survey.
SURVEY_GROUPS: Mapping[str, Text] = {
    "sizes": Text("규모(상시근로자)", "Size by regular workers"),
    "sectors": Text("업종", "Sector"),
    "districts": Text("소재지", "District"),
    "clusters": Text("집적지", "Cluster of the trade"),
    "exports": Text("수출", "Exports"),
}
#: The columns of the survey's table of firms.
SURVEY_FIRMS = (
    Text("기업명", "Firm"),
    Text("구분", "Category"),
    Text("소재지", "District"),
    Text("업종코드", "Sector code"),
    Text("업종", "Sector"),
    Text("상시근로자 수", "Regular workers"),
    Text("집적지", "Cluster of the trade"),
    Text("수출", "Exports"),
    Text("협력업체 수", "Partner firms"),
    Text("기준일", "From the day"),
    Text("동의 방법", "How it agreed"),
)
