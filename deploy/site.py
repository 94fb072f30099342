"""python -m deploy.site: the guides and documents as a site (build/site) that needs nothing from
elsewhere, not even letters.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from deploy.stack.choice import HERE

LETTERS = HERE / "api/pages/static/vendor/pretendard"


def build(root: Path) -> Path:
    """Build the site of the folder with zensical.toml, and return where it is.

    Raise CalledProcessError for a link that leads nowhere.
    """
    program = Path(sys.executable).with_name("zensical")
    subprocess.run([program, "build", "--clean", "--strict"], cwd=root, check=True)
    site = root / "build/site"
    shutil.copytree(LETTERS, site / LETTERS.name, dirs_exist_ok=True)
    return site


if __name__ == "__main__":
    print(f"the site is {build(HERE)}")
