"""Headings and notes of a centre's tables about money; its papers and tables are in Korean.

The columns that Hometax prescribes have its own names. Where a table is read by programs, a
heading stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: The columns of a statement's lines, by their keys.
# The first five stand where programs have read them since the first release.
STATEMENT_LINES: Mapping[str, Text] = {
    "key": Text("항목", "Entry"),
    "machine": Text("장비", "Machine"),
    "label": Text("구분", "Kind"),
    "amount": Text("금액(원)", "Amount (KRW)"),
    "tax_type": Text("과세", "Tax"),
    "day": Text("일자", "Date"),
    "item": Text("품목", "Item"),
    "quantity": Text("수량", "Quantity"),
    "unit": Text("단위", "Unit"),
    "price": Text("단가(원)", "Unit price (KRW)"),
    "listed": Text("정상가(원)", "List price (KRW)"),
    "relief": Text("감면(원)", "Relief (KRW)"),
    "registration": Text("등록번호", "Registration no."),
    "sentence_ko": Text("설명", "Description in Korean"),
    "sentence_en": Text("Description", "Description"),
}
#: The times that a line rests on.
EVIDENCE_TIMES = (
    Text("항목", "Entry"),
    Text("장비", "Machine"),
    Text("시작", "Start"),
    Text("종료", "End"),
    Text("초", "Seconds"),
)
#: The messages that a line rests on.
EVIDENCE_MESSAGES = (Text("항목", "Entry"), Text("메시지", "Message"))
#: Names of a statement's sheets, and of the rows of its first one.
STATEMENT: Mapping[str, Text] = {
    "statement": Text("이용내역서", "Statement of use"),
    "lines": Text("내역", "Lines"),
    "evidence": Text("근거", "Evidence"),
    "messages": Text("메시지", "Messages"),
    "number": Text("번호", "Number"),
    "draft": Text("초안", "Draft"),
    "centre": Text("센터", "Centre"),
    "company": Text("기업", "Company"),
    "registration": Text("사업자등록번호", "Registration number"),
    "no_registration": Text("없음(현금영수증 발급)", "none (cash receipts are issued)"),
    "month": Text("월", "Month"),
    "line_total": Text("줄 합계", "Lines together"),
    "truncation": Text("원단위 절사", "Truncation"),
}
#: The list of papers in a month's archive.
ARCHIVE = (
    Text("번호", "Number"),
    Text("기업", "Company"),
    Text("상태", "State"),
    Text("합계(원)", "Total (KRW)"),
    Text("기업 부담(원)", "Company pays (KRW)"),
)
ARCHIVE_STATES: Mapping[str, Text] = {
    "issued": Text("발행", "Issued"),
    "void": Text("무효", "Void"),
    "correction": Text("정정", "Correction"),
}
#: Reasons in the record of who read personal data.
READ_FOR: Mapping[str, Text] = {
    "statements": Text("이용내역서", "statements"),
    "tax_invoices": Text("세금계산서", "tax invoices"),
}
#: Names of the sheets of a month's tax invoices.
INVOICE_SHEETS: Mapping[str, Text] = {
    "upload": Text("엑셀업로드양식", "Upload"),
    "left_out": Text("제외", "Left out"),
    "check": Text("대조", "Check"),
    "receipts": Text("현금영수증", "Cash receipts"),
    "exempt": Text("계산서", "Exempt invoices"),
    "amended": Text("수정", "Amended"),
}
#: Of amended tax invoices, beside the columns of the upload.
AMENDED: Mapping[str, Text] = {
    "reason": Text("수정사유", "Reason"),
    "approval": Text("당초승인번호", "Approval number of the first"),
    "correction": Text("정정서 번호", "Correction"),
    "note": Text(
        "기재사항 착오정정(01)입니다. 한 건에 두 줄: 원래 기재사항의 음수 금액, 바로잡은 기재사항의 금액. "
        "금액은 등록된 계산서의 합계이고, 세액이 빈 줄은 면세 계산서입니다. "
        "홈택스의 수정발급 양식은 확인하지 못했으니 화면이나 최신 양식과 비교하세요.",
        "Mistakes in names (01), two rows each: the wrong names below nothing, and the right ones. "
        "Amounts are those of the registered invoices; rows without a tax are of exempt supply. "
        "Hometax's layout for amended ones was not seen; compare with its own.",
    ),
}
EXEMPT_NOTE = Text(
    "면세 공급가액의 계산서입니다. 홈택스의 계산서 일괄발급 양식은 확인하지 못했으니 최신 양식과 열을 비교하세요.",
    "Invoices for exempt supply. Hometax's layout for them was not seen; compare the columns.",
)
#: Columns of a party and of an item as Hometax's template names them.
INVOICE_PARTY = tuple(
    Text(korean, english)
    for korean, english in (
        ("등록번호", "Registration number"),
        ("종사업장번호", "Branch"),
        ("상호", "Name"),
        ("성명", "Representative"),
        ("사업장주소", "Address"),
        ("업태", "Business type"),
        ("종목", "Business item"),
    )
)
INVOICE_ITEM = tuple(
    Text(korean, english)
    for korean, english in (
        ("일자", "Date"),
        ("품목", "Item"),
        ("규격", "Specification"),
        ("수량", "Quantity"),
        ("단가", "Unit price"),
        ("공급가액", "Supply value"),
        ("세액", "VAT"),
        ("품목비고", "Note on the item"),
    )
)
#: The template's other columns.
INVOICE: Mapping[str, Text] = {
    "kind": Text("전자(세금)계산서 종류", "Kind of invoice"),
    "written_on": Text("작성일자", "Date of writing"),
    "supplier": Text("공급자 {name}", "Supplier: {name}"),
    "supplier_email": Text("공급자 이메일", "Supplier: e-mail"),
    "customer": Text("공급받는자 {name}", "Customer: {name}"),
    "customer_email_1": Text("공급받는자 이메일1", "Customer: e-mail 1"),
    "customer_email_2": Text("공급받는자 이메일2", "Customer: e-mail 2"),
    "supply": Text("공급가액", "Supply value"),
    "vat": Text("세액", "VAT"),
    "note": Text("비고", "Note"),
    "item": Text("{name}{number}", "{name} {number}"),
    "cash": Text("현금", "Cash"),
    "cheque": Text("수표", "Cheque"),
    "bill": Text("어음", "Bill"),
    "credit": Text("외상미수금", "On credit"),
    "purpose": Text("영수(01),청구(02)", "Receipt (01), claim (02)"),
}
#: The check of the upload against the statements.
CHECK: Mapping[str, Text] = {
    "number": Text("번호", "Number"),
    "company": Text("기업", "Company"),
    "upload": Text("세금계산서 자료", "Upload"),
    "included": Text("포함", "included"),
    "total": Text("합계", "Total"),
}
LEFT_OUT_HEADS = (Text("번호", "Number"), Text("기업", "Company"), Text("이유", "Reason"))
#: Reasons that a statement has no row in the upload.
LEFT_OUT: Mapping[str, Text] = {
    "void": Text("취소된 내역서", "The statement is void"),
    "registered": Text("세금계산서가 이미 등록됨", "A tax invoice is registered already"),
    "no_representative": Text(
        "공급받는자의 대표자 성명이 없음: 기업 정보에 넣으세요",
        "The customer has no representative: enter one with the company",
    ),
    "negative": Text(
        "과세 공급가액이 음수({won:,}원)라 새 세금계산서로 발급할 수 없음: "
        "이미 발급한 세금계산서를 수정발급하거나 해당 줄을 취소하세요",
        "The taxable supply is negative (KRW {won:,}): amend the tax invoice that was issued, or "
        "cancel the line",
    ),
    "negative_tax": Text(
        "세액이 음수({won:,}원)라 세금계산서로 발급할 수 없음: "
        "부가세 포함 단가와 별도 단가가 섞인 금액이니 해당 줄을 취소하고 다시 넣으세요",
        "The tax is negative (KRW {won:,}), since prices with and without it are mixed: cancel the "
        "line and enter it again",
    ),
    "exempt": Text(
        "면세 {won:,}원은 계산서로 따로 발급", "KRW {won:,} is exempt and has an invoice of its own"
    ),
    "out_of_scope": Text(
        "불과세 {won:,}원은 세금계산서 대상이 아님", "KRW {won:,} is outside value-added tax"
    ),
    "nothing": Text("청구할 금액 0원", "KRW 0 to be paid"),
    "untaxed": Text("과세 공급가액이 없음({others})", "There is no taxable supply ({others})"),
    "receipt_to_issue": Text(
        "사업자등록번호가 없음: 현금영수증으로 발급('현금영수증' 시트)",
        "No registration number: issue a cash receipt (sheet of cash receipts)",
    ),
    "receipt_issued": Text("현금영수증이 이미 등록됨", "A cash receipt is registered already"),
    "receipt_nothing": Text(
        "현금영수증으로 발급할 금액이 없음", "Nothing is left for a cash receipt"
    ),
}
#: Notes above the upload.
INVOICE_NOTES = (
    Text(
        "가동에서 만든 전자세금계산서 일괄발급 자료입니다. 올리기 전에 홈택스의 최신 양식과 열을 비교하세요.",
        "Tax invoices from Gadong for an upload. Compare the columns with Hometax's latest form.",
    ),
    Text(
        "7행부터 한 줄이 한 장입니다. 발급한 뒤 승인번호를 가동에 등록하면 다음 자료에서 빠집니다.",
        "From row 7 each row is a tax invoice. Registered approval numbers leave the next upload.",
    ),
    Text(
        "사업자등록번호가 없는 이용자(개인·학생·농업경영체 등)는 '현금영수증' 시트에 있습니다.",
        "Payers without a registration number stand on the sheet of cash receipts.",
    ),
    Text(
        "면세 공급가액과 불과세(위약금 등)는 세금계산서에 넣지 않습니다. '대조' 시트에서 이용내역서의 금액과 맞춰 보세요.",
        "Exempt supply and fees outside the tax are on no tax invoice. Compare the check's sums.",
    ),
)
#: The columns of the sheet of cash receipts.
RECEIPTS = (
    Text("번호", "Number"),
    Text("이용자", "Payer"),
    Text("구분", "Kind"),
    Text("용도", "Purpose"),
    Text("신분확인번호", "Identification"),
    Text("과세 공급가액", "Taxable supply"),
    Text("부가세", "VAT"),
    Text("면세", "Exempt"),
    Text("발급할 금액", "To issue"),
    Text("등록한 금액", "Registered"),
    Text("입금액", "Paid"),
)


def korean(texts: tuple[Text, ...] | Mapping[str, Text]) -> tuple[str, ...]:
    """Return the Korean of some headings, in their order."""
    return tuple(t.ko for t in (texts.values() if isinstance(texts, Mapping) else texts))


#: The columns of open items by the age of the debt (미수금 명세), by their keys.
RECEIVABLES: Mapping[str, Text] = {
    "company": Text("기업", "Company"),
    "number": Text("내역서 번호", "Statement"),
    "month": Text("월", "Month"),
    "due_on": Text("납부 기한", "Due on"),
    "days_late": Text("연체 일수", "Days late"),
    "payable": Text("납부할 금액(원)", "Payable (KRW)"),
    "paid": Text("납부액(원)", "Paid (KRW)"),
    "written_off": Text("대손(원)", "Written off (KRW)"),
    "open": Text("미수금(원)", "Open (KRW)"),
    "not_due": Text("기한 전(원)", "Not due (KRW)"),
    "up_to_30": Text("1~30일(원)", "1–30 days (KRW)"),
    "up_to_60": Text("31~60일(원)", "31–60 days (KRW)"),
    "up_to_90": Text("61~90일(원)", "61–90 days (KRW)"),
    "over_90": Text("90일 초과(원)", "Over 90 days (KRW)"),
}
#: The last row of a table of open items.
RECEIVABLES_TOTAL = Text("합계", "Total")
