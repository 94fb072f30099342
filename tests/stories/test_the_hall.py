"""The simulated hall: everything it says is understood, and its faults harm nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest

from deploy.simulator.__main__ import machines as hall
from gadong.cli import demonstration
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.machines.domain.broker_accounts import password
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.services import device_accounts, ingestion
from gadong.machines.services import machines as services
from gadong.machines.store import broker_sessions, machines
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings
from tests.support.programs import running
from tests.support.waiting import until

SECRET = "a secret of the hall"


def test_every_word_of_the_hall_is_understood(pool: Pool) -> None:
    demonstration.seed(pool, SECRET)
    assert demonstration.seed(pool, SECRET) is False, "a second time changes nothing"
    centre = accounts.every_centre(pool)[0]
    with transaction(pool, SYSTEM) as tx:
        router = Router(centre.id, machines.sources(tx, centre_id=centre.id))
    for name, will, maker in hall():
        said = list(islice(maker(random.Random(name), 0.0), 400))
        words = [(p.topic, p.payload, p.retain) for p in said]
        words += [(will.topic, will.gone, True), (will.topic, will.there, True)]
        for topic, payload, retained in words:
            delivery = BrokerMessage(
                topic=topic,
                payload=payload.encode(),
                qos=1,
                retained=retained,
                is_repeated=False,
                packet=1,
                received_at=datetime.now(UTC),
            )
            for read in router.read(delivery, new_id()):
                assert not isinstance(read, Rejected), f"{name}: {topic} {payload}: {read}"


@pytest.mark.servers
def test_faults_of_the_hall_leave_a_whole_record(
    pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    told = settings()
    demonstration.seed(pool, told.secret)
    centre = accounts.every_centre(pool)[0]
    logins = tmp_path / "accounts"
    issued = device_accounts.of_centre(pool, OPERATOR, centre.id)
    logins.write_text(
        "".join(f"{a.name}\t{a.username}\t{password(told.secret, a.username)}\n" for a in issued)
    )
    with transaction(pool, SYSTEM) as tx:
        bound = machines.sources(tx, centre_id=centre.id)
    with running("ingest", told, tmp_path):
        until(
            lambda: all(ingestion.is_heard(pool, OPERATOR, s) for s in bound), what="ingest listens"
        )
        until(
            lambda: all(a.applied_at for a in device_accounts.of_centre(pool, OPERATOR, centre.id)),
            what="the broker knows the devices",
        )
        faults = [
            "--speed",
            "2000",
            "--duplicates",
            "0.3",
            "--restarts",
            "0.02",
            "--clock-skew",
            "45",
        ]
        faults += ["--accounts", str(logins)]
        with running("deploy.simulator", told, tmp_path, *faults):
            until(lambda: _stored(pool) > 800, within=60, what="the hall speaks")
            # So fast a machine rests for less than a second, and a run lasts whole seconds: of the
            # states in one second the last counts. So rest is among them only by and by.
            wanted = {State.RUNNING, State.IDLE}
            until(
                lambda: wanted <= _states(pool, centre.id), within=120, what="machines run and rest"
            )
    metering.catch_up(pool)
    manager = Caller(person_id=PersonId(new_id()), staff=frozenset({(centre.id, Role.MANAGER)}))
    assert services.quarantined(pool, manager, centre.id, before=None, most=5) == []
    with transaction(pool, SYSTEM) as tx:
        doubles = one(
            tx,
            "select count(*) - count(distinct payload) as n from messages where topic = %(topic)s",
            topic=f"gadong/v1/{centre.slug}/press-1/state",
        )
        assert doubles == {"n": 0}
        for machine in machines.of_centres(tx, [centre.id]):
            found = runs.of_machine(tx, machine.id, _all_time())
            assert all(a.end == b.start for a, b in pairwise(found))
        assert all(s.is_connected for s in broker_sessions.listening(tx))


def _states(pool: Pool, centre_id: CentreId) -> set[State]:
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        found = [
            runs.of_machine(tx, m.id, _all_time()) for m in machines.of_centres(tx, [centre_id])
        ]
    return {run.state for of_machine in found for run in of_machine}


def _stored(pool: Pool) -> int:
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from messages")
    return int(row["n"]) if row else 0


def _all_time() -> Period:
    now = datetime.now(UTC)
    return Period(now - timedelta(days=1), now + timedelta(days=1))
