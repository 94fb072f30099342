"""A network for drills, between a client and a server: it may be slow, hang, or be cut."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from time import sleep
from urllib.parse import urlsplit


class Wire:
    """Forwards every connection of a port of its own to a server."""

    def __init__(self, url: str) -> None:
        """Listen on a free port of the loopback address."""
        where = urlsplit(url)
        self._server = where.hostname or "", where.port or 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._flows = Event()
        self._flows.set()
        self._is_cut = False
        self.delay = 0.0
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones until mended."""
        self._is_cut = True
        self._end_all()

    def hang(self) -> None:
        """Carry nothing more, without telling either side, until mended."""
        self._flows.clear()

    def mend(self) -> None:
        """Carry everything again at once; what hung arrives late."""
        self._is_cut, self.delay = False, 0.0
        self._flows.set()

    def close(self) -> None:
        """End everything."""
        self.mend()
        self._listener.close()
        self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            ended, self._open = self._open, []
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._is_cut:
                    raise ConnectionError
                server = socket.create_connection(self._server)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open += [client, server]
            for pair in ((client, server), (server, client)):
                Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                sleep(self.delay)
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
