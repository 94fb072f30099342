"""A machine's photo: whatever a telephone sends becomes small and says nothing of where it was
taken; what is none is refused.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageOps

from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.services import photos
from gadong.machines.services.photos import MOST_BYTES, SIZE
from tests.support.machines.photos import picture
from tests.support.page_fixtures import Visit
from tests.support.world import World


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")],
)
def test_it_becomes_small_upright_and_silent(kind: str, mode: str) -> None:
    with Image.open(BytesIO(photos.made_small(picture(kind, mode=mode, turned=6)))) as small:
        # Turned by a quarter it is higher than wide.
        assert (small.format, small.width < small.height) == ("JPEG", True)
        assert small.width <= SIZE[0]
        assert small.height <= SIZE[1]
        assert not small.getexif()
        assert small.info.get("exif") is None


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_photo_whose_cameras_notes_are_damaged_is_kept_or_refused() -> None:
    """Damage the first bytes, where the notes lie: whatever comes of it is a photo or Invalid."""
    chance, whole = Random(5), picture(size=(60, 40), turned=6)
    assert b"a telephone" in whole[:300]
    kept = 0
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 2, 4))):
            damaged[chance.randrange(20, 200)] = chance.choice((0, 1, 2, 127, 128, 255))
        with suppress(Invalid):
            assert photos.made_small(bytes(damaged)).startswith(b"\xff\xd8")
            kept += 1
    assert kept > 100


@pytest.mark.parametrize("turned", [*range(10), 65535])
def test_it_is_turned_as_pillow_turns_it(turned: int) -> None:
    marked, out, notes = Image.new("RGB", (64, 48)), BytesIO(), Image.Exif()
    marked.paste((255, 0, 0), (0, 0, 32, 24))
    notes[0x0112] = turned
    marked.save(out, "JPEG", exif=notes, quality=95)
    with Image.open(BytesIO(photos.made_small(out.getvalue()))) as small:
        seen = small.convert("RGB")
    with Image.open(out) as given:
        wanted = ImageOps.exif_transpose(given).convert("RGB")
    assert seen.size == wanted.size
    red = [
        [
            value > 128
            for value in one.resize((2, 2), Image.Resampling.BOX).getchannel("R").tobytes()
        ]
        for one in (seen, wanted)
    ]
    assert red[0] == red[1]
    assert sum(red[0]) == 1


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 100,000 by 100,000."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "given",
    [
        b"", b"\0", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.7", picture()[:2000], bomb(), picture("PNG", (9000, 7000), "L"),
        b"\xff\xd8" + b"\0" * MOST_BYTES,
    ],
    ids=["nothing", "zero", "text", "svg", "gif", "pdf", "half", "bomb", "too many pixels",
        "too large"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(given: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        photos.made_small(given)
    assert refused.value.figures["field"] == "photo"


@pytest.mark.parametrize(("width", "is_taken"), [(3999, True), (4000, True), (4001, False)])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_what_unpacks_whole_is_smaller(kind: str, width: int, is_taken: bool) -> None:
    out = BytesIO()
    more = {"progressive": True} if kind == "JPEG" else {}
    Image.new("RGB", (width, 4000), (9, 9, 9)).save(out, kind, **more)
    if is_taken:
        assert photos.made_small(out.getvalue()).startswith(b"\xff\xd8")
    else:
        with pytest.raises(Invalid, match="16 million pixels"):
            photos.made_small(out.getvalue())


@pytest.mark.parametrize(("kind", "size"), [("PNG", (4000, 4000)), ("JPEG", (10_000, 6000))])
def test_a_picture_that_is_packed_small_takes_little_memory(
    kind: str, size: tuple[int, int]
) -> None:
    out = BytesIO()
    Image.new("RGB", size, (9, 9, 9)).save(out, kind)
    assert len(out.getvalue()) < 1_200_000
    taken = subprocess.run(
        [sys.executable, "-c", TAKEN],
        input=out.getvalue(),
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    # In kilobytes, beside what the interpreter takes; the whole picture, turned and copied, took
    # 456 MB.
    assert int(taken.stdout) < 150_000


ROOT = Path(__file__).resolve().parents[3]
# The most that this program ever held, in kilobytes. `ru_maxrss` would be that of the tests, which
# a child inherits.
TAKEN = """
import re, sys
from pathlib import Path
from gadong.machines.services import photos
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
picture, before = sys.stdin.buffer.read(), most()
photos.made_small(picture)
print(most() - before)
"""


def test_it_is_set_shown_and_removed(visit: Visit, world: World) -> None:
    machine = world.machine("mill-1")
    desk, own = visit(None), visit(world.member(world.company()))
    sent = {"photo": ("mill.jpg", picture(), "image/jpeg")}
    assert own.post("/machines/mill-1/photo", files=sent).status_code == 409
    with pytest.raises(NotFound):
        photos.picture(world.pool, world.manager, machine)
    assert desk.post("/machines/mill-1/photo", files=sent).status_code == 303
    digest = photos.digests(world.pool, world.manager, world.centre.id)[machine.id]
    address = f"/machines/mill-1/photo?v={digest}"
    assert address in own.get("/machines").text
    assert address in own.get("/machines/mill-1").text
    shown = own.get(address)
    assert (shown.headers["content-type"], "immutable" in shown.headers["cache-control"]) == (
        "image/jpeg",
        True,
    )
    assert shown.headers["x-content-type-options"] == "nosniff"
    # A refusal would stand in the picture's place for a year.
    gone = own.get(f"/machines/no-such-mill/photo?v={digest}")
    assert (gone.status_code, "immutable" in gone.headers["cache-control"]) == (404, False)
    wrong = desk.post("/machines/mill-1/photo", files={"photo": ("x.jpg", b"x", "image/jpeg")})
    assert (wrong.status_code, "사진 파일이 아닙니다" in wrong.text) == (409, True)
    large = {"photo": ("x.jpg", b"\0" * (MOST_BYTES + 20_000), "image/jpeg")}
    assert desk.post("/machines/mill-1/photo", files=large).status_code == 413
    assert (
        desk.post(
            "/machines/mill-1/photo", files={"photo": ("", b"", "application/octet-stream")}
        ).status_code
        == 303
    )
    assert own.get(address).status_code == 404
