"""Sentences for faults of imported tables, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English), as in `refusals.PROBLEMS`.
IMPORT_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "company_table.empty": (
        "표가 비어 있습니다. 머리글이 있는 첫 시트를 올리세요.",
        "The table is empty. Send a file whose first sheet has headings and rows.",
    ),
    "company_table.too_long": (
        "한 번에 {limit}줄까지 읽습니다({actual}줄). 파일을 나누세요.",
        "At most {limit} rows are read at once (these are {actual}). Divide the file.",
    ),
    "company_table.too_large": (
        "파일이 너무 큽니다. 그림과 다른 시트를 지우거나 CSV로 저장하세요.",
        "The file is too large. Remove pictures and other sheets, or save it as CSV.",
    ),
    "company_table.encoding": (
        "글자를 읽을 수 없습니다. CSV(UTF-8 또는 CP949)나 .xlsx로 저장하세요.",
        "The text cannot be read. Save the file as CSV (UTF-8 or CP949) or as .xlsx.",
    ),
    "company_table.old_format": (
        "옛 엑셀(.xls)이거나 암호가 걸린 파일입니다. 암호 없이 .xlsx로 저장하세요.",
        "This is an old (.xls) or a protected workbook. Save it as .xlsx without a password.",
    ),
    "company_table.broken": (
        "스프레드시트 파일이 손상되었습니다. 다시 저장하거나 CSV로 저장하세요.",
        "The workbook is broken. Save it again, or save it as CSV.",
    ),
    "company_table.heading_missing": (
        "{actual} 열이 없습니다. 어느 열인지 골라 주세요.",
        "No column is {actual}. Choose the column that has it.",
    ),
    "company_table.heading_twice": (
        "두 열이 {actual}(으)로 지정되었습니다. 하나만 고르세요.",
        "Two columns are {actual}. Choose one of them.",
    ),
    "company_table.number_missing": (
        "{line}행 {column}: 비어 있습니다. 사업자등록번호를 적거나, 번호가 없으면 이용자 유형을 적으세요.",
        (
            "Row {line}, {column}: it is empty. Write the business registration number, or the"
            " kind of payer of who has none."
        ),
    ),
    "company_table.number_shortened": (
        (
            "{line}행 {column}: 스프레드시트가 숫자를 줄였습니다({actual})."
            " 열을 텍스트로 바꾸고 번호를 다시 적으세요."
        ),
        (
            "Row {line}, {column}: the spreadsheet shortened the number ({actual})."
            " Format the column as text and write the number again."
        ),
    ),
    "company_table.kind": (
        "{line}행 {column}: {actual}은(는) 이용자 유형이 아닙니다. 사업자, 개인, 예비창업자, 학생, 농업경영체, 협의회, 조합 중에서 적으세요.",
        (
            "Row {line}, {column}: {actual} is no kind of payer. Write business, private person,"
            " future founder, student, farm, council or co-operative."
        ),
    ),
    "company_table.no_number": (
        "{line}행 {column}: 이 유형의 이용자에게는 등록번호가 없습니다. 번호를 지우거나 유형을 사업자로 바꾸세요.",
        (
            "Row {line}, {column}: a payer of this kind has no registration number. Delete it, or"
            " make it a business."
        ),
    ),
    "company_table.identification": (
        "{line}행 {column}: 번호를 대신할 내용이 맞지 않습니다. 학생은 학교와 학과, 농업경영체는 등록번호 10자리를 적고, 주민등록번호는 적지 마세요.",
        (
            "Row {line}, {column}: this does not stand for a number. A student writes school and"
            " department, a farm its ten digits; nobody a resident number."
        ),
    ),
    "company_table.resident_number": (
        "{line}행 {column}: 주민등록번호는 저장하지 않습니다. 지우고 다시 올리세요.",
        (
            "Row {line}, {column}: a resident registration number is not kept. Delete it and try"
            " again."
        ),
    ),
    "company_table.number": (
        "{line}행 {column}: {actual}은(는) 사업자등록번호가 아닙니다. 등록증과 비교하세요.",
        (
            "Row {line}, {column}: {actual} is no business registration number."
            " Compare it with the certificate."
        ),
    ),
    "company_table.name": (
        "{line}행 {column}: 기업 이름이 없습니다. 이름을 적으세요.",
        "Row {line}, {column}: the company has no name. Write it.",
    ),
    "company_table.name_long": (
        "{line}행 {column}: 인쇄되는 글자 {limit}자까지입니다. 줄여 적으세요.",
        "Row {line}, {column}: it has at most {limit} printable characters. Shorten it.",
    ),
    "company_table.other_name": (
        "{line}행 {column}: 같은 등록번호에 다른 이름입니다({actual}). 번호나 이름을 고치세요.",
        (
            "Row {line}, {column}: another name with the same number ({actual})."
            " Correct the number or the name."
        ),
    ),
    "company_table.twice": (
        "{line}행 {column}: {limit}행과 같은 기업입니다. 한 행을 지우거나 담당자를 적으세요.",
        (
            "Row {line}, {column}: row {limit} has the same company."
            " Delete one of them, or name a person."
        ),
    ),
    "company_table.party": (
        "{line}행 {column}: 세금계산서에 쓸 수 없는 값입니다. 인쇄되는 글자 150자까지 적으세요.",
        "Row {line}, {column}: no tax invoice accepts it. Write at most 150 printable characters.",
    ),
    "company_table.email": (
        "{line}행 {column}: {actual}은(는) 이메일 주소가 아닙니다. 고치거나 비우세요.",
        "Row {line}, {column}: {actual} is no e-mail address. Correct it, or leave it empty.",
    ),
    "company_table.phone": (
        "{line}행 {column}: {actual}은(는) 전화번호가 아닙니다. 고치거나 비우세요.",
        "Row {line}, {column}: {actual} is no phone number. Correct it, or leave it empty.",
    ),
    "company_table.person": (
        "{line}행 {column}: 전화나 이메일만 있고 이름이 없습니다. 담당자 이름을 적으세요.",
        "Row {line}, {column}: a phone or an e-mail without a name. Write the person's name.",
    ),
    "company_table.person_twice": (
        "{line}행 {column}: {limit}행과 같은 사람입니다. 한 행을 지우세요.",
        "Row {line}, {column}: row {limit} has the same person. Delete one of them.",
    ),
    "company_table.email_twice": (
        "{line}행 {column}: {limit}행과 같은 이메일입니다. 사람마다 주소가 다릅니다.",
        "Row {line}, {column}: row {limit} has the same address. Each person has their own.",
    ),
    "bank_table.amount": (
        "{line}행 {column}: {actual}은(는) 금액이 아닙니다. 1조 원까지 숫자로 적으세요.",
        "Row {line}, {column}: {actual} is no amount. Write a number, up to 10^12 won.",
    ),
    "approval_table.approval": (
        "{line}행 {column}: {actual}은(는) 24자리 승인번호가 아닙니다. 홈택스 목록과 비교하세요.",
        "Row {line}, {column}: {actual} is no approval number of 24 characters. Compare the list.",
    ),
    "bank_table.both": (
        "{line}행 {column}: 입금액과 출금액이 함께 있습니다. 열을 다시 고르거나 행을 고치세요.",
        "Row {line}, {column}: money came and went in one row. Choose other columns or mend it.",
    ),
    "bank_table.taken_back": (
        (
            "{line}행 {column}: 은행이 되돌린 입금입니다({actual})."
            " 되돌려진 입금 행과 함께 빼고, 이미 입력한 돈이면 직접 취소하세요."
        ),
        (
            "Row {line}, {column}: the bank took this deposit back ({actual}). Leave it and the"
            " deposit out, and take back by hand what was entered."
        ),
    ),
    "bank_table.direction": (
        (
            "{line}행 {column}: {actual}은(는) 입금인지 출금인지 알 수 없습니다."
            " 입금이나 출금으로 적거나, 모두 입금이면 이 열을 사용하지 마세요."
        ),
        (
            "Row {line}, {column}: {actual} does not say whether money came or went. Write deposit"
            " or withdrawal; if all of it came, leave this column out."
        ),
    ),
    "bank_table.direction_empty": (
        (
            "{line}행 {column}: 비어 있어 입금인지 출금인지 알 수 없습니다."
            " 입금이나 출금으로 적거나, 모두 입금이면 이 열을 사용하지 마세요."
        ),
        (
            "Row {line}, {column}: it is empty, so that nobody knows whether money came or went."
            " Write deposit or withdrawal; if all of it came, leave this column out."
        ),
    ),
    "bank_table.direction_missing": (
        (
            "{actual} 열은 입금인지 출금인지 알 수 없습니다. 입출금 구분이나 출금액 열을 고르거나,"
            " 모두 입금이면 이 제목을 입금액으로 고치세요."
        ),
        (
            "The amounts under {actual} may have come or gone. Choose the column that says which,"
            " or that of withdrawals; if all of it came, write deposit as this heading."
        ),
    ),
    "bank_table.day": (
        "{line}행 {column}: {actual}은(는) 날짜가 아닙니다. 2026-12-10처럼 적으세요.",
        "Row {line}, {column}: {actual} is no day. Write it as in 2026-12-10.",
    ),
    "bank_table.future": (
        "{line}행 {column}: {actual}은(는) 아직 오지 않은 날입니다. 날짜를 고치세요.",
        "Row {line}, {column}: {actual} is still to come. Correct the day.",
    ),
    "bank_table.long": (
        "{line}행 {column}: 인쇄되는 글자 {limit}자까지입니다({actual}…). 줄여 적으세요.",
        "Row {line}, {column}: at most {limit} printable characters ({actual}…). Shorten it.",
    ),
    "bank_table.resident_number": (
        "{line}행 {column}: 주민등록번호가 들어 있습니다. 지우고 다시 올리세요.",
        "Row {line}, {column}: it holds a resident registration number. Delete it, send again.",
    ),
    "company_table.person_of_shared": (
        "{line}행 {column}: 여러 센터가 함께 쓰는 기업입니다. 기업 대표가 사람을 초대합니다.",
        "Row {line}, {column}: several centres serve the company, so its owner invites people.",
    ),
}
