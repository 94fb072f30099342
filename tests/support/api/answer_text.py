"""Answers as somebody reads them who looks for a name in them."""

from __future__ import annotations

import io
import zipfile

from httpx2 import Response


def readable(answer: Response) -> str:
    """Return an answer's text, also that of a spreadsheet."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())
