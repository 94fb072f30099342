"""The certificate of a calibration (검교정 성적서) as a file: its kinds and its size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gadong.core.domain.ids import MachineId
from gadong.core.domain.problem import Invalid

# Ten pages of A4, scanned grey at 200 dpi, take 2 to 4 MB, and so does a telephone's photo of one.
# The database bears the limit too (`calibration_files_small`), and every backup holds the files.
MOST_BYTES = 5_000_000
# Programs that make PDF end it with this mark, and some write a few lines after it.
PDF_END, PDF_TAIL = b"%%EOF", 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """A certificate of a machine, under the digest of its bytes."""

    machine_id: MachineId
    digest: str
    media_type: str
    data: bytes


def media_type_of(data: bytes) -> str:
    """Return the kind of a certificate by its content, whatever it is called.

    Raise Invalid for a file that is too large, is cut off, or is no PDF, JPEG or PNG.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(
            f"A certificate has at most {MOST_BYTES // 1_000_000} MB; scan it in grey, or send "
            "fewer pages",
            field="file",
            limit=MOST_BYTES,
        )
    if data.startswith(b"%PDF-") and PDF_END in data[-PDF_TAIL:]:
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff") and data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND\xaeB`\x82"):
        return "image/png"
    raise Invalid("This is no whole PDF, JPEG or PNG file", field="file")


#: The ending of a saved file of each kind.
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def file_name(slug: str, done_on: date | None, media_type: str) -> str:
    """Return the name under which a certificate is saved."""
    day = f"-{done_on}" if done_on else ""
    return f"gadong-certificate-{slug}{day}.{ENDINGS[media_type]}"
