"""Responses that are files."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
CSV = "text/csv; charset=utf-8"


def as_file(content: bytes | str, name: str, media_type: str) -> Response:
    """Return a file that a browser saves under the name, which may be Korean (RFC 6266)."""
    return Response(content, media_type=media_type, headers=_saved_as(name))


def as_stream(parts: Iterator[bytes], name: str, media_type: str) -> StreamingResponse:
    """Return a file whose parts are made while it is sent."""
    return StreamingResponse(parts, media_type=media_type, headers=_saved_as(name))


def _saved_as(name: str) -> dict[str, str]:
    plain = name if name.isascii() else f"gadong.{name.rpartition('.')[2]}"
    told = f'attachment; filename="{plain}"'
    if plain != name:
        told += f"; filename*=UTF-8''{quote(name)}"
    return {"Content-Disposition": told}
