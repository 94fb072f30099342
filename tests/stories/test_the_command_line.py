"""The administrator's command line: what it makes is there, and what it cannot do it says in one
line.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from gadong.booking.services import timeline
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.core.domain.problem import Unauthenticated
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.people.domain.payer import PayerKind
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from gadong.people.services.payers import payers
from tests.support.stories.the_command_line import COMMAND, gadong
from tests.support.waiting import until
from tests.support.world import PASSWORD, World


@pytest.mark.servers
def test_an_installation_is_made_from_nothing(database_url: str, pool: Pool) -> None:
    for arguments in (
        ["migrate"],
        ["centre", "create", "seongsu", "성수 센터"],
        ["company", "create", "124-81-00998", "한솔정밀", "--centre", "seongsu"],
        ["machine", "create", "mill-1", "밀링", "--centre", "seongsu", "--kind", "mill"],
        ["source", "create", "mill-1", "octoprint", "octoPrint/seongsu", "--centre", "seongsu"],
        ["person", "create", "a@b.example", "김", "--member-of", "1248100998"],
        ["rebuild", "mill-1", "--centre", "seongsu"],
        ["verify"],
    ):
        done = gadong(database_url, *arguments, GADONG_NEW_PASSWORD="a long enough one")
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    centre = accounts.every_centre(pool)[0]
    assert (centre.slug, centre.zone_name) == ("seongsu", "Asia/Seoul")
    assert [c.name for c in accounts.companies(pool, OPERATOR, centre.id)] == ["한솔정밀"]
    told = {"GADONG_SECRET": "0123456789abcdef"}
    made = gadong(
        database_url,
        "device",
        "create",
        "출력기",
        "--centre",
        "seongsu",
        "--machine",
        "mill-1",
        **told,
    )
    name = made.stdout.split()[1]
    assert "octoPrint/seongsu" in made.stdout
    word = made.stdout.split()[3]
    listed = gadong(database_url, "device", "list", "--centre", "seongsu", "--passwords", **told)
    assert listed.stdout == f"출력기\t{name}\t{word}\n"
    cut = gadong(
        database_url, "device", "revoke", name, "--centre", "seongsu", "--reason", "분실", **told
    )
    assert cut.returncode == 0, cut.stderr
    listed = gadong(database_url, "device", "list", "--centre", "seongsu", **told)
    assert listed.stdout.split("\t")[2] == "revoked"


@pytest.mark.servers
def test_payers_without_a_number_are_added_by_their_kind(world: World, database_url: str) -> None:
    def create(number: str, name: str, *more: str) -> subprocess.CompletedProcess[str]:
        at = ["--centre", world.centre.slug, "--category", "general"]
        return gadong(database_url, "company", "create", number, name, *at, *more)

    made = create("-", "이학생", "--kind", "student", "--identification", "기계공학과")
    assert made.returncode == 0, made.stderr
    added = next(
        company
        for company in accounts.companies(world.pool, OPERATOR, world.centre.id)
        if company.name == "이학생"
    )
    known = payers.of_company(world.pool, OPERATOR, world.centre.id, added.id)
    assert (known.kind, known.identification) == (PayerKind.STUDENT, "기계공학과")
    assert added.registration_number == ""
    # A business has a number, and a student gives what stands for it.
    for refused in (create("-", "무번호"), create("-", "박학생", "--kind", "student")):
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 1
    names = {c.name for c in accounts.companies(world.pool, OPERATOR, world.centre.id)}
    assert not names & {"무번호", "박학생"}
    # Staff who are added beside them are of none of them, nor does a dash name one.
    told = ("--secret", "ten-or-more-letters")
    staff = ("--works-at", world.centre.slug, "--role", "manager")
    made = gadong(database_url, "person", "create", "me@x.example", "김담당", *staff, *told)
    assert made.returncode == 0, made.stderr
    with transaction(world.pool, SYSTEM) as tx:
        assert tx.execute("select person_id from company_people").fetchall() == []
    dash = gadong(database_url, "person", "create", "y@x.example", "김", "--member-of", "-", *told)
    assert (dash.returncode, "No centre serves a company -" in dash.stderr) == (1, True)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rebuild", "mill-1", "--centre", "nowhere"], "There is no centre nowhere; there is"),
        (["centre", "create", "x y", "Name"], "slug"),
        (
            ["company", "create", "1234567890", "Name", "--centre", "CENTRE"],
            "business registration number",
        ),
        (["source", "create", "mill-1", "telex", "a/b", "--centre", "CENTRE"], "known are bambu"),
        (
            ["source", "create", "mill-1", "tasmota", "plug", "--centre", "CENTRE"],
            "run_above and idle_below",
        ),
        (["source", "create", "mill-1", "octoprint", "a/+/b", "--centre", "CENTRE"], "no wildcard"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    world: World, database_url: str, arguments: list[str], words: str
) -> None:
    world.machine("mill-1")
    given = [world.centre.slug if a == "CENTRE" else a for a in arguments]
    done = gadong(database_url, *given)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.servers
def test_a_missing_setting_is_named() -> None:
    done = gadong("", "migrate")
    assert done.returncode == 1
    assert (
        done.stderr.strip()
        == "gadong: set GADONG_DATABASE_URL in the environment (docs/operators.md)"
    )


@pytest.mark.servers
def test_a_recording_goes_through_the_real_path_into_a_scratch_machine(
    world: World, database_url: str, tmp_path: Path
) -> None:
    begun = {"_event": "PrinterStateChanged", "state_string": "", "_timestamp": 0}
    lines: list[tuple[str, dict[str, object], int]] = [
        ("octoPrint/a/event/PrintStarted", {"_event": "PrintStarted", "name": "cup.gcode"}, 0),
        ("octoPrint/a/event/PrinterStateChanged", {**begun, "state_id": "PRINTING"}, 0),
        ("octoPrint/a/event/PrinterStateChanged", {**begun, "state_id": "DANCING"}, 60),
        ("octoPrint/a/event/PrinterStateChanged", {**begun, "state_id": "OPERATIONAL"}, 600),
        ("octoPrint/a/event/PrintDone", {"_event": "PrintDone", "time": 600}, 600),
    ]
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    recording = tmp_path / "job.jsonl"
    with recording.open("w") as file:
        for topic, body, seconds in lines:
            at = start + timedelta(seconds=seconds)
            told = json.dumps({**body, "_timestamp": int(at.timestamp())})
            file.write(json.dumps({"topic": topic, "payload": told, "at": at.isoformat()}) + "\n")
    done = gadong(database_url, "replay", str(recording), "--centre", world.centre.slug)
    assert done.returncode == 0, done.stderr
    assert "octoprint at octoPrint/a" in done.stdout
    assert "SET ASIDE unknown_state" in done.stdout
    assert (
        f"{start:%m-%d %H:%M:%S} to {start + timedelta(seconds=60):%m-%d %H:%M:%S} running"
        in done.stdout
    )
    assert "job cup.gcode" in done.stdout
    assert ": done" in done.stdout
    assert timeline.seen(world.pool, world.manager) == [], "the scratch machine is retired again"
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"topic": 1}\n')
    assert (
        "line 1"
        in gadong(database_url, "replay", str(broken), "--centre", world.centre.slug).stderr
    )


@pytest.mark.servers
def test_what_machines_say_can_be_watched(world: World, database_url: str, pool: Pool) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine, "gadong-json")
    watching = subprocess.Popen(
        [COMMAND, "listen", "--centre", world.centre.slug, "--seconds", "60"],
        env={**os.environ, "GADONG_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    output = watching.stdout
    assert output is not None
    try:
        shown: list[str] = []
        reader = Thread(target=lambda: shown.extend(iter(output.readline, "")))
        reader.start()

        def said() -> bool:
            router = Router(world.centre.id, [source])
            delivery = BrokerMessage(
                topic=f"{source.base}/state",
                payload=b'{"v": 1, "state": "running"}',
                qos=1,
                retained=False,
                is_repeated=False,
                packet=1,
                received_at=datetime.now(UTC),
            )
            read = router.read(delivery, new_id())
            ingestion.commit(pool, world.centre.id, [m for m in read if isinstance(m, Message)], [])
            return any("mill-1" in line and "activity=running" in line for line in shown)

        until(said, what="the message is shown with its meaning")
    finally:
        watching.kill()
        watching.wait()
        reader.join(5)
        output.close()


@pytest.mark.servers
def test_health_says_what_is_not_ready_and_ends_with_one(database_url: str) -> None:
    gadong(database_url, "migrate")
    ready = gadong(database_url, "health", "database", "migrations")
    assert (ready.returncode, ready.stdout.splitlines()) == (
        0,
        ["ready  database", "ready  migrations"],
    )
    missing = gadong(database_url, "health", "scheduler")
    assert (missing.returncode, missing.stdout) == (1, "NOT READY  scheduler  never heard\n")
    unknown = gadong(database_url, "health", "sheduler")
    assert unknown.returncode != 0
    assert "scheduler" in unknown.stderr


def test_an_account_is_shut_from_the_server(world: World, pool: Pool, database_url: str) -> None:
    secret, _ = accounts.log_in(
        pool, email=world.manager_email, password=PASSWORD, address="", now=datetime.now(UTC)
    )
    unknown = gadong(database_url, "person", "shut", "nobody@x.example", "--reason", "left")
    assert (unknown.returncode, "Nobody logs in as" in unknown.stderr) == (1, True)
    silent = gadong(database_url, "person", "shut", world.manager_email, "--reason", " ")
    assert (silent.returncode, "Say why" in silent.stderr) == (1, True)
    done = gadong(database_url, "person", "shut", world.manager_email.upper(), "--reason", "left")
    assert done.returncode == 0, done.stderr
    with pytest.raises(Unauthenticated):
        accounts.authenticate(pool, secret)
    back = gadong(database_url, "person", "reopen", world.manager_email, "--reason", "returned")
    assert back.returncode == 0, back.stderr
