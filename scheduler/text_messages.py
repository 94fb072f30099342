"""The sender of text messages: one POST to the provider of the centre's account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from gadong.core.database import Pool
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.services.sealing import Keyring
from gadong.notices.domain.text_messages import PROVIDERS
from gadong.notices.services import text_messages
from gadong.notices.services.notice_delivery import Enclosed, SendNotice, Undeliverable
from scheduler import outbound
from scheduler.outbound import PATIENCE_SECONDS

# A provider's answer names one message; what is longer is not read.
MAX_ANSWER_BYTES = 65_536


def text_sender(
    pool: Pool, keys: Keyring, *, allow_local: bool, patience: float = PATIENCE_SECONDS
) -> SendNotice:
    """Return a sender of text messages by the account of the delivery's centre."""

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:
        try:
            # 32 characters of the 12 to 64 that Solapi allows; a signature is used once.
            call, account = text_messages.call_of(
                pool, delivery, keys, now=datetime.now(UTC), salt=secrets.token_hex(16)
            )
        except (Conflict, NotFound) as trouble:
            raise Undeliverable(str(trouble)) from trouble
        answer = outbound.post(
            call.url,
            call.body,
            {"user-agent": "gadong-text-messages", **call.headers},
            allow_local=allow_local,
            patience=patience,
            max_answer_bytes=MAX_ANSWER_BYTES,
        )
        if refusal := PROVIDERS[account.provider].refusal(answer.status, answer.text):
            raise Undeliverable(refusal)

    return send
