"""python -m deploy.remove: remove the stopped stack, its data and the virtual environments of this
checkout.
"""

from __future__ import annotations

import shutil

from deploy.stack.choice import HERE, STACK
from deploy.stack.root import remove

if __name__ == "__main__":
    # The root belongs to the private system's users; everything else is ours.
    for root in ("root", "browser", "python"):
        remove(STACK / root)
    shutil.rmtree(STACK, ignore_errors=True)
    for environment in (".venv", ".venv313"):
        shutil.rmtree(HERE / environment, ignore_errors=True)
