"""Static files: packed for whoever accepts that, kept for ever by their version."""

from __future__ import annotations

import gzip
import re

import pytest
from fastapi.testclient import TestClient

from api.pages import stylesheet
from api.pages.frame.layout import STATIC, static

STYLE = "vendor/tabler.min.css"


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.2", True),
        ("GZIP", True),
        ("br", False),
        ("gzip;q=0", False),
        ("identity", False),
    ],
)
def test_a_text_is_packed_where_that_is_accepted(
    client: TestClient, accepted: str, is_packed: bool
) -> None:
    with client.stream("GET", static(STYLE), headers={"accept-encoding": accepted}) as answer:
        sent = b"".join(answer.iter_raw())
    file = (STATIC / STYLE).read_bytes()
    assert (gzip.decompress(sent) if is_packed else sent) == file
    assert answer.headers.get("content-encoding") == ("gzip" if is_packed else None)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(sent)
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["icon-512.png", "css/print.css"])
def test_what_would_not_shrink_is_sent_as_it_is(client: TestClient, name: str) -> None:
    answer = client.get(static(name), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (STATIC / name).read_bytes()


def test_a_part_of_a_file_is_a_part_of_its_own_bytes(client: TestClient) -> None:
    headers = {"accept-encoding": "gzip", "range": "bytes=0-9"}
    answer = client.get(static(STYLE), headers=headers)
    assert answer.status_code == 206
    assert answer.content == (STATIC / STYLE).read_bytes()[:10]


def test_a_file_that_is_not_there_is_none(client: TestClient) -> None:
    assert client.get("/static/css/none.css").status_code == 404


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_the_style_of_all_pages_is_one_file_that_is_kept(client: TestClient, accepted: str) -> None:
    shown = client.get("/login", headers={"accept": "text/html"}).text
    (address,) = re.findall(r'<link rel="stylesheet"\s+href="([^"]+)"', shown)
    with client.stream("GET", address, headers={"accept-encoding": accepted}) as answer:
        sent = b"".join(answer.iter_raw())
    is_packed = accepted == "gzip"
    assert (gzip.decompress(sent) if is_packed else sent) == stylesheet.stylesheet()
    assert answer.headers.get("content-encoding") == ("gzip" if is_packed else None)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    # The fonts lie where the style says, seen from its own address.
    font = re.search(r"url\(([^)]+\.woff2)\)", stylesheet.stylesheet().decode())
    assert font
    assert client.get(f"/static/{font[1]}").headers["content-type"] == "font/woff2"
