"""A certificate authority for demonstrations and tests: root, issuing authority, people, time stamps, revocation.

Every name begins with DEMO, so that nobody takes a paper signed with it for a real one. Not here: where its files
lie in a demonstration (`demo_signing`), real certificates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "DEMO"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_NO_USAGE = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip
DOCUMENTS = ("digital_signature", "content_commitment")
_AUTHORITY = ("key_cert_sign", "crl_sign")


@dataclass(frozen=True)
class Holder:
    """A key with its certificate."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate

    def pkcs12(self, passphrase: str, others: tuple[x509.Certificate, ...]) -> bytes:
        """Key and certificates as a PKCS#12 file."""
        name = _common_name(self.certificate).encode()
        secret = BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(name, self.key, self.certificate, others, secret)


@dataclass(frozen=True)
class Wanted:
    """What a certificate is to say. `usages` are those of RFC 5280; `purposes` the extended ones.

    `address` is where it says that the list of revoked certificates can be fetched.
    """

    name: str
    organisation: str
    days: tuple[datetime, datetime]
    usages: tuple[str, ...] = DOCUMENTS
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    rsa_bits: int = 0
    address: str = ""


@dataclass
class DemoAuthority:
    """Root and issuing authority, with the serials they revoked and when."""

    root: Holder
    issuer: Holder
    revoked: dict[int, datetime] = field(default_factory=dict)
    revoked_authorities: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def make(cls, now: datetime, years: int = 10) -> DemoAuthority:
        """A new authority, valid since sixty days before now."""
        days = (now - timedelta(days=60), now + timedelta(days=365 * years))
        wanted = Wanted(f"{MARK} OpenTHADS Root", "OpenTHADS", days, _AUTHORITY)
        key = _new_key(0)
        root = Holder(key, _certificate(wanted, key, None, depth=1))
        issuing = Wanted(f"{MARK} OpenTHADS Issuing", "OpenTHADS", days, _AUTHORITY)
        key = _new_key(0)
        return cls(root, Holder(key, _certificate(issuing, key, root, depth=0)))

    def issue(self, wanted: Wanted) -> Holder:
        """A key and a certificate for a person or a machine."""
        key = _new_key(wanted.rsa_bits)
        return Holder(key, _certificate(wanted, key, self.issuer, depth=None))

    def issue_time_stamps(self, days: tuple[datetime, datetime]) -> Holder:
        """A certificate for a time-stamp server."""
        purposes = (ExtendedKeyUsageOID.TIME_STAMPING,)
        return self.issue(Wanted(f"{MARK} Time", "OpenTHADS", days, ("digital_signature",), purposes))

    def lists(self, now: datetime, days: int = 60) -> dict[str, bytes]:
        """The lists of revoked certificates, of root and issuing authority, as DER under file names."""
        return {
            "root.crl": _list(self.root, self.revoked_authorities, now, days),
            "issuing.crl": _list(self.issuer, self.revoked, now, days),
        }

    def certificates(self) -> dict[str, bytes]:
        """The certificates of root and issuing authority as PEM under file names."""
        return {
            "root.pem": self.root.certificate.public_bytes(Encoding.PEM),
            "issuing.pem": self.issuer.certificate.public_bytes(Encoding.PEM),
        }

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """What goes into a person's file beside the person's own certificate."""
        return (self.issuer.certificate, self.root.certificate)

    def store(self) -> bytes:
        """Keys and certificates of the authority as PEM, to be kept where the demonstration alone reads it."""
        return b"".join(
            holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + holder.certificate.public_bytes(Encoding.PEM)
            for holder in (self.root, self.issuer)
        )

    @classmethod
    def restore(cls, data: bytes) -> DemoAuthority:
        """The authority that `store` wrote. Raises ValueError."""
        certificates = x509.load_pem_x509_certificates(data)
        keys = [
            b"-----BEGIN PRIVATE KEY-----" + part for part in data.split(b"-----BEGIN PRIVATE KEY-----")[1:]
        ]
        if len(certificates) != 2 or len(keys) != 2:
            raise ValueError("not the file of a demonstration's authority")
        root, issuer = (
            Holder(_own_kind(load_pem_private_key(key, None)), certificate)
            for key, certificate in zip(keys, certificates, strict=True)
        )
        return cls(root, issuer)


def _own_kind(key: object) -> PrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError("not a key of a demonstration's authority")
    return key


def _new_key(rsa_bits: int) -> PrivateKey:
    if rsa_bits:
        return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(
    wanted: Wanted, key: PrivateKey, issuer: Holder | None, *, depth: int | None
) -> x509.Certificate:
    name = _name(wanted)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.days[0])
        .not_valid_after(wanted.days[1])
        .add_extension(x509.BasicConstraints(ca=depth is not None, path_length=depth), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USAGE, **dict.fromkeys(wanted.usages, True)}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if wanted.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wanted.purposes), critical=True)
    if wanted.address:
        place = x509.UniformResourceIdentifier(wanted.address)
        point = x509.DistributionPoint([place], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(wanted: Wanted) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, wanted.organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, wanted.name[:64]),
        ]
    )


def _list(holder: Holder, revoked: dict[int, datetime], now: datetime, days: int) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(holder.certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(holder.key.public_key()), critical=False
        )
    )
    for serial, moment in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(holder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
