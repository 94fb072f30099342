"""A stand-in for a maker's printer with a broker of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERIAL, ACCESS_CODE = "00M00TEST0000001", "12345678"


@dataclass(frozen=True, slots=True)
class Maker:
    """An authority that is not to the letter of RFC 5280: an extension is not critical, key
    identifiers are missing.
    """

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls) -> Maker:
        """A new one, with a new key."""
        key = ec.generate_private_key(ec.SECP256R1())
        own = _name("a maker")
        begun = _certificate(own, own, key.public_key())
        begun = begun.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=False
        )
        return cls(key, begun.sign(key, hashes.SHA256()))

    @property
    def pem(self) -> str:
        """The certificate by which its printers are believed."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, serial: str) -> tuple[str, str]:
        """A printer's key, and its chain: its name is the subject's, and there is no alternative
        one.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        begun = _certificate(_name(serial), self.certificate.subject, key.public_key())
        own = (
            begun.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        )
        kept = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return kept.decode(), own + self.pem


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
