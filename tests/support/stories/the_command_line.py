"""The command line, run as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "gadong")


def gadong(url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GADONG_")}
    environment = {**clean, "GADONG_DATABASE_URL": url, **more} if url else {**clean, **more}
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
