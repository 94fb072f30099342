"""The pages' own files, packed for browsers that unpack them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import anyio.to_thread
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

# Scripts, styles and drawings shrink to a sixth; photos and fonts are packed in their own way.
TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml")
# Below about a packet nothing is won.
LEAST_BYTES = 1_000
#: More files than there are to pack; each is packed once until the program ends.
MOST_FILES = 256


class PackedFiles(StaticFiles):
    """Static files, of which texts are sent gzipped to whoever accepts that.

    `styles` are made of several files when they are first asked for. A proxy before the program may
    pack them as well. Where none does, the style alone would cost most of a first visit.
    """

    def __init__(self, *, directory: Path, styles: Mapping[str, Callable[[], bytes]]) -> None:
        """Serve a folder, and styles by their names."""
        super().__init__(directory=directory)
        self._styles = styles

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, packed where that is accepted and worth it."""
        if path in self._styles and scope["method"] in {"GET", "HEAD"}:
            made, headers = self._styles[path], {"Vary": "Accept-Encoding"}
            if not _accepts_gzip(Headers(scope=scope)):
                style = await anyio.to_thread.run_sync(made)
                return Response(style, media_type="text/css", headers=headers)
            style = await anyio.to_thread.run_sync(_packed_style, made)
            headers["Content-Encoding"] = "gzip"
            return Response(style, media_type="text/css", headers=headers)
        answer = await super().get_response(path, scope)
        if not isinstance(answer, FileResponse) or not _is_text(answer.media_type):
            return answer
        answer.headers["Vary"] = "Accept-Encoding"
        file, asked = Path(answer.path), Headers(scope=scope)
        size = file.stat().st_size
        if size < LEAST_BYTES or "range" in asked or not _accepts_gzip(asked):
            return answer
        packed = await anyio.to_thread.run_sync(_packed, file)
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(packed, media_type=answer.media_type, headers=headers)


def _is_text(media_type: str | None) -> bool:
    return media_type is not None and media_type.startswith(TEXTS)


def _accepts_gzip(asked: Headers) -> bool:
    """Return whether gzip is among the accepted encodings, and not with a weight of nothing."""
    offers = [offer.strip().lower() for offer in asked.get("accept-encoding", "").split(",")]
    weights = {
        name.strip(): weight.strip() for name, _, weight in (o.partition(";") for o in offers)
    }
    weight = weights.get("gzip")
    return weight is not None and weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}


@lru_cache(maxsize=MOST_FILES)
def _packed_style(made: Callable[[], bytes]) -> bytes:
    return gzip.compress(made(), compresslevel=9, mtime=0)


@lru_cache(maxsize=MOST_FILES)
def _packed(file: Path) -> bytes:
    """Return a file's bytes packed. A file changes with the program only, as its version does."""
    return gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)
