"""python -m deploy.remove: remove the stopped stack, its data and the virtual environments of this
checkout.
"""

from __future__ import annotations

import shutil
import subprocess

from deploy.stack.choice import HERE, STACK
from deploy.stack.root import as_root

if __name__ == "__main__":
    # The root belongs to the private system's users; everything else is ours.
    for root in ("root", "browser", "python"):
        subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(STACK / root)]), check=True)
    shutil.rmtree(STACK, ignore_errors=True)
    for environment in (".venv", ".venv313"):
        shutil.rmtree(HERE / environment, ignore_errors=True)
