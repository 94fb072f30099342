"""Photos of machines: taken as a telephone takes them, kept small, and without where and when they
were taken.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import Base
from PIL.Image import Transpose

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import photos

# A telephone's photo is 3 to 8 MB and 12 to 50 million pixels; a picture that unpacks to more is no
# photo.
MOST_BYTES = 12_000_000
MOST_PIXELS = 60_000_000
# These cannot be unpacked at a fraction of their size: PNG, WebP, and a JPEG whose scans each hold
# the whole picture. Reading 16 million pixels takes some 150 MB; no telephone takes such a picture,
# and a screen has fewer.
MOST_WHOLE_PIXELS = 16_000_000
# Pictures that are made small at once; the others wait, so that memory is bounded whoever sends how
# many.
AT_ONCE = BoundedSemaphore(2)
FORMATS = ("JPEG", "PNG", "WEBP")
#: The turn that makes a picture upright, by the orientation that its camera wrote (EXIF 0x0112).
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
# As wide as a page shows it on a good screen; some 150 kB.
SIZE = (1280, 960)
QUALITY = 82


def keep(pool: Pool, who: Caller, machine: Machine, picture: bytes) -> None:
    """Store a machine's picture, a JPEG, PNG or WebP; Invalid for anything else."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    small = made_small(picture)
    with transaction(pool, permit) as tx:
        photos.keep(tx, machine, small, digest=sha256(small).hexdigest()[:16], by=who.known)


def remove(pool: Pool, who: Caller, machine: Machine) -> None:
    """Remove the machine's picture."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        if not photos.remove(tx, machine.id):
            raise NotFound("This machine has no photo")


def picture(pool: Pool, who: Caller, machine: Machine) -> bytes:
    """Return the picture, as JPEG."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        found = photos.data(tx, machine.id)
    if found is None:
        raise NotFound("This machine has no photo")
    return found


def digests(pool: Pool, who: Caller, centre: CentreId) -> dict[MachineId, str]:
    """Return the digests of the pictures of a centre's machines, where they have one."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return photos.digests(tx, centre)


def made_small(picture: bytes) -> bytes:
    """Return the picture upright, at most SIZE, as a JPEG without its place and time."""
    if len(picture) > MOST_BYTES:
        raise Invalid(
            f"A photo has at most {MOST_BYTES // 1_000_000} MB", field="photo", limit=MOST_BYTES
        )
    try:
        # Only what these three say of themselves is read before the size is known.
        with Image.open(BytesIO(picture), formats=FORMATS) as opened:
            is_whole = opened.format != "JPEG" or bool(opened.info.get("progressive"))
            most = MOST_WHOLE_PIXELS if is_whole else MOST_PIXELS
            if opened.width * opened.height > most:
                raise Invalid(
                    f"A photo has at most {most // 1_000_000} million pixels",
                    field="photo",
                    limit=most,
                )
            with AT_ONCE:
                # Small first, and then turned: what is copied is small.
                opened.thumbnail(SIZE)
            upright = _upright(opened).convert("RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
    ) as trouble:
        raise Invalid("This is no photo; send a JPEG, PNG or WebP", field="photo") from trouble
    upright.thumbnail(SIZE)
    small = BytesIO()
    upright.save(small, "JPEG", quality=QUALITY, optimize=True)
    return small.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """Return a picture as its camera was held; one whose notes are damaged stays as it is.

    Pillow's own function writes the notes anew, and raises errors of many kinds where those are
    damaged. Nothing of them is kept here.
    """
    try:
        turn = TURNS.get(picture.getexif().get(Base.Orientation, 1))
    except (OSError, SyntaxError, TypeError, ValueError, struct.error):
        return picture
    return picture if turn is None else picture.transpose(turn)
