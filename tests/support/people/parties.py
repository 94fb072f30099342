"""The parties of a statement."""

from __future__ import annotations

WHO = {
    "registration_number": "120-81-47521",
    "name": "(재)시험진흥원",
    "branch": "0001",
    "representative": "홍길동",
    "address": "시험시 시험로 1",
    "business_type": "서비스",
    "business_item": "장비 임대",
    "email": "tax@centre.example",
}
