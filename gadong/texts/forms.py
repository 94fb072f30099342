"""Texts of forms on paper: certificates of trainings, applications for use and approvals."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

FORMS: Mapping[str, Text] = {
    "certificate": Text("이수증", "Certificate of training"),
    "certified": Text(
        "위 사람은 본 센터에서 실시한 위 교육을 이수하였음을 증명합니다.",
        "This certifies that the person above attended the training above at this centre.",
    ),
    "number": Text("번호", "Number"),
    "person": Text("성명", "Name"),
    "company": Text("소속", "Company"),
    "training": Text("교육과정", "Training"),
    "held": Text("교육일시", "Held"),
    "length": Text("교육시간", "Length"),
    "place": Text("교육장소", "Place"),
    "valid_until": Text("유효기간", "Valid until"),
    "centre": Text("센터", "Centre"),
    "seal": Text("(직인)", "(seal)"),
    "application": Text("장비 이용신청서", "Application to use equipment"),
    "approval": Text("장비 이용승인서", "Approval of use of equipment"),
    "applicant": Text("신청인", "Applicant"),
    "registration": Text("사업자등록번호", "Registration no."),
    "representative": Text("대표자", "Representative"),
    "phone": Text("연락처", "Phone"),
    "use": Text("이용 내용", "Use"),
    "machine": Text("장비", "Machine"),
    "model": Text("모델명", "Model"),
    "nfec": Text("NFEC 등록번호", "NFEC number"),
    "when": Text("이용일시", "Time"),
    "length_of_use": Text("시간", "Length"),
    "mode": Text("이용 구분", "How it is used"),
    "self": Text("직접 이용", "by the applicant"),
    "assisted": Text("지원 이용", "with the centre's operator"),
    "commissioned": Text("의뢰", "by the centre"),
    "purpose": Text("이용 목적", "Purpose"),
    "pledge": Text("서약서", "Pledge"),
    "accepted": Text("{version} 동의({day})", "{version}, accepted on {day}"),
    "accepted_on_paper": Text("{version} 서면 동의({day})", "{version}, signed on paper, {day}"),
    "to": Text("{centre} 귀중", "To: {centre}"),
    "asked_on": Text("신청일", "Applied on"),
    "approved_on": Text("승인일", "Approved on"),
    "applies": Text(
        "위와 같이 센터 장비의 이용을 신청합니다.",
        "The applicant applies to use the centre's equipment as stated above.",
    ),
    "approves": Text(
        "위와 같이 센터 장비의 이용을 승인합니다.",
        "The centre approves the use of its equipment as stated above.",
    ),
    "fees": Text(
        "사용료는 센터의 사용료표와 실제 가동 기록에 따라 월별 이용내역서로 청구됩니다.",
        "Fees follow the centre's tariff and what the machine truly ran; a monthly statement "
        "has them.",
    ),
    "signed": Text("(서명 또는 인)", "(signature)"),
    "hours": Text("{hours}시간 {minutes}분", "{hours} h {minutes} min"),
}


def words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language; Korean for any but English."""
    return {key: text.en if language == "en" else text.ko for key, text in FORMS.items()}
