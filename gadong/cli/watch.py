"""gadong listen | replay: see what devices say and what it is understood as, live or from a
recording.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from gadong.cli.open import centre_named, database
from gadong.core.domain.ids import new_id
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Rejected
from gadong.operations.services import recordings
from gadong.people.services.accounts import OPERATOR

# Often enough to watch a button being pressed.
LOOK_EVERY = 0.5
SHOWN = 100


def listen(
    centre: Annotated[str, typer.Option(help="The centre's slug.")],
    machine: Annotated[str, typer.Option(help="Only this machine's slug.")] = "",
    seconds: Annotated[int, typer.Option(help="Stop after so many seconds; 0: at Ctrl-C.")] = 0,
) -> None:
    """Show live what each source says, what it was understood as,
    and what was set aside and why.
    """
    after, at = new_id(), datetime.now(UTC)
    deadline = time.monotonic() + seconds if seconds else None
    with database() as pool:
        found = centre_named(pool, centre)
        while deadline is None or time.monotonic() < deadline:
            told, aside = recordings.told_since(pool, OPERATOR, found.id, after=after, at=at)
            for message in told:
                after = message.id
                if machine in {"", message.machine}:
                    meaning = (
                        ", ".join(f"{m.channel}={m.value}" for m in message.meaning)
                        or "nothing new"
                    )
                    when = message.received_at.astimezone(found.zone)
                    typer.echo(
                        f"{when:%H:%M:%S} {message.machine} {message.topic} "
                        f"{_shown(message.payload)} -> {meaning}"
                    )
            for group in aside:
                at = max(at, group.last_at)
                when = group.last_at.astimezone(found.zone)
                typer.echo(
                    f"{when:%H:%M:%S} SET ASIDE {group.topic} {_shown(group.payload)} -> "
                    f"{group.reason}: {group.detail} ({group.occurrences} times)"
                )
            time.sleep(LOOK_EVERY)


def replay(
    file: Annotated[
        Path, typer.Argument(help="JSON lines: topic, payload or payload_b64, retain, qos, at.")
    ],
    centre: Annotated[
        str, typer.Option(help="The centre's slug; the scratch machine is made there.")
    ],
    dialect: Annotated[str, typer.Option(help="Its dialect; recognised if not given.")] = "",
    base: Annotated[str, typer.Option(help="Its base; recognised if not given.")] = "",
    options: Annotated[str, typer.Option(help="The dialect's options as JSON.")] = "",
    every: Annotated[float, typer.Option(help="Seconds between messages that say no `at`.")] = 1.0,
) -> None:
    """Run a recording through the real pipeline into a scratch machine,
    and show what it came to.
    """
    said = list(_recorded(file, every))
    chosen = json.loads(options) if options else None
    if chosen is not None and not isinstance(chosen, dict):
        raise typer.BadParameter("options are a JSON object", param_hint="--options")
    with database() as pool:
        found = centre_named(pool, centre)
        done = recordings.replay(
            pool,
            OPERATOR,
            found.id,
            said,
            dialect=dialect or None,
            base=base or None,
            options=chosen,
        )
    typer.echo(f"{done.dialect} at {done.base}: machine {done.machine.slug}, retired again")
    for item in done.read:
        meaning = (
            f"SET ASIDE {item.reason}: {item.detail}"
            if isinstance(item, Rejected)
            else ", ".join(
                f"{s.channel}={s.text if s.text is not None else s.number}" for s in item.signals
            )
        )
        typer.echo(f"  {item.topic} {_shown(item.payload)} -> {meaning or 'nothing new'}")
    for run in done.runs:
        end = f"{run.end:%m-%d %H:%M:%S}" if run.end else "now"
        typer.echo(f"{run.start:%m-%d %H:%M:%S} to {end} {run.state} (grade {run.grade})")
    for job in done.jobs:
        typer.echo(
            f"job {job.name or 'without a name'} from {job.start:%m-%d %H:%M:%S}: "
            f"{job.result or 'no result'}"
        )


def _recorded(file: Path, every: float) -> Iterator[BrokerMessage]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as trouble:
        raise typer.BadParameter(str(trouble), param_hint="FILE") from trouble
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=every * len(lines))
    for index, line in enumerate(lines):
        try:
            entry: dict[str, Any] = json.loads(line)
            payload = (
                base64.b64decode(entry["payload_b64"], validate=True)
                if "payload_b64" in entry
                else str(entry["payload"]).encode()
            )
            at = (
                datetime.fromisoformat(entry["at"])
                if "at" in entry
                else now + timedelta(seconds=every * index)
            )
            yield BrokerMessage(
                topic=str(entry["topic"]),
                payload=payload,
                qos=int(entry.get("qos") or 0),
                retained=bool(entry.get("retain")),
                is_repeated=False,
                packet=index,
                received_at=at if at.tzinfo else at.replace(tzinfo=UTC),
            )
        except (ValueError, KeyError, TypeError) as trouble:
            raise typer.BadParameter(
                f"line {index + 1}: {trouble!r}", param_hint="FILE"
            ) from trouble


def _shown(payload: bytes) -> str:
    text = payload[: SHOWN + 1].decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
