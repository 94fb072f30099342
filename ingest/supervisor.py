"""One watched thread for each centre.

If a thread ends or stands still, the process ends with an error and is started again.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import monotonic

from gadong.core.database import NOT_NOW, Pool
from gadong.core.services.sealing import Keyring
from gadong.machines.domain.broker_accounts import (
    REFUSALS_ACCOUNT,
    inbox_account,
    ingest_account,
    live_account,
    password,
)
from gadong.machines.services import device_accounts
from gadong.machines.services.device_news import DeviceNews
from gadong.machines.services.listening_reports import ListeningReports
from gadong.people.domain.centre import Centre
from gadong.people.services import accounts
from gadong.service_manager import is_alive
from gadong.settings import Settings
from ingest.broker_accounts import apply_device_accounts, provision
from ingest.broker_address import Broker, BrokerLogin, Proof
from ingest.broker_refusals import Refusals
from ingest.disk import DiskGuard
from ingest.dynsec import NotProvisioned
from ingest.metrics import IngestMetrics
from ingest.rate_limit import MessagePace
from ingest.session import CentreSession
from ingest.unknown_devices import Inbox

log = logging.getLogger(__name__)

CENTRES_EVERY = 2.0
# Longer than any transaction may take (statement_timeout 60 s), with as much again to spare.
STANDS_STILL_AFTER = 150.0


class NotListening(RuntimeError):
    """A centre is not listened to any more."""


class Supervisor:
    """Supervisor of a session for every centre, later centres included."""

    def __init__(
        self, pool: Pool, settings: Settings, metrics: IngestMetrics | None = None
    ) -> None:
        """Create the supervisor; run() does the work."""
        self.stopping = Event()
        self._pool = pool
        self._settings = settings
        self._metrics = metrics
        proof = Proof(settings.mqtt_authority, settings.mqtt_certificate, settings.mqtt_key)
        self._broker = Broker(settings.mqtt_url, proof)
        self._admin = Broker(settings.mqtt_admin_url, proof)
        self._keys = Keyring.of(settings.data_keys, settings.secret)
        self._disk = DiskGuard(self._settings.data_directory)
        self._running: dict[str, tuple[CentreSession, Thread]] = {}
        self._inboxes: list[Inbox] = []
        self._news = DeviceNews(settings.database_url)
        self._reports = ListeningReports(pool)
        self._refusals = Refusals(pool, self._broker, self._account(REFUSALS_ACCOUNT))
        self._failed: dict[str, BaseException] = {}

    def run(self) -> None:
        """Run until stopped; raise NotListening if a session ended by itself."""
        self._news.start()
        self._reports.start()
        try:
            while not self.stopping.is_set():
                self._start_new()
                self._apply_device_accounts()
                self._check()
                is_alive()
                self.stopping.wait(CENTRES_EVERY)
        finally:
            for session, _ in self._running.values():
                session.stopping.set()
            for inbox in self._inboxes:
                inbox.stopping.set()
            self._refusals.stop()
            self._news.stop()
            self._reports.stop()
            for inbox in self._inboxes:
                inbox.stop()
            for _, thread in self._running.values():
                thread.join(timeout=10)

    def _start_new(self) -> None:
        try:
            new = [c for c in accounts.every_centre(self._pool) if c.slug not in self._running]
            if new and self._settings.mqtt_admin_url:
                provision(self._admin, self._settings.secret, [c.slug for c in new])
        except (*NOT_NOW, NotProvisioned) as trouble:
            log.warning("centres wait", extra={"reason": str(trouble)})
            return
        if new and self._settings.mqtt_admin_url:
            self._refusals.start()
        for centre in new:
            is_alive()
            try:
                device_accounts.begin_anew(self._pool, centre.id)
            except NOT_NOW as trouble:
                # The next turn begins it. The others need not wait for it.
                log.warning("a centre waits", extra={"centre": centre.slug, "reason": str(trouble)})
                continue
            self._start(centre)

    def _apply_device_accounts(self) -> None:
        """Apply the accounts that were issued and revoked since the last turn to the broker."""
        if not self._admin.url:
            return
        try:
            secret = self._settings.secret
            device_accounts.apply(
                self._pool,
                lambda accounts, at: apply_device_accounts(self._admin, secret, accounts, at),
            )
        except (*NOT_NOW, NotProvisioned) as trouble:
            log.warning("devices' accounts wait", extra={"reason": str(trouble)})

    def _start(self, centre: Centre) -> None:
        account, live = (
            self._account(ingest_account(centre.slug)),
            self._account(live_account(centre.slug)),
        )
        pace = MessagePace(self._settings.device_messages_per_hour)
        session = CentreSession(
            self._pool,
            centre,
            self._broker,
            account,
            live,
            pace,
            self._keys,
            devices_at=self._settings.devices_at,
            disk=self._disk,
            metrics=self._metrics,
            news=self._news,
            reports=self._reports,
        )

        def listen() -> None:
            try:
                session.run()
            except BaseException as trouble:
                self._failed[centre.slug] = trouble
                raise

        inbox = self._account(inbox_account(centre.slug))
        news = self._news.reader(centre.id)
        self._inboxes.append(Inbox(self._pool, centre, self._broker, inbox, session.is_owner, news))
        thread = Thread(target=listen, name=f"ingest {centre.slug}", daemon=True)
        self._running[centre.slug] = (session, thread)
        thread.start()

    def _account(self, name: str) -> BrokerLogin:
        secret = password(self._settings.secret, name) if self._settings.secret else None
        return BrokerLogin(client_id=name, username=name if secret else None, password=secret)

    def _check(self) -> None:
        for slug, (session, thread) in self._running.items():
            if not thread.is_alive() and not session.stopping.is_set():
                raise NotListening(f"the session of {slug} ended: {self._failed.get(slug)!r}")
            if monotonic() - session.last_turn > STANDS_STILL_AFTER:
                raise NotListening(f"the session of {slug} stands still")
