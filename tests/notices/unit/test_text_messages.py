"""The protocol of a provider of text messages: its calls and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gadong.core.domain.ids import CentreId, new_id
from gadong.notices.domain.text_messages import (
    TextAccount,
    TextMessage,
    read,
    solapi_call,
    solapi_refusal,
    written,
)

ACCOUNT = TextAccount(
    centre_id=CentreId(new_id()),
    provider="solapi",
    url="https://api.solapi.com/",
    api_key="NCSAYU7YDBXYORXC",
    secret="secret",
    sender_number="029302266",
    channel="KA01PF",
    templates={"booking.confirmed": "KA01TP"},
)
NOW = datetime(2019, 7, 1, 0, 41, 48, tzinfo=UTC)


def message(kind: str) -> TextMessage:
    """Return a message about a machine."""
    figures = {"machine": "밀링", "centre": "봉담"}
    return TextMessage(id=new_id(), kind=kind, to="01000000001", text="내용", figures=figures)


def test_a_call_is_signed_over_its_date_and_salt() -> None:
    call = solapi_call(ACCOUNT, message("booking.moved"), NOW, "jqsba2jxjnrjor")
    assert call.url == "https://api.solapi.com/messages/v4/send"
    # HMAC-SHA256 over "2019-07-01T00:41:48Zjqsba2jxjnrjor" by the key "secret", from openssl.
    assert call.headers["authorization"] == (
        "HMAC-SHA256 apiKey=NCSAYU7YDBXYORXC, date=2019-07-01T00:41:48Z, salt=jqsba2jxjnrjor,"
        " signature=4297539ca79c85dd83b60cbddae60942710223ddcafc4bf02275193a649057ce"
    )


def test_a_kind_without_a_template_is_an_sms() -> None:
    sent = json.loads(solapi_call(ACCOUNT, message("booking.moved"), NOW, "x" * 12).body)
    assert {k: v for k, v in sent["message"].items() if k != "customFields"} == {
        "to": "01000000001",
        "from": "029302266",
        "text": "내용",
    }


def test_a_kind_with_a_template_names_it_and_its_variables() -> None:
    sent = json.loads(solapi_call(ACCOUNT, message("booking.confirmed"), NOW, "x" * 12).body)
    assert sent["message"]["type"] == "ATA"
    options = sent["message"]["kakaoOptions"]
    assert (options["pfId"], options["templateId"]) == ("KA01PF", "KA01TP")
    assert (options["variables"]["#{장비}"], options["variables"]["#{번호}"]) == ("밀링", "")
    assert options["disableSms"] is False


@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (200, '{"statusCode": "2000"}', ""),
        (299, '{"statusCode": "2000"}', ""),
        (300, '{"statusCode": "2000"}', "answered 300 2000"),
        (199, '{"statusCode": "2000"}', "answered 199 2000"),
        (200, '{"statusCode": "1062", "statusMessage": "발신번호"}', "answered 200 1062 발신번호"),
        (
            403,
            '{"errorCode": "SignatureDoesNotMatch", "errorMessage": "x"}',
            "answered 403 SignatureDoesNotMatch x",
        ),
        (200, "<html>", "answered 200"),
        (200, "[]", "answered 200"),
    ],
)
def test_what_the_provider_does_not_accept_is_a_refusal(status: int, answer: str, why: str) -> None:
    assert solapi_refusal(status, answer) == why


def test_a_delivery_keeps_the_sentence_and_its_figures() -> None:
    assert read(written("문장", {"machine": "밀링"})) == ("문장", {"machine": "밀링"})
