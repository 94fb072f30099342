"""A stand-in for Solapi by its documented protocol, and a centre's account there."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from gadong.core.services.sealing import Keyring
from gadong.notices.domain.text_messages import TextAccount
from gadong.notices.services import text_messages
from tests.support.world import World

SECRET = "the provider's secret of this test"
FIELDS = re.compile(
    r"HMAC-SHA256 apiKey=(?P<key>\w+), date=(?P<date>[^,]+), salt=(?P<salt>\w{12,64}),"
    r" signature=(?P<signature>[0-9a-f]{64})"
)


class StandIn:
    """A provider that checks signatures as documented and refuses the first `refusals` messages."""

    def __init__(self, refusals: int = 0) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.refusals = refusals
        self.signatures: set[str] = set()

    def answer(self, path: str, authorization: str, body: bytes) -> tuple[int, dict[str, str]]:
        """Return the status and document for a call."""
        said = FIELDS.fullmatch(authorization)
        if path != "/messages/v4/send" or said is None or said["key"] != "KEY":
            return 403, {"errorCode": "InvalidAPIKey", "errorMessage": "유효한 API Key가 아님"}
        stated = (said["date"] + said["salt"]).encode()
        right = hmac.new(SECRET.encode(), stated, sha256).hexdigest()
        at = datetime.fromisoformat(said["date"])
        if right != said["signature"] or abs(datetime.now(UTC) - at) > timedelta(minutes=15):
            return 403, {"errorCode": "SignatureDoesNotMatch", "errorMessage": "불일치"}
        if said["signature"] in self.signatures:
            return 403, {"errorCode": "DuplicatedSignature", "errorMessage": "중복"}
        self.signatures.add(said["signature"])
        if self.refusals:
            self.refusals -= 1
            return 200, {"statusCode": "1062", "statusMessage": "발신번호 미등록"}
        self.accepted.append(json.loads(body)["message"])
        return 200, {"statusCode": "2000", "statusMessage": "정상 접수(이통사로 접수 예정)"}


@contextmanager
def listening(provider: StandIn) -> Iterator[str]:
    """A server of the provider on loopback; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers["content-length"]))
            status, document = provider.answer(self.path, self.headers["authorization"], body)
            written = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


def opened(world: World, url: str, keys: Keyring, *, channel: str = "", **templates: str) -> None:
    """Open the centre's account at the stand-in."""
    account = TextAccount(
        centre_id=world.centre.id,
        provider="solapi",
        url=url,
        api_key="KEY",
        secret=SECRET,
        sender_number="02-930-2266",
        channel=channel,
        templates={kind.replace("__", "."): template for kind, template in templates.items()},
    )
    text_messages.set_account(world.pool, world.manager, account, keys=keys, allow_local=True)
