"""A picture of a machine."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (3000, 2000), mode: str = "RGB", turned: int = 1
) -> bytes:
    """A picture as a telephone makes one: with where it was taken, and turned."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "a telephone"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    Image.new(mode, size, 0 if mode in {"L", "P"} else (200, 30, 30, 255)[: len(mode)]).save(
        out, kind, exif=exif
    )
    return out.getvalue()
