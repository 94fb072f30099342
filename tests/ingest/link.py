"""A network link for tests, between a client and the broker, on which what the broker sends can be
held back.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Condition, Thread
from urllib.parse import urlsplit


class Link:
    """Forwards every connection to the broker.

    While held, nothing reaches the client; nothing is lost.
    """

    def __init__(self, url: str) -> None:
        """Listen on a free port of the loopback address."""
        where = urlsplit(url)
        self._broker = where.hostname or "", where.port or 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = Condition()
        self._is_held = False
        self._sent = b""
        self._threads: list[Thread] = []
        self._sockets: list[socket.socket] = [self._listener]
        self._start(self._accept)
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"

    def hold(self) -> None:
        """Keep back what the broker sends from now on."""
        with self._changed:
            self._is_held = True
            self._sent = b""

    def release(self) -> None:
        """Deliver what was kept back, and whatever follows."""
        with self._changed:
            self._is_held = False
            self._changed.notify_all()

    def has_sent(self, words: str) -> bool:
        """Return whether the client has sent these words to the broker since hold()."""
        with self._changed:
            return words.encode() in self._sent

    def close(self) -> None:
        """End every connection; returns when all threads have ended."""
        self.release()
        for one in self._sockets:
            _end(one)
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: object, *arguments: socket.socket) -> None:
        assert callable(work)
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                broker = socket.create_connection(self._broker)
            except OSError:
                return
            self._sockets += [client, broker]
            self._start(self._send, client, broker)
            self._start(self._deliver, broker, client)

    def _send(self, client: socket.socket, broker: socket.socket) -> None:
        while data := _received(client):
            try:
                broker.sendall(data)
            except OSError:
                break
            with self._changed:
                self._sent += data
        _end(broker)

    def _deliver(self, broker: socket.socket, client: socket.socket) -> None:
        while data := _received(broker):
            with self._changed:
                self._changed.wait_for(lambda: not self._is_held)
            try:
                client.sendall(data)
            except OSError:
                break
        _end(client)


def _received(side: socket.socket) -> bytes:
    try:
        return side.recv(65_536)
    except OSError:
        return b""


def _end(side: socket.socket) -> None:
    with suppress(OSError):  # it may have ended already
        side.shutdown(socket.SHUT_RDWR)
