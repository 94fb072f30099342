"""The Debian package of a centre: whole, and its scripts are those that it names."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.package import __main__ as package
from gadong.settings import Settings

SCRIPTS = (
    "usr/bin/gadong",
    "usr/sbin/gadong-setup",
    "usr/sbin/gadong-restore",
    "usr/sbin/gadong-upgrade",
)
CONTROL = ("DEBIAN/postinst", "DEBIAN/prerm")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files, without what is downloaded."""
    made = tmp_path_factory.mktemp("package") / "tree"
    package.fill(made)
    return made


@pytest.mark.parametrize("script", [*SCRIPTS, *CONTROL])
def test_a_script_is_shell_and_is_run_by_its_name(tree: Path, script: str) -> None:
    subprocess.run(["/bin/sh", "-n", tree / script], check=True)
    assert (tree / script).stat().st_mode & 0o777 == 0o755


def test_it_holds_the_programs_with_their_fonts_and_no_cache(tree: Path) -> None:
    home = tree / "opt/gadong"
    for name in package.PROGRAMS:
        assert (home / name / "__init__.py").is_file()
    assert list((home / "gadong/migrations/sql").glob("*.up.sql"))
    assert list((home / "gadong/billing/services/documents/printed/fonts").glob("*.otf"))
    assert (home / "api/pages/static/vendor/htmx.min.js").is_file()
    assert not list(tree.rglob("__pycache__"))


def test_a_setup_that_ended_half_way_goes_on_with_its_own_answers(
    tree: Path, tmp_path: Path
) -> None:
    text = (tree / "usr/sbin/gadong-setup").read_text()
    functions = text[text.index("unfinished=") : text.index("is_there()")]
    functions = functions.replace("/etc/gadong/setup-unfinished", str(tmp_path / "unfinished"))

    def run(script: str, **environment: str) -> str:
        command = ["sh", "-euc", f"{functions}\n{script}"]
        return subprocess.run(
            command, env={**os.environ, **environment}, check=True, capture_output=True, text=True
        ).stdout

    title = """문래's "센터" $HOME `id` \\ 1"""
    assert run('keep answer "$title"; printf %s "$answer"', title=title) == title
    assert run("keep_made word echo one; echo $word") == "one\n"
    again = '. "$unfinished"; keep_made word echo two; printf "%s|%s" "$word" "$answer"'
    assert run(again) == f"one|{title}"


def test_no_password_is_an_argument_that_everybody_on_the_computer_reads(tree: Path) -> None:
    text = (tree / "usr/sbin/gadong-setup").read_text().replace("\\\n", " ")
    runs = re.findall(r"(?:mosquitto_ctrl|psql|createdb|openssl) .*", text)
    assert any("dynsec init" in run for run in runs)
    assert [run for run in runs if re.search(r"\$\w*_word\b", run)] == []
    container = (ROOT / "deploy/containers/broker.sh").read_text()
    (made,) = re.findall(r"mosquitto_ctrl .*", container)
    assert "PASSWORD" not in made


def test_every_unit_of_a_centre_is_in_it(tree: Path) -> None:
    units = {file.name for file in (tree / "usr/lib/systemd/system").iterdir()}
    assert units >= {file.name for file in (ROOT / "deploy/systemd").glob("gadong-*")}
    setup = (tree / "usr/sbin/gadong-setup").read_text()
    common = (tree / "usr/share/gadong/programs.sh").read_text()
    named = set(
        re.findall(r"gadong-(?:api|ingest|scheduler|firewall|backup\.timer)", setup + common)
    )
    assert {name if "." in name else f"{name}.service" for name in named} <= units
    assert len(named) == 5


def test_every_file_that_the_scripts_read_is_in_it(tree: Path) -> None:
    for script in SCRIPTS:
        text = (tree / script).read_text()
        for path in re.findall(r"(/(?:opt/gadong|usr/share/gadong)/[\w./-]+\.\w+)", text):
            assert (tree / path.lstrip("/")).exists(), f"{script}: {path}"


def test_setup_writes_settings_that_the_programs_know(tree: Path) -> None:
    text = (tree / "usr/sbin/gadong-setup").read_text()
    written = re.findall(r"^GADONG_(?!NEW_PASSWORD)([A-Z_]+)=", text, re.MULTILINE)
    assert len(written) > 10
    assert {name.lower() for name in written} <= set(Settings.model_fields)


def test_a_backup_holds_what_the_broker_loads(tree: Path) -> None:
    setup = (tree / "usr/sbin/gadong-setup").read_text()
    (files,) = re.findall(r"^GADONG_BACKUP_FILES=(.+)$", setup, re.MULTILINE)
    broker = (tree / "opt/gadong/deploy/mosquitto/mosquitto.conf").read_text()
    named = re.findall(
        r"^(?:plugin|plugin_opt_config_file|persistence_location) (/\S+)$", broker, re.MULTILINE
    )
    assert len(named) == 4
    for path in named:
        assert any(f"{path}/".startswith(f"{kept}/") for kept in files.split(",")), path
    for page in ("restore.md", "move.md"):
        text = (ROOT / "docs/operate" / page).read_text()
        assert "systemctl start mosquitto" not in text  # Debian's own broker runs already


@pytest.mark.parametrize("arch", package.MACHINES)
def test_it_depends_on_one_version_of_python(arch: str) -> None:
    told = package.CONTROL.format(version="1", arch=arch, python="3.13", next="3.14")
    assert f"Architecture: {arch}" in told
    assert "python3 (>= 3.13), python3 (<< 3.14)" in told
    # Timescale's own sources, which Debian 12 needs, call the extension otherwise.
    assert "postgresql-17-timescaledb | timescaledb-2-oss-postgresql-17 |" in told


def placed(tree: Path, script: str, scratch: Path, **moved: str) -> Path:
    """Copy a script, with the paths that it names moved into a scratch directory."""
    text = (tree / script).read_text()
    for was, now in moved.items():
        assert was in text, was
        text = text.replace(was, now)
    copy = scratch / Path(script).name
    copy.write_text(text)
    return copy


def test_the_command_line_reads_settings_as_systemd_does(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "environment").write_text(
        "# NAME=value\nGADONG_SECRET=ends-as-base64=\nGADONG_DATA_KEYS=a=b,c==\n"
        "GADONG_MAIL_FROM=given\nGADONG_LOG_LEVEL=the-last"
    )
    wrapper = placed(
        tree,
        "usr/bin/gadong",
        tmp_path,
        **{
            "/etc/gadong/environment": f"{tmp_path}/environment",
            "cd /opt/gadong": "cd /",
            "exec /opt/gadong/.venv/bin/python": "exec /usr/bin/env #",
        },
    )
    told = {"PATH": os.environ["PATH"], "GADONG_MAIL_FROM": "of-the-caller"}
    done = subprocess.run(
        ["/bin/sh", wrapper, "health"], env=told, capture_output=True, text=True, check=True
    )
    assert {line for line in done.stdout.splitlines() if line.startswith("GADONG_")} == {
        "GADONG_SECRET=ends-as-base64=",
        "GADONG_DATA_KEYS=a=b,c==",
        "GADONG_MAIL_FROM=of-the-caller",
        "GADONG_LOG_LEVEL=the-last",
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "conf.d is not there"),
        ({"GADONG_SETUP_NAME": "Centre.Lan"}, "is no host name"),
        ({"GADONG_SETUP_CENTRE": "Mullae 문래센터"}, "Mullae is no short name"),
        ({"GADONG_SETUP_CENTRE": "문래센터"}, "문래센터 is no short name"),
        ({"GADONG_SETUP_EMAIL": "operator"}, "operator is no e-mail address"),
        ({"GADONG_SETUP_BACKUP": "/nowhere"}, "/nowhere is not there"),
    ],
    ids=str,
)
def test_setup_changes_nothing_before_every_answer_is_one(
    tree: Path, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    postgres = tmp_path / "postgres"
    postgres.write_text("#!/bin/sh\n")
    postgres.chmod(0o755)
    common = (tree / "usr/share/gadong/programs.sh").read_text()
    (tmp_path / "programs.sh").write_text(common + "id() { echo 0; }\n")
    setup = placed(
        tree,
        "usr/sbin/gadong-setup",
        tmp_path,
        **{
            "/usr/share/gadong/programs.sh": f"{tmp_path}/programs.sh",
            "/usr/lib/postgresql/17/bin": str(tmp_path),
            "/etc/postgresql/17/main/conf.d": f"{tmp_path}/conf.d",
            "/etc/gadong/environment": f"{tmp_path}/environment",
        },
    )
    answers = {
        "GADONG_SETUP_NAME": "centre.lan",
        "GADONG_SETUP_CENTRE": "mullae 문래센터",
        "GADONG_SETUP_EMAIL": "operator@centre.example",
        "GADONG_SETUP_BACKUP": "none",
    }
    done = subprocess.run(
        ["/bin/sh", setup],
        env={"PATH": os.environ["PATH"], **answers, **changed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert ("gadong: the database" in done.stdout) is (not changed)


def test_a_way_back_that_was_cut_between_its_two_moves_is_gone_to_its_end(
    tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "programs.sh").write_text(COMMON)
    (tmp_path / "environment").touch()
    (tmp_path / "before").mkdir()
    (tmp_path / "before/version").write_text("old\n")
    (tmp_path / "before/revision").write_text("0002\n")
    (tmp_path / "home.newer").mkdir()
    (tmp_path / "home.newer/version").write_text("new\n")
    upgrade = placed(
        tree,
        "usr/sbin/gadong-upgrade",
        tmp_path,
        **{
            "/usr/share/gadong/programs.sh": f"{tmp_path}/programs.sh",
            "home=/opt/gadong": f"home={tmp_path}/home",
            "before=/opt/gadong-before": f"before={tmp_path}/before",
            "/etc/gadong/environment": f"{tmp_path}/environment",
        },
    )
    done = subprocess.run(
        ["/bin/sh", upgrade, "--back"],
        env={"PATH": os.environ["PATH"], "FAILS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "started old" in done.stdout
    assert (tmp_path / "home.newer/version").read_text() == "new\n"


@pytest.mark.parametrize(("code", "said"), [(0, "started"), (1, "gadong restore --start")])
def test_a_restored_centre_is_started_once_it_is_verified(
    tree: Path, tmp_path: Path, code: int, said: str
) -> None:
    (tmp_path / "programs.sh").write_text(
        'say() { printf \'%s\\n\' "$*"; }\nfail() { say "$*"; exit 1; }\nid() { echo 0; }\n'
        "has_systemd() { false; }\nstart_programs() { say started; }\n"
        "wait_until_healthy() { :; }\nchown() { :; }\nchgrp() { :; }\n"
        'mosquitto() { :; }\ncaddy() { :; }\nneed_backup_disk() { say "disk $1"; }\n'
    )
    (tmp_path / "backup").write_text("GADONG_BACKUP_DIRECTORY=/mnt/usb/gadong\n")
    program = tmp_path / ".venv/bin/python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    restore = placed(
        tree,
        "usr/sbin/gadong-restore",
        tmp_path,
        **{
            "/usr/share/gadong/programs.sh": f"{tmp_path}/programs.sh",
            "/etc/gadong/backup": f"{tmp_path}/backup",
            "/srv/gadong/lib": str(tmp_path),
            "/var/log": str(tmp_path),
            "/opt/gadong": str(tmp_path),
        },
    )
    done = subprocess.run(
        ["/bin/sh", restore, "/mnt/usb/gadong"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout
    assert ("disk /mnt/usb" in done.stdout) is (code == 0)


def test_setup_shows_what_nobody_else_knows_before_it_waits(tree: Path) -> None:
    setup = (tree / "usr/sbin/gadong-setup").read_text()
    waits = setup.index('say "the programs"')
    assert setup.rindex("$person_word") < waits
    assert setup.rindex("$backup_word") < setup.index("start_programs\n", waits)


COMMON = """
say() { printf '%s\\n' "$*"; }
fail() { say "$*"; exit 1; }
as_postgres() { case "$*" in *oldest*) echo 0001 ;; *) echo 0002 ;; esac; }
start_programs() { say "started $(cat "$home/version")"; }
stop_programs() { say stopped; }
wait_until_healthy() { :; }
id() { echo 0; }
dpkg() { echo new > "$home/version"; [ "$FAILS" != dpkg ]; }
query() { echo 2; }
gadong() { say "gadong $*"; [ "$FAILS" != "$1" ]; }
"""


@pytest.mark.parametrize(
    ("fails", "runs", "code"),
    [("", "new", 0), ("dpkg", "old", 1), ("migrate", "old", 1), ("verify", "new", 0)],
)
def test_an_upgrade_that_ends_half_way_goes_back(
    tree: Path, tmp_path: Path, fails: str, runs: str, code: int
) -> None:
    (tmp_path / "programs.sh").write_text(COMMON)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/version").write_text("old\n")
    package_file = tmp_path / "next.deb"
    package_file.touch()
    upgrade = placed(
        tree,
        "usr/sbin/gadong-upgrade",
        tmp_path,
        **{
            "/usr/share/gadong/programs.sh": f"{tmp_path}/programs.sh",
            "home=/opt/gadong": f"home={tmp_path}/home",
            "before=/opt/gadong-before": f"before={tmp_path}/before",
            "/etc/gadong/environment": f"{tmp_path}/home/version",
            "dpkg-query": "query",
        },
    )
    done = subprocess.run(
        ["/bin/sh", upgrade, package_file, "--without-backup"],
        env={"PATH": os.environ["PATH"], "FAILS": fails},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("found differences" in done.stdout) is (fails == "verify")
    started = [line for line in done.stdout.splitlines() if line.startswith("started")]
    assert started == [f"started {runs}"], done.stdout + done.stderr
    assert (tmp_path / "home/version").read_text() == f"{runs}\n"
