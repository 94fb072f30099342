"""What a program is told from outside. Read in `__main__`, `create_app` and the command line, and nowhere else."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gadong.domain.secret import LEAST_SECRET


class Settings(BaseSettings):
    """The environment's variables, each with the prefix GADONG_."""

    model_config = SettingsConfigDict(env_prefix="GADONG_", frozen=True)

    database_url: str = Field(description="postgresql://user:password@host:port/database")
    database_owner_url: str = Field(
        default="",
        description="The same database as who owns its tables, for `gadong migrate`; without it, the first.",
    )
    mqtt_url: str = Field(
        default="mqtt://127.0.0.1:1883",
        description="The broker; with user:password@ every centre's session uses that account.",
    )
    mqtt_authority: str = Field(
        default="",
        description="The file of the private authority that signed the broker's certificate, for mqtts:// (gadong authority).",
    )
    mqtt_certificate: str = Field(
        default="",
        description="The file of ingest's own certificate, where the broker demands one of its clients.",
    )
    mqtt_key: str = Field(default="", description="The file of that certificate's key.")
    mqtt_admin_url: str = Field(
        default="",
        description="The broker's dynamic-security administrator; ingest then makes each centre's clients itself.",
    )
    secret: str = Field(
        default="",
        description="At least 16 characters from which the centres' broker passwords are derived; keep it.",
    )
    http_host: str = Field(default="127.0.0.1", description="Where the API listens.")
    http_port: int = Field(default=8000, ge=0, le=65535, description="On which port.")
    database_connections: int = Field(
        default=16,
        ge=2,
        le=100,
        description="Connections a program may hold; the API's threads wait for one.",
    )
    points_per_minute: int = Field(
        default=600,
        ge=60,
        description="What one session or token may ask in a minute; a booking counts 20, a document or report 60.",
    )
    device_messages_per_hour: int = Field(
        default=100_000,
        ge=100,
        description="What one device may send in an hour before it rests for ten minutes.",
    )
    insecure_cookies: bool = Field(
        default=False,
        description="Let session cookies travel over plain HTTP; for development on one machine.",
    )
    public_url: str = Field(
        default="",
        description="Where people reach the pages, like https://gadong.example; without it no way back in is mailed.",
    )
    staff_need_proof: bool = Field(
        default=False,
        description="Whoever works at a centre does nothing before they have one-time codes, a passkey or a linked provider.",
    )
    oidc_issuer: str = Field(
        default="",
        description="An OpenID Connect provider by which people may log in, like https://login.example; it needs GADONG_PUBLIC_URL.",
    )
    oidc_client_id: str = Field(default="", description="What we are called at the provider.")
    oidc_client_secret: str = Field(default="", description="Our secret at the provider.")
    oidc_name: str = Field(default="", description="What people call the provider; without it, its host.")
    smtp_url: str = Field(
        default="",
        description="smtp://user:password@host:port (STARTTLS where offered) or smtps://…; without it no mail.",
    )
    mail_from: str = Field(default="gadong@localhost", description="The sender of all mail.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    def need_secure(self) -> None:
        """Raise ValueError for what must not face others; programs call it before they open anything.

        Development is what says so itself (insecure cookies) and listens to this computer alone.
        """
        is_here = self.http_host in {"127.0.0.1", "::1", "localhost"}
        if self.insecure_cookies and not is_here:
            raise ValueError(
                "GADONG_INSECURE_COOKIES is for development on one machine; put TLS before the API and unset it"
            )
        if not self.insecure_cookies and len(self.secret) < LEAST_SECRET:
            raise ValueError(
                f"set GADONG_SECRET to {LEAST_SECRET} random characters or more (openssl rand -base64 24), and keep it"
            )
        if self.oidc_issuer and not (self.public_url and self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "with GADONG_OIDC_ISSUER set GADONG_PUBLIC_URL, GADONG_OIDC_CLIENT_ID and GADONG_OIDC_CLIENT_SECRET too"
            )
        if self.oidc_issuer and not self.insecure_cookies and not self.oidc_issuer.startswith("https://"):
            raise ValueError("GADONG_OIDC_ISSUER is https://, or anybody between could be anybody")
