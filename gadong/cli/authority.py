"""gadong authority: a private authority for the broker's certificate, so that devices know whom
they speak to.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Devices are told of their authority once, and a centre keeps them for years; another certificate
# is made again with one command, and within the 825 days that clients accept.
AUTHORITY_LASTS, LASTS = timedelta(days=3650), timedelta(days=800)
# As the broker's own names are, and no way out of the directory.
CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
# A device whose clock is a little behind shall not refuse a new certificate.
BEFORE = timedelta(days=1)


def authority(
    directory: Annotated[Path, typer.Argument(help="Where the keys and certificates are kept.")],
    hosts: Annotated[
        list[str], typer.Argument(help="Names and addresses by which devices know the broker.")
    ],
    device: Annotated[
        list[str] | None,
        typer.Option(
            help="Make a certificate for this client of the broker too; where it demands them, "
            "ingest needs one as well."
        ),
    ] = None,
) -> None:
    """Make a private authority (once) and the broker's certificate (anew each time it is run)."""
    clients = device or []
    for name in clients:
        if not CLIENT.fullmatch(name) or name in {"authority", "server"}:
            raise typer.BadParameter(f"{name!r} is no name of a file", param_hint="device")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    own_key, own = _own(directory)
    names = x509.SubjectAlternativeName([_named(host) for host in hosts])
    server = _begun(hosts[0], own, ExtendedKeyUsageOID.SERVER_AUTH).add_extension(
        names, critical=False
    )
    until = _sign(server, own_key, directory / "server")
    typer.echo(f"{directory}/server.crt is for {', '.join(hosts)} until {until:%Y-%m-%d}")
    for name in clients:
        until = _sign(_begun(name, own, ExtendedKeyUsageOID.CLIENT_AUTH), own_key, directory / name)
        typer.echo(f"{directory}/{name}.crt and .key are that client's until {until:%Y-%m-%d}")
    typer.echo(
        f"give devices, and ingest as GADONG_MQTT_AUTHORITY, {directory}/authority.crt; keep "
        "authority.key elsewhere"
    )


def _begun(name: str, own: x509.Certificate, use: x509.ObjectIdentifier) -> x509.CertificateBuilder:
    """Begin a certificate of the authority's, before its key is known."""
    return (
        _certificate(name, own.subject, LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    )


def _sign(
    begun: x509.CertificateBuilder, own_key: ec.EllipticCurvePrivateKey, file: Path
) -> datetime:
    """Write it with a key of its own; until when it holds."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(own_key.public_key())
    certificate = (
        begun.public_key(key.public_key())
        .add_extension(issuer, critical=False)
        .sign(own_key, hashes.SHA256())
    )
    _write(file.with_name(f"{file.name}.key"), _private(key), mode=0o600)
    _write(
        file.with_name(f"{file.name}.crt"),
        certificate.public_bytes(serialization.Encoding.PEM),
        mode=0o644,
    )
    return certificate.not_valid_after_utc


def _own(directory: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return the authority's key and certificate, made if there are none."""
    key_file, file = directory / "authority.key", directory / "authority.crt"
    if key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise typer.BadParameter(f"{key_file} is no key of ours", param_hint="directory")
        return key, x509.load_pem_x509_certificate(file.read_bytes())
    if file.exists():
        raise typer.BadParameter(
            f"{file} has no authority.key beside it; another authority would lock every device "
            "out. Name the folder that holds both",
            param_hint="directory",
        )
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gadong authority")])
    certificate = (
        _certificate("Gadong authority", name, AUTHORITY_LASTS)
        .public_key(made.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(made.public_key()), critical=False)
        .sign(made, hashes.SHA256())
    )
    _write(key_file, _private(made), mode=0o600)
    _write(file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return made, certificate


def _certificate(name: str, issuer: x509.Name, lasts: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + lasts)
    )


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes, *, mode: int) -> None:
    file.touch(mode=mode)
    file.chmod(mode)
    file.write_bytes(content)
