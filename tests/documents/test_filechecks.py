"""The judging process on a zoo of files: good ones pass, each bad one is refused for its own reason."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

import pytest

from config import ROOT
from jobs.filechecks.verdict import MEBIBYTE
from tests.documents import zoo

DOT = b"\x00" * 20
BOMB = {"anh.png": b"\0" * (30 * MEBIBYTE)}


def judged(data: bytes, extension: str, limits: Mapping[str, int] | None = None) -> dict[str, Any]:
    """What a process of its own says of the file."""
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.seek(0)
        command = [sys.executable, "-m", "jobs.filechecks", extension, json.dumps(dict(limits or {}))]
        done = subprocess.run(command, stdin=stream, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


GOOD = {
    "jpg": zoo.picture(),
    "jpeg": zoo.located_picture(),
    "png": zoo.picture("PNG"),
    "pdf": zoo.pdf(3),
    "docx": zoo.office(
        "docx", {"word/_rels/document.xml.rels": zoo.relations("hyperlink", "https://a.vn", outside=True)}
    ),
    "xlsx": zoo.office("xlsx"),
    "doc": zoo.word(),
    "xls": zoo.excel((0x0085, bytes(8))),
    "zip": zoo.zipped({"giay/anh.jpg": b"x", "quyết định.pdf": b"y"}),
    "rar": zoo.rar({"giay/don.docx": 900, "anh.png": 50_000}, packed=700),
}


@pytest.mark.parametrize("extension", GOOD)
def test_file_is_accepted_when_it_is_what_its_name_says(extension: str) -> None:
    answer = judged(GOOD[extension], extension)
    assert answer["code"] == ""
    assert "/" in answer["media_type"]


@pytest.mark.parametrize("extension", GOOD)
def test_file_is_refused_when_its_end_is_missing(extension: str) -> None:
    whole = GOOD[extension]
    assert judged(whole[: len(whole) * 2 // 3], extension)["code"] != ""


@pytest.mark.parametrize("extension", sorted(set(GOOD) - {"jpeg"}))
def test_file_is_refused_when_its_name_says_another_kind(extension: str) -> None:
    other = "pdf" if extension != "pdf" else "png"
    assert judged(GOOD[extension], other)["code"] == "content_differs"


BAD: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "pdf", "empty"),
    "program": (b"MZ" + DOT, "exe", "type_not_accepted"),
    "program with a document's name": (b"MZ" + DOT, "docx", "content_differs"),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "pdf", "web_page"),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>", "svg", "type_not_accepted"),
    "drawing as picture": (b"<?xml version='1.0'?><svg onload='a()'/>", "png", "web_page"),
    "huge picture": (zoo.png_of_size(50_000, 50_000), "png", "too_many_pixels"),
    "lying picture": (zoo.png_of_size(5_000, 5_000), "png", "broken"),
    "archive behind a picture": (GOOD["jpg"] + GOOD["zip"], "jpg", "two_in_one"),
    "page behind a picture": (GOOD["jpg"] + b"<script>alert(1)</script>", "jpg", "two_in_one"),
    "pdf behind a picture": (GOOD["png"] + GOOD["pdf"], "png", "two_in_one"),
    "pdf later in the file": (b"GIF89a;" + GOOD["pdf"], "pdf", "two_in_one"),
    "page inside a pdf's head": (
        b"%PDF-1.7\n<html><script>a()</script>\n" + GOOD["pdf"][9:],
        "pdf",
        "two_in_one",
    ),
    "archive behind a pdf": (GOOD["pdf"] + GOOD["zip"], "pdf", "two_in_one"),
    "script in a pdf": (zoo.pdf(OpenAction=zoo.script_action()), "pdf", "pdf_script"),
    "script deep in a pdf": (zoo.noted_pdf(zoo.script_action()), "pdf", "pdf_script"),
    "program started by a pdf": (zoo.noted_pdf(zoo.launch_action()), "pdf", "pdf_launch"),
    "file in a pdf": (zoo.stuffed_pdf(), "pdf", "carries_files"),
    "form program in a pdf": (zoo.pdf(AcroForm=zoo.Dictionary(XFA=zoo.String("x"))), "pdf", "pdf_form"),
    "locked pdf": (zoo.locked_pdf("mật khẩu"), "pdf", "encrypted"),
    "half locked pdf": (zoo.locked_pdf(""), "pdf", "encrypted"),
    "empty pdf": (zoo.pdf(0), "pdf", "no_pages"),
    "macro": (zoo.office("docx", {"word/vbaProject.bin": b"x"}), "docx", "macros"),
    "macro by type": (
        zoo.office(
            "xlsx", types='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        ),
        "xlsx",
        "macros",
    ),
    "template from outside": (
        zoo.office(
            "docx",
            {
                "word/_rels/settings.xml.rels": zoo.relations(
                    "attachedTemplate", "http://a/b.dotm", outside=True
                )
            },
        ),
        "docx",
        "outside_links",
    ),
    "picture from outside": (
        zoo.office(
            "docx", {"word/_rels/document.xml.rels": zoo.relations("image", "file://srv/a.png", outside=True)}
        ),
        "docx",
        "outside_links",
    ),
    "workbook from outside": (
        zoo.office(
            "xlsx", {"xl/_rels/workbook.xml.rels": zoo.relations("externalLink", "externalLinks/e.xml")}
        ),
        "xlsx",
        "outside_links",
    ),
    "program by field": (
        zoo.office(
            "docx", {"word/footer1.xml": b"<f><instrText>DDEA</instrText><instrText>UTO c</instrText></f>"}
        ),
        "docx",
        "outside_links",
    ),
    "object": (zoo.office("docx", {"word/embeddings/oleObject1.bin": b"x"}), "docx", "carries_files"),
    "entity": (
        zoo.office(
            "docx", {"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
        ),
        "docx",
        "outside_links",
    ),
    "archive with an Office name": (GOOD["zip"], "docx", "content_differs"),
    "Word with Excel's name": (GOOD["docx"], "xlsx", "content_differs"),
    "torn part": (zoo.office("docx", {"word/styles.xml": b"<a><b></a>"}), "docx", "broken"),
    "Office bomb": (
        zoo.office("docx", {"word/media/a.xml": b"<a>" + b" " * (30 * MEBIBYTE)}),
        "docx",
        "archive_ratio",
    ),
    "locked Office": (zoo.old_office({"EncryptedPackage": DOT, "EncryptionInfo": DOT}), "docx", "encrypted"),
    "old macro": (zoo.word(**{"Macros/VBA": DOT}), "doc", "macros"),
    "old object": (zoo.word(**{"ObjectPool/a": DOT}), "doc", "carries_files"),
    "old locked": (zoo.old_office({"WordDocument": b"\xec\xa5" + bytes(8) + b"\0\1"}), "doc", "encrypted"),
    "old Excel with Word's name": (GOOD["xls"], "doc", "content_differs"),
    "old locked workbook": (zoo.excel((0x002F, bytes(6))), "xls", "encrypted"),
    "old macro sheet": (zoo.excel((0x0085, bytes(4) + b"\0\1\0\0")), "xls", "macros"),
    "old workbook with links": (zoo.excel((0x01AE, bytes(4) + b"http")), "xls", "outside_links"),
    "zip bomb": (zoo.zipped(BOMB), "zip", "archive_ratio"),
    "empty zip": (zoo.zipped({}), "zip", "archive_empty"),
    "many entries": (zoo.zipped({f"{n}.pdf": b"" for n in range(1_001)}), "zip", "archive_entries"),
    "archive in an archive": (zoo.zipped({"b.ZIP": b"x"}), "zip", "archive_nested"),
    "program in an archive": (zoo.zipped({"b.pdf.exe": b"x"}), "zip", "archive_type"),
    "way out": (zoo.zipped({"../../etc/a.pdf": b"x"}), "zip", "archive_path"),
    "way out, Windows": (zoo.zipped({"..\\a.pdf": b"x"}), "zip", "archive_path"),
    "drive": (zoo.zipped({"C:\\a.pdf": b"x"}), "zip", "archive_path"),
    "root": (zoo.zipped({"/etc/a.pdf": b"x"}), "zip", "archive_path"),
    "link": (zoo.zip_with_link(), "zip", "archive_path"),
    "locked zip": (zoo.locked_zip(), "zip", "encrypted"),
    "something before the zip": (b"PK\x03\x04" + DOT + GOOD["zip"], "zip", "two_in_one"),
    "locked rar": (zoo.rar({}, locked=True), "rar", "encrypted"),
    "rar bomb": (zoo.rar({"a.pdf": 150 * MEBIBYTE}), "rar", "archive_ratio"),
    "rar of 10 GB": (zoo.rar({"a.pdf": 10_000 * MEBIBYTE}), "rar", "archive_size"),
    "way out of a rar": (zoo.rar({"../a.pdf": 5}), "rar", "archive_path"),
    "program in a rar": (zoo.rar({"a.js": 5}), "rar", "archive_type"),
}


@pytest.mark.parametrize("what", BAD)
def test_file_is_refused_for_its_own_reason_when_it_is_bad(what: str) -> None:
    data, extension, code = BAD[what]
    assert judged(data, extension)["code"] == code


def test_limits_are_those_that_were_given() -> None:
    assert judged(GOOD["pdf"], "pdf", {"pdf_pages": 2})["params"] == {"count": 3, "limit": 2}
    assert judged(GOOD["png"], "png", {"image_pixels": 1_000})["code"] == "too_many_pixels"
    assert judged(GOOD["zip"], "zip", {"archive_entries": 1})["code"] == "archive_entries"


def test_position_of_a_picture_stays_in_the_original_when_it_is_accepted() -> None:
    assert "Nhà số 12".encode() in GOOD["jpeg"] or b"Exif" in GOOD["jpeg"]
    assert judged(GOOD["jpeg"], "jpeg")["code"] == ""


def test_bomb_ends_its_own_process_only_when_it_grows_past_the_memory() -> None:
    bomb = zoo.pdf_bomb(600 * MEBIBYTE)
    assert len(bomb) < MEBIBYTE
    assert judged(bomb, "pdf", {"memory_bytes": 400 * MEBIBYTE})["code"] in {"too_heavy", "broken"}
