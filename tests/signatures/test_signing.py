"""Signing: what comes out is accepted by our own validation and by poppler, and what must not be signed is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from backoffice.sample.demo_authority import DemoAuthority, Wanted
from exports.signatures import (
    Block,
    Check,
    FileKey,
    HttpTimeStamps,
    Level,
    Options,
    SigningError,
    TokenKey,
    Trust,
    describe_key,
    judge_key,
    sign,
    validate,
)
from tests.signatures.parts import (
    AGENCY,
    BLOCK,
    NAME,
    NOW,
    PASSPHRASE,
    YEAR,
    World,
    document,
    pdfsig,
    text_of,
    time_stamp_server,
)


def test_sign_is_accepted_here_and_by_poppler_when_the_key_is_good(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust))
    (report,) = validate(signed.pdf, world.trust, NOW)
    assert (signed.level, report.level, report.is_valid) == (Level.B_B, Level.B_B, True)
    codes = [finding.code for finding in report.findings]
    assert codes == ["intact", "whole_file", "trusted", "in_force", "not_revoked", "time_claimed"]
    assert report.signed_at == NOW
    said = pdfsig(signed.pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert signed.pdf.startswith(paper)


def test_sign_shows_name_position_agency_and_time_when_a_block_is_given(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust))
    shown = text_of(signed.pdf, tmp_path)
    assert [part in shown for part in ("Đã ký số bởi", NAME, "Trưởng phòng", AGENCY, "+07:00")] == [True] * 5
    assert shown.count(NAME) == 2


def test_sign_puts_the_block_below_the_named_place_when_the_layout_gives_one(
    world: World, paper: bytes
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust))
    with pikepdf.open(BytesIO(signed.pdf)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        target = pdf.Root.Names.Dests.Names[1]
        assert abs(float(field.Rect[0]) - float(target[2])) <= 1
        assert abs(float(field.Rect[3]) - float(target[3])) <= 1


def test_sign_puts_the_block_on_the_last_page_when_no_place_is_named(world: World) -> None:
    signed = sign(document("elsewhere", pages=3), world.key, Options(NOW, BLOCK, world.trust))
    with pikepdf.open(BytesIO(signed.pdf)) as pdf:
        assert ["/Annots" in page for page in pdf.pages] == [False, False, True]


def test_sign_keeps_the_whole_name_in_the_block_when_it_is_very_long(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    block = Block("Công Tằng Tôn Nữ " * 6 + "Cuối", "Quyền Trưởng phòng " * 4, AGENCY * 3)
    signed = sign(paper, world.key, Options(NOW, block, world.trust))
    shown = " ".join(text_of(signed.pdf, tmp_path).split())
    assert "Cuối" in shown
    assert "Thời gian ký" in shown


def test_sign_shows_markup_as_text_when_a_name_carries_it(world: World, paper: bytes, tmp_path: Path) -> None:
    block = Block('<img src="file:///etc/passwd">A & B', "</style><p>", "\u202eđảo")
    signed = sign(paper, world.key, Options(NOW, block, world.trust))
    shown = "".join(text_of(signed.pdf, tmp_path).split())
    assert "<imgsrc=" in shown
    assert "root:" not in shown


def test_sign_leaves_tags_and_archive_marks_whole_when_the_document_has_them(
    world: World, paper: bytes
) -> None:
    signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust))
    with pikepdf.open(BytesIO(signed.pdf)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        element = nums[nums.index(int(field.StructParent)) + 1]
        assert (str(element.S), str(element.K.Type), element.K.Obj.T) == ("/Form", "/OBJR", field.T)
        assert NAME in str(field.TU)
        assert int(field.F) & 4
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        fonts = field.AP.N.Resources.XObject.Block.Resources.Font
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts.values())


def test_sign_reaches_the_long_term_level_when_time_stamps_and_lists_are_there(
    world: World, paper: bytes, tmp_path: Path
) -> None:
    with time_stamp_server(world) as address:
        signed = sign(paper, world.key, Options(NOW, BLOCK, world.trust, HttpTimeStamps(address)))
    (report,) = validate(signed.pdf, world.trust, NOW)
    assert (signed.level, report.level, report.is_valid) == (Level.B_LTA, Level.B_LTA, True)
    assert (report.code(Check.COVERAGE), report.code(Check.TIME_STAMP)) == ("kept_valid", "time_stamped")
    assert "Signature is Valid" in pdfsig(signed.pdf, tmp_path)
    # The lists are in the document: they need not be in the folder any more.
    roots_only = Trust(roots=world.trust.roots)
    assert validate(signed.pdf, roots_only, NOW)[0].code(Check.REVOCATION) == "not_revoked"


def test_sign_reaches_the_level_of_time_stamps_when_there_are_no_lists(world: World, paper: bytes) -> None:
    trust = replace(world.trust, crls=())
    with time_stamp_server(world) as address:
        signed = sign(paper, world.key, Options(NOW, BLOCK, trust, HttpTimeStamps(address)))
    (report,) = validate(signed.pdf, trust, NOW)
    assert (signed.level, report.level) == (Level.B_T, Level.B_T)
    assert report.code(Check.REVOCATION) == "revocation_unknown"


def test_sign_is_refused_when_the_time_stamp_server_is_away_or_points_elsewhere(
    world: World, paper: bytes
) -> None:
    with time_stamp_server(world) as address:
        gone = address
    assert _refused(paper, world.key, Options(NOW, BLOCK, world.trust, HttpTimeStamps(gone, 2))) == (
        "time_stamp_failed"
    )
    with time_stamp_server(world, redirects=True) as address:
        options = Options(NOW, BLOCK, world.trust, HttpTimeStamps(address))
        assert _refused(paper, world.key, options) == "time_stamp_failed"
    with pytest.raises(ValueError, match="http"):
        HttpTimeStamps("file:///etc/passwd")


def test_sign_is_refused_with_the_reason_when_the_certificate_is_not_good(world: World, paper: bytes) -> None:
    long_ago = (NOW - timedelta(days=30), NOW - timedelta(days=2))
    not_yet = (NOW + timedelta(days=2), NOW + timedelta(days=30))
    issue = world.authority.issue
    stranger = DemoAuthority.make(NOW)
    revoked = issue(Wanted("DEMO A", AGENCY, YEAR))
    world.authority.revoked[revoked.certificate.serial_number] = NOW - timedelta(hours=2)
    world.publish()
    wanted = {
        "expired": world.key_of(issue(Wanted("DEMO A", AGENCY, long_ago))),
        "not_yet_valid": world.key_of(issue(Wanted("DEMO A", AGENCY, not_yet))),
        "wrong_usage": world.key_of(issue(Wanted("DEMO A", AGENCY, YEAR, ("key_encipherment",)))),
        "revoked": world.key_of(revoked),
        "untrusted": FileKey(
            stranger.issue(Wanted("DEMO A", AGENCY, YEAR)).pkcs12(PASSPHRASE, stranger.chain), PASSPHRASE
        ),
    }
    for code, key in wanted.items():
        assert _refused(paper, key, Options(NOW, BLOCK, world.trust)) == code
        assert judge_key(key, world.trust, NOW)[1].first_fault == code


def test_sign_is_refused_when_the_issuing_authority_was_revoked(world: World, paper: bytes) -> None:
    serial = world.authority.issuer.certificate.serial_number
    world.authority.revoked_authorities[serial] = NOW - timedelta(hours=2)
    world.publish()
    assert _refused(paper, world.key, Options(NOW, BLOCK, world.trust)) == "authority_revoked"


def test_sign_is_refused_when_the_document_is_signed_or_broken(world: World, paper: bytes) -> None:
    options = Options(NOW, BLOCK, world.trust)
    signed = sign(paper, world.key, options)
    assert _refused(signed.pdf, world.key, options) == "already_signed"
    for broken in (b"", b"%PDF-1.7 nothing", paper[: len(paper) // 2], b"\0" * 5000):
        assert _refused(broken, world.key, options) == "document_unreadable"


def test_key_file_is_refused_with_the_reason_when_it_cannot_be_used(world: World) -> None:
    person, other = world.person, world.authority.issue(Wanted("DEMO B", AGENCY, YEAR))
    short = world.authority.issue(Wanted("DEMO C", AGENCY, YEAR, rsa_bits=1024))
    secret = BestAvailableEncryption(PASSPHRASE.encode())
    bags = pkcs12.serialize_key_and_certificates
    wanted = {
        "wrong_passphrase": FileKey(world.key.pkcs12, "sai"),
        "key_file_unreadable": FileKey(b"no key at all", PASSPHRASE),
        "key_file_without_key": FileKey(bags(b"a", None, person.certificate, None, secret), PASSPHRASE),
        "key_file_without_certificate": FileKey(bags(b"a", person.key, None, None, secret), PASSPHRASE),
        "key_too_short": world.key_of(short),
    }
    for code, key in wanted.items():
        assert _key_refused(key) == code
    assert describe_key(world.key).common_name == f"DEMO {NAME}"
    assert other.certificate.serial_number != person.certificate.serial_number


def test_key_file_is_refused_when_trying_its_passphrase_would_take_minutes(world: World) -> None:
    data = world.key.pkcs12
    rounds = (20_000).to_bytes(2, "big")
    assert b"\x02\x02" + rounds in data
    slow = data.replace(b"\x02\x02" + rounds, b"\x02\x02" + b"\x7f\xff", 1)
    assert _key_refused(FileKey(slow, PASSPHRASE)) == "wrong_passphrase"


def test_keys_show_no_secret_when_they_are_printed(world: World, token: TokenKey) -> None:
    shown = repr(world.key) + repr(token) + repr(world.person)
    assert PASSPHRASE not in shown
    assert token.pin not in shown


def test_sign_with_a_token_is_accepted_by_poppler_when_the_pin_is_right(
    token_world: World, token: TokenKey, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(paper, token, Options(NOW, BLOCK, token_world.trust))
    assert validate(signed.pdf, token_world.trust, NOW)[0].is_valid
    assert "Signature is Valid" in pdfsig(signed.pdf, tmp_path)
    assert describe_key(token).serial == f"{token_world.person.certificate.serial_number:x}"


def test_sign_with_a_token_is_refused_when_pin_token_or_key_are_wrong(
    token_world: World, token: TokenKey, paper: bytes
) -> None:
    options = Options(NOW, BLOCK, token_world.trust)
    wanted = {
        "wrong_passphrase": replace(token, pin="000000"),
        "token_missing": replace(token, token="another"),
        "token_key_missing": replace(token, label="another"),
    }
    for code, key in wanted.items():
        assert _refused(paper, key, options) == code
    missing = replace(token, module=Path("/nowhere/module.so"))
    assert _refused(paper, missing, options) == "token_missing"


def _refused(pdf: bytes, key: FileKey | TokenKey, options: Options) -> str:
    with pytest.raises(SigningError) as caught:
        sign(pdf, key, options)
    return caught.value.code


def _key_refused(key: FileKey) -> str:
    with pytest.raises(SigningError) as caught:
        describe_key(key)
    return caught.value.code
