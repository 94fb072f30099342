"""Texts of statements and corrections on paper, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

DOCUMENTS: Mapping[str, Text] = {
    "statement": Text("이용내역서", "Statement of use"),
    "correction": Text("이용내역서 정정서", "Correction of a statement"),
    "draft": Text("초안", "DRAFT"),
    "void": Text("취소", "VOID"),
    "number": Text("번호", "Number"),
    "month": Text("이용월", "Month"),
    "stretch": Text("청구 구간", "Bills from and to"),
    "issued": Text("발행", "Issued"),
    "due": Text("납부 기한", "To be paid by"),
    "where": Text("납부 계좌", "Where to pay"),
    "bank": Text("은행", "Bank"),
    "account": Text("계좌번호", "Account"),
    "holder": Text("예금주", "Holder"),
    "supplier": Text("공급자", "Supplier"),
    "customer": Text("공급받는자", "Customer"),
    "registration": Text("등록번호", "Registration no."),
    "no_registration": Text("없음(현금영수증 발급)", "none (cash receipts are issued)"),
    "name": Text("상호", "Name"),
    "representative": Text("성명", "Representative"),
    "address": Text("주소", "Address"),
    "business": Text("업태·종목", "Business"),
    "day": Text("일자", "Date"),
    "item": Text("품목", "Item"),
    "quantity": Text("수량", "Quantity"),
    "price": Text("단가(원)", "Unit price (KRW)"),
    "listed": Text("정상가(원)", "List price (KRW)"),
    "relief": Text("감면(원)", "Relief (KRW)"),
    "amount": Text("금액(원)", "Amount (KRW)"),
    "tax_type": Text("과세", "Tax"),
    "was": Text("이전(원)", "Before (KRW)"),
    "now": Text("이후(원)", "After (KRW)"),
    "change": Text("차액(원)", "Difference (KRW)"),
    "sum": Text("구분", "Sum"),
    "hours": Text("시간", " h"),
    "minutes": Text("분", " min"),
    "seconds": Text("초", " s"),
    "lines": Text("이용 내역", "Lines"),
    "none": Text("이 달에는 청구할 이용이 없습니다.", "Nothing is charged for this month."),
    "line_total": Text("항목 합계(절사 전)", "Lines together"),
    "truncation": Text("원단위 절사", "Truncation"),
    "evidence": Text("근거: 예약과 실제 가동", "Evidence: booked beside what ran"),
    "legend": Text(
        "위 띠는 예약, 아래 띠는 장비가 한 일입니다. 진한 칸 가동, 세로줄 준비·일시정지, ×무늬 고장, 점무늬 미확인. 시각은 {zone} 기준.",
        "The upper band is what was booked, the lower what the machine did. Solid: ran; "
        "upright lines: set-up or paused; crosses: fault; dots: unknown. Times are {zone}.",
    ),
    "proof": Text(
        "이 문서에는 같은 내용의 기계가독 파일(gadong.json)이 첨부되어 있고, 번호·다이제스트·연쇄값으로 센터가 언제든 다시 계산해 확인합니다.",
        "The same document is attached in machine-readable form (gadong.json). By its number, "
        "digest and chain the centre can compute and verify it again at any time.",
    ),
    "digest": Text("다이제스트", "Digest"),
    "chain": Text("연쇄값", "Chain"),
    "reason": Text("사유", "Reason"),
    "changes": Text("달라진 항목", "Lines that changed"),
    "steps": Text("금액 변동", "Sums before and after"),
    "names": Text("바로잡은 기재사항", "Names and numbers corrected"),
    "field": Text("항목", "Item"),
    "wrong": Text("정정 전", "Before"),
    "right": Text("정정 후", "After"),
    "branch": Text("종사업장번호", "Branch"),
    "business_type": Text("업태", "Business type"),
    "business_item": Text("종목", "Business item"),
    "email": Text("이메일", "E-mail"),
    "amounts_stay": Text(
        "금액은 그대로입니다: 공급가액 {supply}원, 세액 {vat}원, 납부할 금액 {payable}원.",
        "The amounts stay: supply KRW {supply}, VAT KRW {vat}, payable KRW {payable}.",
    ),
    "names_tax": Text(
        "세금계산서를 이미 발급했다면 기재사항 착오정정(01)으로 두 장을 발급합니다: 원래 기재사항으로 {minus}, "
        "바로잡은 기재사항으로 {now}, 작성일은 원래 작성일.",
        "If a tax invoice was issued, it is amended by two (01, mistake in what it names): "
        "{minus} with the names of before, and {now} with the right ones, on the original day.",
    ),
    "original": Text("원 내역서", "Statement"),
    "invoice": Text("공급가액 {supply}원·세액 {vat}원", "supply KRW {supply} and VAT KRW {vat}"),
    "tax": Text(
        "세금계산서: 착오 정정(01)이면 원 금액 {minus}과 새 금액 {now} 두 장, 공급가액 변동(02)이면 차액 {change} 한 장입니다. 어느 "
        "것인지는 담당자·세무대리인이 정합니다.",
        "Tax invoice: for a mistake (01) two documents, {minus}, and {now}; for a changed "
        "amount (02) one, {change}. Which of them is the manager's or the accountant's to say.",
    ),
}
#: By the tax type of a line.
TAX_TYPES: Mapping[str, Text] = {
    "taxable_10": Text("과세", "10 % VAT"),
    "exempt": Text("면세", "exempt"),
    "out_of_scope": Text("불과세", "no VAT"),
}
#: By the unit of a line's quantity.
UNITS: Mapping[str, Text] = {
    "h": Text("시간", "h"),
    "g": Text("g", "g"),
    "kg": Text("kg", "kg"),
    "mL": Text("mL", "mL"),
    "kWh": Text("kWh", "kWh"),
    "ea": Text("개", "ea"),
    "once": Text("건", "×"),
}
#: The sums of a document by tax type, in the order in which every paper says them.
SUMS: Mapping[str, Text] = {
    "taxable": Text("과세 공급가액", "Taxable supply"),
    "exempt": Text("면세 공급가액", "Exempt supply"),
    "supply": Text("공급가액", "Supply value"),
    "vat": Text("부가세", "VAT"),
    "out_of_scope": Text("불과세(위약금 등)", "Outside VAT (fees for not coming)"),
    "total": Text("합계", "Total"),
    "subsidy": Text("지원금", "Paid by the programme"),
    "payable": Text("납부할 금액", "To be paid"),
}
#: By the state of drawn time in a line's evidence; the booking lies above.
EVIDENCE_BANDS: Mapping[str, Text] = {
    "booked": Text("예약", "booked"),
    "running": Text("가동", "ran"),
    "setup": Text("준비", "set-up"),
    "paused": Text("일시정지", "paused"),
    "fault": Text("고장", "fault"),
    "unknown": Text("미확인", "unknown"),
}
MINUTES_AND_SECONDS = Text("{minutes}분 {rest}초", "{minutes} min {rest} s")


#: Of transaction statements, confirmations of payment, and quotations, beside those above.
PAPERS: Mapping[str, Text] = {
    "transaction": Text("거래명세서", "Transaction statement"),
    "received": Text("인수자", "Received by"),
    "signed": Text("(서명 또는 인)", "(signature)"),
    "seal": Text("(직인)", "(seal)"),
    "payment": Text("입금확인서", "Confirmation of payment"),
    "statement": Text("이용내역서 번호", "Statement"),
    "payable": Text("청구 금액(원)", "Payable (KRW)"),
    "paid": Text("입금 금액(원)", "Paid (KRW)"),
    "open": Text("남은 금액(원)", "Still owed (KRW)"),
    "paid_on": Text("입금일", "Paid on"),
    "amount": Text("금액(원)", "Amount (KRW)"),
    "note": Text("비고", "Note"),
    "as_of": Text("확인일", "As of"),
    "confirms": Text(
        "위와 같이 입금되었음을 확인합니다.", "The centre confirms that it received the above."
    ),
    "quotation": Text("견적서", "Quotation"),
    "quoted": Text("견적 금액(원)", "Quoted (KRW)"),
    "quoted_on": Text("견적일", "Quoted on"),
    "valid_until": Text("유효기한", "Valid until"),
    "when": Text("이용일시", "Time"),
    "machine": Text("장비", "Machine"),
    "supply": Text("공급가액(원)", "Supply (KRW)"),
    "vat": Text("부가가치세(원)", "VAT (KRW)"),
    "subsidy": Text("지원금(원)", "Paid by a programme (KRW)"),
    "basis": Text(
        "예약 시간을 모두 이용할 때의 금액이며 무료 시간과 월 한도는 넣지 않았습니다. 청구는 이용일의 사용료표와 실제 이용 기록에 따릅니다.",
        "The amount is for use of all of the booked time, without free time and monthly caps. What "
        "is billed follows the tariff of the day and what was truly used.",
    ),
    "proposes": Text("위와 같이 견적합니다.", "The centre quotes as stated above."),
    "to": Text("{name} 귀하", "To: {name}"),
    "subject": Text("건명", "Subject"),
    "ready_by": Text("완료 예정일", "To be ready by"),
    "prepayment": Text("선납금(원)", "To be paid before the work (KRW)"),
    "holds_tax": Text(
        "품목의 금액에는 부가가치세가 들어 있습니다.", "The amounts of the items hold the VAT."
    ),
    "after_relief": Text(
        "금액은 요금표의 할인, 무료 수량, 최소 금액과 단위 올림을 반영한 것입니다.",
        "The amounts are after the tariff's discounts, free quantities, least amounts and "
        "rounding.",
    ),
    "offer_basis": Text(
        "청구는 작업을 마친 날의 요금표와 실제로 한 수량에 따릅니다.",
        "What is billed follows the tariff of the day on which the work is done, and what was "
        "done.",
    ),
}
#: The words of a claim's paper.
CLAIM: Mapping[str, Text] = {
    "title": Text("지원금 청구서", "Claim on a programme"),
    "draft": Text("초안", "DRAFT"),
    "number": Text("번호", "Number"),
    "programme": Text("지원사업", "Programme"),
    "payer": Text("지원기관", "Paid by"),
    "months": Text("이용월", "Months"),
    "made": Text("청구일", "Claimed"),
    "due": Text("납부 기한", "To be paid by"),
    "lines": Text("청구 내역", "Lines"),
    "companies": Text("기업별 합계", "Sums by firm"),
    "amount": Text("청구 금액", "Claimed"),
    "own_budget": Text("사업 예산", "The programme's budget"),
    "year_budget": Text("연간 예산", "The year's budget"),
    "rest": Text("{name}: 청구 전 잔액", "{name}: left before"),
    "left": Text("{name}: 남은 금액", "{name}: left now"),
    "whole": Text("내역서 전체", "the whole statement"),
    "of_correction": Text("정정", "correction"),
    "of_void": Text("취소", "void"),
    "left_note": Text(
        "남은 금액은 아직 청구하지 않은 내역서까지 뺀 것입니다. 공급가액은 부가세를 뺀 금액이며, 지원금은 한도와 절사를 반영한 금액입니다.",
        "What is left has statements off that are not claimed yet. The supply is without VAT; the "
        "programme's part has its limits and the document's truncation in it.",
    ),
    "later": Text(
        "확정한 청구서는 바뀌지 않습니다. 나중의 정정과 취소는 다음 청구서에 따로 적습니다.",
        "A final claim does not change. Later corrections and voids are on the next claim.",
    ),
    "seal": Text("(직인)", "(seal)"),
    "claimant": Text("청구 기관", "Claimed by"),
}
#: The columns of a claim's lines.
CLAIM_LINES: Mapping[str, Text] = {
    "company": Text("기업", "Company"),
    "registration": Text("등록번호", "Registration no."),
    "number": Text("내역서", "Statement"),
    "issued": Text("발행일", "Issued"),
    "day": Text("이용일", "Date"),
    "item": Text("내용", "Item"),
    "supply": Text("공급가액(원)", "Supply (KRW)"),
    "pct": Text("지원율(%)", "Share (%)"),
    "amount": Text("지원금(원)", "Programme (KRW)"),
}


def words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language; Korean for any but English."""
    return {key: text.en if language == "en" else text.ko for key, text in DOCUMENTS.items()}


def paper_words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language for papers around a statement."""
    papers = {key: text.en if language == "en" else text.ko for key, text in PAPERS.items()}
    return {**words_of(language), **papers}


def claim_words_of(language: str) -> Mapping[str, str]:
    """Return the words of a claim in a language; Korean for any but English."""
    return {key: text.en if language == "en" else text.ko for key, text in CLAIM.items()}


def claim_columns_of(language: str) -> Mapping[str, str]:
    """Return the headings of a claim's lines in a language; Korean for any but English."""
    return {key: text.en if language == "en" else text.ko for key, text in CLAIM_LINES.items()}
