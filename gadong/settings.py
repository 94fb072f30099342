"""Settings of a program. Only `__main__`, `create_app` and the command line read them."""

from __future__ import annotations

from ipaddress import ip_network

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gadong.core.domain.broker_address import BrokerAddress
from gadong.core.domain.network_address import DeviceNetworks, networks
from gadong.core.domain.secret import LEAST_SECRET
from gadong.setting_checks import device_broker, is_elsewhere, is_example


class Settings(BaseSettings):
    """The environment's variables, each with the prefix GADONG_."""

    model_config = SettingsConfigDict(env_prefix="GADONG_", frozen=True)

    database_url: str = Field(description="postgresql://user:password@host:port/database")
    database_owner_url: str = Field(
        default="",
        description="The same database as who owns its tables, for `gadong migrate`; without it, "
        "the first.",
    )
    mqtt_url: str = Field(
        default="mqtt://127.0.0.1:1883",
        description="The broker; with user:password@ every centre's session uses that account.",
    )
    mqtt_public_url: str = Field(
        default="",
        description="The broker as devices reach it, like mqtts://gadong.example:8883, for the "
        "pages that say what to type into a device; without it port 8883 of the host of "
        "GADONG_PUBLIC_URL, or GADONG_MQTT_URL.",
    )
    mqtt_authority: str = Field(
        default="",
        description="The file of the private authority that signed the broker's certificate, for "
        "mqtts:// (gadong authority).",
    )
    mqtt_certificate: str = Field(
        default="",
        description="The file of ingest's own certificate, where the broker demands one of its "
        "clients.",
    )
    mqtt_key: str = Field(default="", description="The file of that certificate's key.")
    mqtt_admin_url: str = Field(
        default="",
        description="The broker's dynamic-security administrator; ingest then makes each centre's "
        "clients itself.",
    )
    secret: str = Field(
        default="",
        description="At least 16 characters from which the centres' broker passwords are derived; "
        "keep it.",
    )
    data_keys: str = Field(
        default="",
        description="By commas, the keys that encrypt secrets in the database: the first writes, "
        "all read."
        " Without any, one that follows from GADONG_SECRET.",
    )
    http_host: str = Field(default="127.0.0.1", description="Address on which the API listens.")
    http_port: int = Field(default=8000, ge=0, le=65535, description="On which port.")
    database_connections: int = Field(
        default=16,
        ge=2,
        le=100,
        description="Connections a program may hold; the API's threads wait for one.",
    )
    archive_directory: str = Field(
        default="",
        description="Where raw messages and signals of closed months lie as files; without it "
        "they stay in the database.",
    )
    archive_months: int = Field(
        default=6,
        ge=2,
        le=120,
        description="How many closed months stay in the database besides the running one.",
    )
    data_directory: str = Field(
        default="",
        description="A directory on the database's disk, where the program can see it: its room "
        "is watched.",
    )
    certificates: str = Field(
        default="",
        description="By commas, files of certificates whose end is watched, such as the broker's "
        "and the proxy's."
        " GADONG_MQTT_AUTHORITY and GADONG_MQTT_CERTIFICATE are watched as well.",
    )
    metrics_host: str = Field(
        default="127.0.0.1",
        description="The address on which the programs serve their metrics; never one that "
        "others reach.",
    )
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65533,
        description="The port of the API's metrics; ingest's is the next, the scheduler's the "
        "one after."
        " 0: no metrics.",
    )
    backup_directory: str = Field(
        default="", description="Where `gadong backup` keeps backups: a disk of another computer's."
    )
    backup_passphrase: str = Field(
        default="", description="It encrypts backups; keep it on paper, elsewhere."
    )
    backup_files: str = Field(
        default="",
        description="By commas, what is in the backup beside the database: the authority's folder,"
        " the broker's certificate and its dynamic-security.json.",
    )
    backup_cluster: str = Field(
        default="/var/lib/postgresql/17/main", description="PostgreSQL's data directory."
    )
    backup_start: str = Field(
        default="systemctl start postgresql",
        description="The command that starts PostgreSQL after a restore.",
    )
    backup_config: str = Field(
        default="/etc/gadong/pgbackrest.conf",
        description="Where pgBackRest's settings are written.",
    )
    backup_environment_file: str = Field(
        default="/etc/gadong/environment", description="The file of these settings, for the backup."
    )
    backup_root: str = Field(
        default="", description="Another root of the file system with PostgreSQL in it, for trying."
    )
    points_per_minute: int = Field(
        default=600,
        ge=60,
        description="Requests of one session or token per minute; a booking counts 20, a document "
        "or report 60.",
    )
    api_replicas: int = Field(default=1, ge=1, le=32, description="API processes behind a proxy.")
    device_messages_per_hour: int = Field(
        default=100_000,
        ge=100,
        description="Messages of one device per hour before it is paused for ten minutes.",
    )
    device_networks: str = Field(
        default="",
        description="By commas, the networks of devices that are their own broker, like "
        "192.168.20.0/24;"
        " without any, every address but this host's own and link-local ones.",
    )
    insecure_cookies: bool = Field(
        default=False,
        description="Let session cookies travel over plain HTTP; for development on one machine.",
    )
    insecure_secret: bool = Field(
        default=False, description="Take a secret that looks like an example."
    )
    insecure_public_url: bool = Field(
        default=False, description="Let people reach the pages without TLS."
    )
    insecure_mqtt: bool = Field(
        default=False, description="Reach a broker on another host without TLS."
    )
    insecure_database: bool = Field(
        default=False, description="Reach a database elsewhere without TLS."
    )
    insecure_smtp: bool = Field(default=False, description="Hand mail to another host without TLS.")
    insecure_seed: bool = Field(
        default=False,
        description="Let `gadong seed` make accounts whose passwords everybody knows.",
    )
    public_url: str = Field(
        default="",
        description="Public address of the pages, like https://gadong.example; needed for "
        "password-reset mails.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the proxies before the API, by commas: their "
        "X-Forwarded-For is believed.",
    )
    staff_need_proof: bool = Field(
        default=False,
        description="Whoever works at a centre does nothing before they have one-time codes, a "
        "passkey or a linked provider.",
    )
    oidc_issuer: str = Field(
        default="",
        description="An OpenID Connect provider by which people may log in, like "
        "https://login.example; it needs GADONG_PUBLIC_URL.",
    )
    oidc_client_id: str = Field(default="", description="Our name at the provider.")
    oidc_client_secret: str = Field(default="", description="Our secret at the provider.")
    oidc_name: str = Field(
        default="", description="The provider's name for people; default: its host."
    )
    smtp_url: str = Field(
        default="",
        description="smtp://user:password@host:port (STARTTLS where offered) or smtps://…; "
        "without it no mail.",
    )
    mail_from: str = Field(default="gadong@localhost", description="The sender of all mail.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    def metrics_at(self, program: str) -> tuple[str, int]:
        """Return the address and port of a program's metrics; port 0 where there are none."""
        distance = ("api", "ingest", "scheduler").index(program)
        return self.metrics_host, self.metrics_port + distance if self.metrics_port else 0

    @property
    def watched_certificates(self) -> tuple[str, ...]:
        """Return the files of certificates whose end is watched."""
        named = [*self.certificates.split(","), self.mqtt_authority, self.mqtt_certificate]
        return tuple(dict.fromkeys(file.strip() for file in named if file.strip()))

    @property
    def proxies(self) -> list[str]:
        """Return the trusted proxies, each an address or a network.

        ValueError for anything else.
        """
        named = [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]
        for one in named:
            try:
                ip_network(one)
            except ValueError as trouble:
                raise ValueError(
                    f"GADONG_TRUSTED_PROXIES: {one} is no address and no network"
                ) from trouble
        return named

    @property
    def devices_at(self) -> DeviceNetworks:
        """The networks of devices that are their own broker; ValueError for what is none."""
        try:
            named = networks(self.device_networks)
        except ValueError as trouble:
            raise ValueError(f"GADONG_DEVICE_NETWORKS: {trouble}") from trouble
        return DeviceNetworks(named, is_host_included=self.insecure_cookies)

    @property
    def device_broker(self) -> BrokerAddress:
        """The broker's address as devices reach it; ValueError for what is none."""
        return device_broker(self.mqtt_public_url, self.public_url, self.mqtt_url)

    def need_secure(self) -> None:
        """Raise ValueError for what must not face others.

        Programs call it before they open anything.

        Development is what says so itself (insecure cookies) and listens to this computer alone.
        """
        _ = self.devices_at, self.device_broker
        is_here = self.http_host in {"127.0.0.1", "::1", "localhost"}
        if self.insecure_cookies and not is_here:
            raise ValueError(
                "GADONG_INSECURE_COOKIES is for development on one machine; put TLS before the "
                "API and unset it"
            )
        if not self.insecure_cookies and len(self.secret) < LEAST_SECRET:
            raise ValueError(
                f"set GADONG_SECRET to {LEAST_SECRET} random characters or more (openssl rand "
                "-base64 24), and keep it"
            )
        if (
            not self.insecure_cookies
            and self.public_url.startswith("https://")
            and not self.proxies
        ):
            raise ValueError(
                "GADONG_PUBLIC_URL is https, so a proxy ends TLS before the API: name its address "
                "in GADONG_TRUSTED_PROXIES,"
                " or everybody has the proxy's address and one who guesses passwords holds up all"
            )
        if any(len(key.strip()) < LEAST_SECRET for key in self.data_keys.split(",") if key.strip()):
            raise ValueError(
                f"each key of GADONG_DATA_KEYS has {LEAST_SECRET} random characters or more"
            )
        if self.oidc_issuer and not (
            self.public_url and self.oidc_client_id and self.oidc_client_secret
        ):
            raise ValueError(
                "with GADONG_OIDC_ISSUER set GADONG_PUBLIC_URL, GADONG_OIDC_CLIENT_ID and "
                "GADONG_OIDC_CLIENT_SECRET too"
            )
        if not self.insecure_cookies:
            self._need_tls()
        if (
            self.oidc_issuer
            and not self.insecure_cookies
            and not self.oidc_issuer.startswith("https://")
        ):
            raise ValueError("GADONG_OIDC_ISSUER is https://, or anybody between could be anybody")

    def need_seedable(self) -> None:
        """Raise ValueError where the demonstration's known passwords would open an installation
        that others reach.
        """
        if not (self.insecure_cookies or self.insecure_seed):
            raise ValueError(
                "gadong seed makes accounts whose passwords everybody knows; it is for development"
                " (GADONG_INSECURE_COOKIES=1), or say GADONG_INSECURE_SEED=1"
            )

    def _need_tls(self) -> None:
        """Raise ValueError for an example's secret, and for what would travel to another host in
        clear.
        """
        mqtt = (self.mqtt_url, self.mqtt_admin_url)
        database = (self.database_url, self.database_owner_url)
        refused = (
            (
                is_example(self.secret),
                "insecure_secret",
                "GADONG_SECRET looks like an example: openssl rand -base64 24",
            ),
            (
                is_elsewhere(self.public_url, "http"),
                "insecure_public_url",
                "GADONG_PUBLIC_URL is http://: passwords travel in clear; put TLS before the API",
            ),
            (
                any(is_elsewhere(url, "mqtt") for url in mqtt),
                "insecure_mqtt",
                "the broker on another host is reached by mqtt://, in clear; use mqtts://",
            ),
            (
                any(is_elsewhere(url) and "sslmode=disable" in url for url in database),
                "insecure_database",
                "the database elsewhere is reached with sslmode=disable; use sslmode=verify-full",
            ),
            (
                is_elsewhere(self.smtp_url, "smtp"),
                "insecure_smtp",
                "GADONG_SMTP_URL is smtp:// to another host; use smtps:// or smtp+starttls://",
            ),
        )
        for is_so, name, why in refused:
            if is_so and not getattr(self, name):
                raise ValueError(f"{why}, or say GADONG_{name.upper()}=1")
