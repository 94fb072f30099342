"""python -m deploy.simulator: the demonstration's machine hall on the real broker, in the real
formats.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread

from deploy.simulator import hall
from deploy.simulator.device import Device, Faults
from deploy.simulator.hall import Publication, Will

CENTRE = "mullae"
Maker = Callable[[random.Random, float], Iterator[Publication]]


def machines() -> list[tuple[str, Will, Maker]]:
    """The hall: two printers, a machining centre and a CMM behind plugs, a press with a gateway."""
    printers: list[tuple[str, Will, Maker]] = [
        (
            name,
            Will(f"octoPrint/{name}/mqtt", "disconnected", "connected"),
            partial(hall.octoprint, f"octoPrint/{name}"),
        )
        for name in ("printer-1", "printer-2")
    ]
    plugs: list[tuple[str, Will, Maker]] = [
        (
            name,
            Will(f"tele/{name}/LWT", "Offline", "Online"),
            partial(_plug, name, watts),
        )
        for name, watts in (("plug-mc-1", (250.0, 3200.0)), ("plug-cmm-1", (120.0, 620.0)))
    ]
    base = f"gadong/v1/{CENTRE}/press-1"
    press: tuple[str, Will, Maker] = (
        "press-1",
        Will(f"{base}/online", "false", "true"),
        lambda chance, skew: hall.gateway(base, chance, skew),
    )
    return [*printers, *plugs, press]


def _plug(
    name: str, watts: tuple[float, float], chance: random.Random, _skew: float
) -> Iterator[Publication]:
    """Play a plug, whose messages carry the plug's own time."""
    return hall.tasmota(name, chance, watts)


def main(arguments: list[str]) -> int:
    """Run until told to stop; 2 for options it does not know."""
    told = _options().parse_args(arguments)
    logins = read_logins(told.accounts) if told.accounts else {}
    url = os.environ.get("GADONG_DEVICES_MQTT_URL") or os.environ.get(
        "GADONG_MQTT_URL", "mqtt://127.0.0.1:1883"
    )
    faults = Faults(
        drop_out=told.drop_outs,
        duplicate=told.duplicates,
        restart=told.restarts,
        skew_seconds=told.clock_skew,
    )
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def live(name: str, will: Will, maker: Maker, chance: random.Random) -> None:
        while not stopping.is_set():
            device = Device(name, url, logins.get(name), will)
            machine = maker(chance, faults.skew_seconds)
            device.run(machine, speed=told.speed, faults=faults, chance=chance, stopping=stopping)

    threads = [
        Thread(
            target=live, args=(name, will, maker, random.Random(f"{told.seed} {name}")), name=name
        )
        for name, will, maker in machines()
    ]
    for thread in threads:
        thread.start()
    print(f"hall: {len(threads)} machines at {told.speed:g} times their speed", flush=True)
    for thread in threads:
        thread.join()
    return 0


def read_logins(file: str) -> dict[str, tuple[str, str]]:
    """Devices' users and passwords by their names, as `gadong device list --passwords` shows
    them.
    """
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return {name: (user, word) for name, user, word in (line.split("\t") for line in lines)}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.simulator", description=__doc__)
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how many times faster than real machines"
    )
    parser.add_argument("--seed", default="gadong", help="the same seed gives the same hall")
    parser.add_argument("--accounts", default="", metavar="FILE", help="what the devices log in as")
    chance = "probability per message"
    parser.add_argument(
        "--drop-outs", type=float, default=0.0, metavar="P", help=f"lose the network: {chance}"
    )
    parser.add_argument(
        "--duplicates", type=float, default=0.0, metavar="P", help=f"send twice: {chance}"
    )
    parser.add_argument(
        "--restarts", type=float, default=0.0, metavar="P", help=f"start anew: {chance}"
    )
    parser.add_argument(
        "--clock-skew", type=float, default=0.0, metavar="S", help="seconds devices are ahead"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
