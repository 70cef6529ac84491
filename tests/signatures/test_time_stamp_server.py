"""Time-stamp servers that answer nonsense, or a byte now and then: nothing is signed, and nobody waits for long."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest

from exports.signatures import HttpTimeStamps, Options, SigningError, sign
from tests.signatures.parts import BLOCK, NOW, World, document, served

DRIPS = 150


class Answers(BaseHTTPRequestHandler):
    """Answers with what is set, byte for byte with pauses when it drips."""

    body = b""
    drips = False
    sent = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(DRIPS if self.drips else len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)
        try:
            for _ in range(DRIPS if self.drips else 0):
                self.wfile.write(b"x")
                type(self).sent += 1
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, *_given: object) -> None:
        pass


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"\x30\x84\xff\xff\xff", b"\x30\x03\x02\x01\x05", b"\x30\x80" * 9_000]
)
def test_sign_is_refused_with_the_reason_when_the_time_stamp_server_answers_nonsense(
    world: World, body: bytes
) -> None:
    answers = type("Nonsense", (Answers,), {"body": body})
    with served(answers) as address:
        assert _refused(world, HttpTimeStamps(address)) == "time_stamp_failed"


def test_sign_is_refused_before_the_end_when_the_time_stamp_server_drips(world: World) -> None:
    answers = type("Dripping", (Answers,), {"drips": True})
    with served(answers) as address:
        assert _refused(world, HttpTimeStamps(address, 1)) == "time_stamp_failed"
    assert 0 < answers.sent < DRIPS


def _refused(world: World, server: HttpTimeStamps) -> str:
    with pytest.raises(SigningError) as caught:
        sign(document(), world.key, Options(NOW, BLOCK, world.trust, server))
    return caught.value.code
