"""Headings of the tables that people paste or send, as they are recognised.

The first two of a field are the Korean and the English one that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Of a table of companies.
COMPANIES: Mapping[str, tuple[str, ...]] = {
    "name": ("기업명", "company", "상호", "회사", "회사명", "업체", "업체명", "법인명", "name"),
    "registration_number": (
        "사업자등록번호",
        "registration number",
        "사업자번호",
        "등록번호",
        "사업자",
        "business registration number",
    ),
    "kind": ("이용자 유형", "kind of payer", "이용자구분", "유형", "payer kind"),
    "identification": (
        "번호 대신 확인",
        "in place of a number",
        "번호 대신",
        "확인서류",
        "학교와 학과",
        "학교",
        "농업경영체 등록번호",
    ),
    "category": ("구분", "category", "기업구분", "분류", "class"),
    "representative": ("대표자", "representative", "대표", "대표자명", "대표이사", "성명대표"),
    "address": ("주소", "address", "소재지", "사업장주소", "사업장소재지"),
    "business_type": ("업태", "business type"),
    "business_item": ("종목", "business item", "업종", "주생산품"),
    "email": ("세금계산서 이메일", "invoice e-mail", "계산서이메일", "기업이메일", "invoice email"),
    "person": ("담당자", "person", "이용자", "담당자명", "성명", "이름", "contact"),
    "phone": (
        "전화",
        "phone",
        "전화번호",
        "연락처",
        "휴대전화",
        "휴대폰",
        "핸드폰",
        "mobile",
        "tel",
    ),
    "person_email": ("이메일", "e-mail", "담당자이메일", "메일", "email", "전자우편"),
}
#: Of a ledger of uses.
USES: Mapping[str, tuple[str, ...]] = {
    "machine": ("장비", "machine", "장비명", "equipment", "기기"),
    "company": ("기업", "company", "기업명", "회사", "업체", "사업자번호", "사업자등록번호"),
    "person": ("이용자", "person", "사용자", "담당자", "user", "성명", "이름"),
    "day": ("날짜", "date", "일자", "사용일", "day"),
    "start": ("시작", "start", "시작시각", "시작시간", "from"),
    "end": ("종료", "end", "종료시각", "종료시간", "to", "until"),
    "samples": ("시료수", "samples", "시료", "시료개수"),
    "reason": ("사유", "reason", "용도", "목적", "사용목적", "이용목적", "내용", "purpose", "비고"),
}
#: Of a bank's table of an account. Banks differ; what they do not say here a centre chooses once.
BANK_LINES: Mapping[str, tuple[str, ...]] = {
    "day": (
        "거래일시",
        "day",
        "거래일자",
        "거래일",
        "일자",
        "일시",
        "날짜",
        "입금일",
        "입금일자",
        "date",
        "transaction date",
    ),
    "time": ("거래시간", "time", "거래시각", "시간"),
    "came": (
        "입금액",
        "money in",
        "입금",
        "입금금액",
        "맡기신금액",
        "들어온금액",
        "거래금액",
        "금액",
        "deposit",
        "credit",
        "amount",
    ),
    "went": (
        "출금액",
        "money out",
        "출금",
        "출금금액",
        "찾으신금액",
        "나간금액",
        "지급금액",
        "withdrawal",
        "debit",
    ),
    "direction": (
        "입출금구분",
        "in or out",
        "구분",
        "거래구분",
        "거래유형",
        "거래종류",
        "유형",
        "입/출",
        "입출구분",
        "입금/출금",
        "type",
        "transaction type",
        "in/out",
        "debit/credit",
        "direction",
    ),
    "payer": (
        "보낸분",
        "payer",
        "보낸분/받는분",
        "의뢰인",
        "의뢰인/수취인",
        "입금자",
        "입금자명",
        "보낸사람",
        "송금인",
        "기재내용",
        "거래내용",
        "거래기록사항",
        "내용",
        "상대계좌예금주명",
        "name",
    ),
    "memo": ("메모", "note", "적요", "송금메모", "이체메모", "비고", "거래특이사항", "memo"),
    "balance": ("잔액", "balance", "거래후잔액"),
}
#: Of Hometax's list of issued tax invoices, as its columns are known publicly.
APPROVALS: Mapping[str, tuple[str, ...]] = {
    "approval": ("승인번호", "approval number", "국세청승인번호"),
    "written_on": ("작성일자", "written for", "작성일"),
    "issued_on": ("발급일자", "issued on", "발급일"),
    "supplier": ("공급자사업자등록번호", "supplier's number", "공급자등록번호"),
    "customer": (
        "공급받는자사업자등록번호",
        "customer's number",
        "공급받는자등록번호",
        "공급받는자사업자번호",
    ),
    "supply": ("공급가액", "supply value"),
    "vat": ("세액", "VAT"),
    "note": ("비고", "note"),
    "kind": ("전자세금계산서종류", "kind", "종류"),
}
#: In the kind of an amended invoice (수정세금계산서).
AMENDED_WORD = "수정"
