"""Real parts for tests of signatures: documents, an authority, a time-stamp server, a token, pdfsig.

Not here: the tests.
"""

from __future__ import annotations

import os
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pkcs11
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from weasyprint import HTML

from backoffice.sample.demo_authority import DemoAuthority, Holder, Wanted
from exports.signatures import Block, FileKey, TokenKey, Trust, load_trust

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = (NOW - timedelta(days=1), NOW + timedelta(days=365))
NAME, AGENCY, PASSPHRASE, PIN = (
    "Đặng Thị Thử",
    "Phòng Thi hành án dân sự Khu vực 1",
    "mật khẩu số 1",
    "135790",
)
BLOCK = Block(NAME, "Trưởng phòng", AGENCY)
_TIME = ExtendedKeyUsageOID.TIME_STAMPING
SOFTHSM = next(
    (
        Path(path)
        for path in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
        if Path(path).is_file()
    ),
    Path("/usr/lib/softhsm/libsofthsm2.so"),
)
_HTML = """<html lang="vi"><head><title>Giấy xác nhận</title><style>@page {{ size: A4; margin: 20mm }}</style></head>
<body><h1>Giấy xác nhận kết quả thi hành án</h1><p>{text}</p><div style="margin-left: 90mm">
<p>TRƯỞNG PHÒNG</p><div id="{place}" style="height: 26mm"></div><p>Đặng Thị Thử</p></div></body></html>"""


def document(place: str = "signature", pages: int = 1, text: str = "") -> bytes:
    """A tagged PDF/A document with Vietnamese text and a named place."""
    text = f"Nội dung bằng chữ Việt có dấu. {text}" + '<p style="break-before: page">Trang sau.</p>' * (
        pages - 1
    )
    html = _HTML.format(text=text, place=place)
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = HTML(string=html).write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True)
    return pdf


@dataclass
class World:
    """An authority, the folder of its certificates and lists, one person's key."""

    authority: DemoAuthority
    folder: Path
    person: Holder

    @classmethod
    def make(cls, folder: Path, name: str = NAME, now: datetime = NOW) -> World:
        """A new world as on a day; its authority has revoked nobody."""
        authority = DemoAuthority.make(now)
        folder.mkdir(parents=True, exist_ok=True)
        days = (now - timedelta(days=1), now + timedelta(days=365))
        world = cls(authority, folder, authority.issue(Wanted(f"DEMO {name}", AGENCY, days)))
        world.publish(now)
        return world

    def publish(self, now: datetime = NOW) -> None:
        """Write certificates and lists as they are on a day."""
        for name, data in {**self.authority.certificates(), **self.authority.lists(now)}.items():
            (self.folder / name).write_bytes(data)

    @property
    def trust(self) -> Trust:
        """What the folder says now."""
        return load_trust(self.folder)

    @property
    def key(self) -> FileKey:
        """The person's key with its passphrase."""
        return self.key_of(self.person)

    def key_of(self, holder: Holder) -> FileKey:
        """The key of a holder as a file with a passphrase."""
        return FileKey(holder.pkcs12(PASSPHRASE, self.authority.chain), PASSPHRASE)


@contextmanager
def time_stamp_server(world: World, *, redirects: bool = False) -> Iterator[str]:
    """A time-stamp server of the world's authority on a port of its own; gives its address."""
    holder = world.authority.issue(
        Wanted("DEMO Time", "OpenTHADS", YEAR, ("digital_signature",), (_TIME,), rsa_bits=2048)
    )
    raw = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(holder.certificate.public_bytes(Encoding.DER)), PrivateKeyInfo.load(raw)
    )

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if redirects and self.path == "/":
                self.send_response(307)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                return
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given: object) -> None:
            pass

    with served(Answers) as address:
        yield address


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A small HTTP server in a thread; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def make_token(folder: Path, world: World) -> TokenKey:
    """A SoftHSM token with the person's key and certificate."""
    tokens = folder / "tokens"
    tokens.mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n", encoding="ascii")
    os.environ["SOFTHSM2_CONF"] = str(config)
    # The library reads where tokens lie when it is loaded; another test of this process may have loaded it.
    pkcs11.unload(str(SOFTHSM))
    pem = folder / "key.pem"
    pem.write_bytes(world.person.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _run("softhsm2-util", "--init-token", "--free", "--label", "thads", "--pin", PIN, "--so-pin", PIN)
    _run(
        "softhsm2-util", "--import", str(pem), "--token", "thads", "--label", "head", "--id", "01", "--pin", PIN
    )  # fmt: skip
    pem.unlink()
    described = decode_x509_certificate(world.person.certificate.public_bytes(Encoding.DER))
    described[pkcs11.Attribute.LABEL] = "head"
    described[pkcs11.Attribute.TOKEN] = True
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="thads").open(rw=True, user_pin=PIN) as session:
        session.create_object(described)
    return TokenKey(SOFTHSM, "thads", "head", PIN)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler says of the signatures of a document."""
    path = folder / "judged.pdf"
    path.write_bytes(pdf)
    command = ["pdfsig", "-nocert", str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    return done.stdout + done.stderr


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a document as poppler reads it."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return _run("pdftotext", "-layout", str(path), "-")


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
