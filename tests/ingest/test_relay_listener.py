"""The relay's ear at the broker beside the machines: what it may not hear, it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gadong.settings import Settings
from tests.conftest import Stack, private_broker
from tests.support.gateway import gateway
from tests.support.ingest.hall import with_login
from tests.support.programs import running
from tests.support.waiting import until

pytestmark = pytest.mark.servers


@pytest.mark.parametrize(
    ("hears", "listens"),
    [((), False), (("tele/press", "tele/press/#"), True)],
    ids=["no topic at all", "one machine of two"],
)
def test_a_broker_that_lets_the_relay_hear_nothing_is_named(
    stack: Stack,
    settings: Callable[..., Settings],
    tmp_path: Path,
    hears: tuple[str, ...],
    listens: bool,
) -> None:
    if stack.root is None:
        pytest.skip("needs the private stack: the hall has a broker of its own")
    log = tmp_path / "ingest.relay.log"
    with private_broker(stack.root) as local:
        name, secret = gateway(local.admin_url, settings().secret, hears=hears)
        told = {
            "GADONG_RELAY_SERVER": with_login(stack.mqtt_url, "nobody", "nothing"),
            "GADONG_RELAY_TOPIC": "gadong/v1/centre/relays/hall",
            "GADONG_RELAY_LOCAL": with_login(local.url, name, secret),
            "GADONG_RELAY_FILTERS": "tele/press/#,tele/mill/#",
            "GADONG_RELAY_OUTBOX": str(tmp_path / "outbox.sqlite"),
        }
        with running("ingest.relay", settings(), tmp_path, **told):
            until(lambda: "does not let us hear tele/mill/#" in log.read_text(), what="it is said")
            last = "listening beside the machines" if listens else "no topic may be heard"
            until(lambda: last in log.read_text(), what=last)
    assert ("listening beside the machines" in log.read_text()) is listens
    assert ("does not let us hear tele/press/#" in log.read_text()) is not listens
