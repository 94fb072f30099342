"""A provider of OpenID Connect as an organisation would run one: Canaille, in a process and an
environment of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time

import httpx2

from deploy.stack.servers import free_port
from tests.support.programs import environment
from tests.support.waiting import until

CLIENT, SECRET = "gadong", "a client's secret: +/&"
PASSWORD = "provider word 7"
SETTINGS = """
SECRET_KEY = "{key}"
SERVER_NAME = "127.0.0.1:{port}"
PREFERRED_URL_SCHEME = "http"
[CANAILLE]
DATABASE = "sql"
NAME = "Province"
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{home}/provider.sqlite"
[CANAILLE_OIDC]
ACTIVE_JWKS = [{{{jwk}}}]
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running provider, and how its people log in to it."""

    issuer: str

    def logged_in(self, url: str, person: str) -> str:
        """Follow where we were sent, as the person's browser would; where the provider sends us
        back to.

        This provider makes the same token twice for who comes twice in a second, and refuses its
        own.
        """
        begun = int(time())
        until(lambda: int(time()) > begun, what="the next second")
        with httpx2.Client() as browser:
            answer = browser.get(url)
            for _ in range(10):
                if answer.is_redirect:
                    onward = str(answer.url.join(answer.headers["location"]))
                    if not onward.startswith(self.issuer):
                        return onward
                    answer = browser.get(onward)
                    continue
                form = re.findall(r"<form.*?</form>", answer.text, re.DOTALL)[-1]
                sent = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form))
                known = {"login": person, "password": PASSWORD, "answer": "accept"}
                sent |= {name: value for name, value in known.items() if f'name="{name}"' in form}
                answer = browser.post(answer.url, data=sent)
        raise AssertionError("the provider asked on and on")


@contextmanager
def provider(home: Path, *, back_to: str, people: tuple[str, ...]) -> Iterator[Site]:
    """A provider with these people, which sends them back to our address; ended with the block."""
    programs, port = environment("provider"), free_port()
    told = {**os.environ, "CANAILLE_CONFIG": str(home / "provider.toml")}

    def run(*arguments: str) -> str:
        return subprocess.run(
            [str(programs / "canaille"), *arguments],
            env=told,
            cwd=home,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    key = json.loads(run("jwk", "create", "rsa"))
    jwk = ", ".join(f'{name} = "{value}"' for name, value in key.items())
    text = SETTINGS.format(key=os.urandom(16).hex(), port=port, home=home, jwk=jwk)
    (home / "provider.toml").write_text(text)
    run("install")
    for person in people:
        run(
            "create", "user", "--user-name", person, "--password", PASSWORD, "--family-name",
            person,
            "--formatted-name", person, "--emails", f"{person}@province.example",
        )  # fmt: skip
    made = run(
        "create", "client", "--client-id", CLIENT, "--client-secret", SECRET, "--redirect-uris",
        back_to,
        "--grant-types", "authorization_code", "--response-types", "code", "--scope", "openid",
        "--client-name", "Gadong", "--token-endpoint-auth-method", "client_secret_basic",
    )  # fmt: skip
    # Its tokens are for itself, by its own number.
    run("set", "client", CLIENT, "--audience", json.loads(made)["id"])
    site = Site(f"http://127.0.0.1:{port}")
    with (home / "provider.log").open("wb") as log:
        process = subprocess.Popen(
            [str(programs / "canaille"), "run", "--bind", f"127.0.0.1:{port}"], env=told, cwd=home,
            stdout=log, stderr=log
        )  # fmt: skip
        try:

            def answers() -> bool:
                assert process.poll() is None, (home / "provider.log").read_text()
                try:
                    return httpx2.get(f"{site.issuer}/.well-known/openid-configuration").is_success
                except httpx2.TransportError:
                    return False

            until(answers, within=60, what="the provider answers")
            yield site
        finally:
            process.terminate()
            process.wait(20)
