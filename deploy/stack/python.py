"""Python 3.13 for the tests: the machine's own, or Debian 13's from a private root.

The machine gets no package.
Debian's interpreter needs a newer C library than an older machine has. So patchelf tells a
copy of the interpreter where its own loader and libraries lie. The copy then runs on the machine
like any program: outside the root, and without being root.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from deploy.stack.root import alone, as_root, debian, fetch_package, say

VERSION = "3.13"
# pip's wheel is of the same release: an older pip does not run on this Python.
PACKAGES = f"python{VERSION},python3-pip-whl"


def ensure(stack: Path) -> Path:
    """Return the interpreter, making it first where the machine has none (about a minute)."""
    own = shutil.which(f"python{VERSION}")
    # A version manager's stand-in may be there without its Python.
    if (
        own
        and subprocess.run(
            [own, "-c", "import ssl, venv"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return Path(own)
    root, home = stack / "python", stack / "python-home"
    interpreter = home / f"bin/python{VERSION}"
    with alone(stack):
        if not interpreter.exists():
            if not (root / f"usr/bin/python{VERSION}").exists():
                unfinished = debian(stack, "python", PACKAGES)
                subprocess.run(as_root(["mv", str(unfinished), str(root)]), check=True)
            _take_out(stack, root, interpreter)
    return interpreter


def pip_wheel(python: Path) -> Path | None:
    """Return the wheel that belongs to an interpreter of ours; None for the machine's own."""
    root = python.resolve().parents[2] / "python"
    wheels = sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))
    return wheels[-1] if wheels else None


def _take_out(stack: Path, root: Path, interpreter: Path) -> None:
    say(f"taking Python {VERSION} out of its private Debian")
    tools = fetch_package(stack, "patchelf")
    unfinished = interpreter.with_suffix(".unfinished")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy((root / f"usr/bin/python{VERSION}").resolve(), unfinished)
    (triplet,) = (root / "usr/lib").glob("*-linux-gnu*")
    (loader,) = triplet.glob("ld-linux-*.so.*")
    library = interpreter.parent.parent / f"lib/python{VERSION}"
    library.parent.mkdir(exist_ok=True)
    if not library.is_symlink():
        library.symlink_to(root / f"usr/lib/python{VERSION}")
    # DT_RPATH, which also counts for what its modules need.
    command = ["--force-rpath", "--set-rpath", str(triplet), "--set-interpreter", str(loader)]
    subprocess.run([str(tools / "usr/bin/patchelf"), *command, str(unfinished)], check=True)
    unfinished.rename(interpreter)
