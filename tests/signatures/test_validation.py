"""Validation: whatever was done to a signed document is noticed, here and by poppler."""

from __future__ import annotations

from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from backoffice.sample.demo_authority import DemoAuthority, Wanted
from exports.signatures import Check, HttpTimeStamps, Options, Outcome, Trust, load_trust, sign, validate
from exports.signatures.codes import CODES
from tests.signatures.parts import AGENCY, BLOCK, NOW, YEAR, World, pdfsig, served, time_stamp_server


def test_validate_is_bad_here_and_in_poppler_when_one_byte_was_changed(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust)).pdf
    for at in (20, len(paper) // 2, len(paper) + 500, len(signed) - 30):
        changed = bytearray(signed)
        changed[at] ^= 1
        reports = validate(bytes(changed), world.trust, NOW)
        assert not any(report.is_valid for report in reports)
        assert "Signature is Valid" not in pdfsig(bytes(changed), tmp_path)


def test_validate_notices_an_appended_update_when_somebody_added_to_the_document(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust)).pdf
    for changed in (_with_note(signed), signed + b"\n% more\n"):
        (report,) = validate(changed, world.trust, NOW)
        assert (report.code(Check.INTEGRITY), report.code(Check.COVERAGE)) == ("intact", "appended")
        assert not report.is_valid
        assert "Total document signed" not in pdfsig(changed, tmp_path).replace("Not total", "")


def test_validate_notices_an_appended_update_when_the_signature_was_kept_valid(
    world: World, paper: bytes
) -> None:
    with time_stamp_server(world) as address:
        signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust, HttpTimeStamps(address))).pdf
    assert validate(_with_note(signed), world.trust, NOW)[0].code(Check.COVERAGE) == "appended"


def test_validate_says_untrusted_when_the_root_is_another_of_the_same_name(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust)).pdf
    stranger = World(DemoAuthority.make(NOW), tmp_path / "other", world.person)
    stranger.folder.mkdir()
    stranger.publish()
    for trust in (stranger.trust, Trust()):
        (report,) = validate(signed, trust, NOW)
        assert report.code(Check.CHAIN) in {"untrusted", "chain_broken"}
        assert not report.is_valid


def test_validate_stays_good_when_the_certificate_ended_or_was_revoked_after(
    world: World, paper: bytes
) -> None:
    with time_stamp_server(world) as address:
        signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust, HttpTimeStamps(address))).pdf
    later = NOW + timedelta(days=800)
    assert validate(signed, world.trust, later)[0].is_valid
    world.authority.revoked[world.person.certificate.serial_number] = NOW + timedelta(days=3)
    world.publish()
    (report,) = validate(signed, world.trust, NOW + timedelta(days=4))
    assert (report.is_valid, report.code(Check.REVOCATION)) == (True, "revoked_since")


def test_validate_is_bad_when_the_certificate_was_revoked_before_signing(world: World, paper: bytes) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust)).pdf
    world.authority.revoked[world.person.certificate.serial_number] = NOW - timedelta(hours=3)
    world.publish()
    (report,) = validate(signed, world.trust, NOW)
    assert (report.is_valid, report.code(Check.REVOCATION)) == (False, "revoked")


def test_validate_is_bad_when_the_time_stamp_comes_from_an_unknown_authority(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    other = World.make(tmp_path / "other")
    trust = Trust(world.trust.roots, world.trust.authorities)
    with time_stamp_server(other) as address:
        signed = sign(paper, world.key, Options(NOW, BLOCK, trust, HttpTimeStamps(address))).pdf
    (report,) = validate(signed, world.trust, NOW)
    assert (report.is_valid, report.code(Check.TIME_STAMP)) == (False, "time_stamp_bad")


def test_validate_says_unreadable_or_nothing_when_there_is_no_signature(world: World, paper: bytes) -> None:
    assert validate(paper, world.trust, NOW) == ()
    for broken in (b"", b"%PDF-1.7", paper[:4000], b"\xff" * 3000):
        (report,) = validate(broken, world.trust, NOW)
        assert (report.is_valid, report.code(Check.INTEGRITY)) == (False, "unreadable")


def test_validate_asks_nobody_when_the_certificate_names_addresses(world: World, paper: bytes) -> None:
    asked: list[str] = []

    class Listens(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with served(Listens) as address:
        wanted = Wanted("DEMO A", AGENCY, YEAR, address=address)
        key = world.key_of(world.authority.issue(wanted))
        trust = Trust(world.trust.roots)
        signed = sign(paper, key, Options(NOW, BLOCK, trust)).pdf
        assert validate(signed, trust, NOW)[0].code(Check.REVOCATION) == "revocation_unknown"
    assert asked == []


def test_trust_is_read_without_the_damaged_file_when_one_lies_in_the_folder(world: World) -> None:
    for name in ("broken.pem", "broken.crl", "broken.ocsp", "note.txt"):
        (world.folder / name).write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    trust = load_trust(world.folder)
    assert (len(trust.roots), len(trust.authorities), len(trust.crls), len(trust.ocsps)) == (1, 1, 2, 0)
    assert load_trust(world.folder / "nowhere") == Trust() == load_trust(None)


def test_every_code_has_an_outcome_and_every_check_a_good_one() -> None:
    assert set(CODES) == set(Check)
    assert all(Outcome.GOOD in codes.values() for codes in CODES.values())


def _with_note(pdf: bytes) -> bytes:
    """The document with other words on its first page, added as an update after the signature."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    stream = generic.StreamObject(stream_data=b"BT /F1 20 Tf 50 50 Td (more) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
