"""python -m tests.support.small_pictures FROM INTO: the first screen of each Korean picture, small
enough to lie in the repository (make pictures).
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from tests.support.pictures import SIZES

# Half a telephone's width and less than half a desk's: what stands where can be seen, words read
# with some effort.
WIDTHS = {"telephone": 260, "desk": 680}
# Of 100. Lines and flat colours stay clean, at some ten kilobytes a picture.
QUALITY = 55


def main(directory: str, target: str) -> int:
    """Write a small picture of each page's first screen."""
    into = Path(target)
    into.mkdir(parents=True, exist_ok=True)
    for file in sorted(Path(directory).glob("*.ko.png")):
        name, size, _ = file.stem.rsplit(".", 2)
        width, height = SIZES[size]
        with Image.open(file) as whole:
            screen = whole.convert("RGB").crop(
                (0, 0, whole.width, min(whole.height, height * whole.width // width))
            )
        scale = WIDTHS[size] / screen.width
        small = screen.resize(
            (WIDTHS[size], round(screen.height * scale)), Image.Resampling.LANCZOS
        )
        small.save(into / f"{name}.{size}.webp", quality=QUALITY, method=6)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
