"""Responses that are files."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def as_file(content: bytes | str, name: str, media_type: str) -> Response:
    """Return a file that a browser saves under the name, which may be Korean (RFC 6266)."""
    plain = name if name.isascii() else f"gadong.{name.rpartition('.')[2]}"
    told = f'attachment; filename="{plain}"'
    if plain != name:
        told += f"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": told})
