"""A zoo of files, good and bad, as bytes: pictures, PDF, Office files old and new, archives. Not here: any test."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "#12455a").save(stream, form, **more)
    return stream.getvalue()


def located_picture() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "Nhà số 12"
    return picture(exif=exif)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", body)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + _chunk(b"IEND")
    )


def _chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(pages: int = 1, text: str = "", **root: Any) -> bytes:
    """A PDF; further names go into its catalog. `text` makes its bytes differ from others'."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    document.docinfo["/Title"] = text or "Giấy tờ"
    for name, value in root.items():
        document.Root[f"/{name}"] = document.make_indirect(value) if name == "OpenAction" else value
    return _saved(document)


def _saved(document: pikepdf.Pdf, **how: Any) -> bytes:
    stream = io.BytesIO()
    how.setdefault("object_stream_mode", pikepdf.ObjectStreamMode.generate)
    document.save(stream, deterministic_id=not how.get("encryption"), **how)
    return stream.getvalue()


def locked_pdf(user: str) -> bytes:
    """A PDF with a password to open it, or (with an empty one) only to change it."""
    document = pikepdf.new()
    document.add_blank_page()
    return _saved(document, encryption=pikepdf.Encryption(owner="chủ", user=user))


def stuffed_pdf() -> bytes:
    """A PDF that carries another file."""
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["a.exe"] = b"MZ"
    return _saved(document)


def noted_pdf(action: Dictionary) -> bytes:
    """A PDF whose action stands deep inside an annotation of a page."""
    document = pikepdf.new()
    page = document.add_blank_page()
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    page.obj.Annots = Array([note])
    return _saved(document)


def script_action() -> Dictionary:
    """An action that runs a script."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch_action() -> Dictionary:
    """An action that starts a program."""
    return Dictionary(S=Name.Launch, F=String("cmd.exe"))


def pdf_bomb(size: int) -> bytes:
    """A PDF with a packed object stream of this many bytes."""
    packed = zlib.compress(b"4 0 <</Type/Pages/Kids[]/Count 0>>" + b" " * size, 9)
    body = b"%PDF-1.5\n"
    places = []
    for number, content in (
        (1, b"<</Type/Catalog/Pages 4 0 R>>"),
        (2, b"<</Type/Note>>"),
        (
            3,
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
            % (len(packed), packed),
        ),
    ):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries = [b"\0\0\0\0\0\0\xff\xff", *(b"\1" + struct.pack(">IH", place, 0) + b"\0" for place in places)]
    entries = [entry[:7] for entry in entries] + [b"\2" + struct.pack(">IH", 3, 0)]
    table = b"".join(entries)
    start = len(body)
    body += (
        b"5 0 obj\n<</Type/XRef/Size 5/Root 1 0 R/W[1 4 2]/Index[0 5]/Length %d>>stream\n%s\nendstream\nendobj\n"
        % (
            len(table),
            table,
        )
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def zipped(entries: Mapping[str, bytes], *, pack: bool = True) -> bytes:
    """A ZIP archive with these entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, archive.compression)
    return stream.getvalue()


def zip_with_link() -> bytes:
    """A ZIP archive with a symbolic link."""
    stream, link = io.BytesIO(), zipfile.ZipInfo("anh.jpg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def locked_zip() -> bytes:
    """A ZIP archive that says its entries are encrypted."""
    data = bytearray(zipped({"a.pdf": b"x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def office(kind: str = "docx", parts: Mapping[str, bytes] | None = None, types: str = "") -> bytes:
    """A Word or Excel file with further parts, and with further lines in its table of types."""
    main, content_type = _MAIN[kind]
    declared = f"application/vnd.openxmlformats-officedocument.{content_type}"
    entries: dict[str, bytes] = {
        "[Content_Types].xml": (
            f'<?xml version="1.0"?><Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{main}" ContentType="{declared}"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": relations("officeDocument", main),
        main: b'<?xml version="1.0"?><document/>',
    }
    return zipped(entries | dict(parts or {}))


def relations(kind: str, target: str, *, outside: bool = False) -> bytes:
    """A part that relates to one target."""
    mode = ' TargetMode="External"' if outside else ""
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    ).encode()


def old_office(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams; a slash in a name makes a storage of one level."""
    tree: list[tuple[str, str, bytes | None]] = []
    for path, data in streams.items():
        storage, _slash, name = path.rpartition("/")
        if storage and all(entry[1] != storage for entry in tree):
            tree.append(("", storage, None))
        tree.append((storage, name, data.ljust(4096, b"\0")))
    return _compound(tree)


def _compound(tree: list[tuple[str, str, bytes | None]]) -> bytes:
    end, none = 0xFFFFFFFE, 0xFFFFFFFF
    directory_sectors = (len(tree) + 1 + 3) // 4
    links = [0xFFFFFFFD] + [number + 2 for number in range(directory_sectors)]
    links[-1] = end
    bodies, places = b"", {}
    for storage, name, data in tree:
        if data is None:
            continue
        places[storage, name] = len(links)
        count = len(data) // 512
        links += [len(links) + step + 1 for step in range(count)]
        links[-1] = end
        bodies += data
    entries = [_entry("Root Entry", 5, none, _first(tree, ""), end, 0)]
    for number, (storage, name, data) in enumerate(tree):
        following = [i + 1 for i in range(number + 1, len(tree)) if tree[i][0] == storage]
        right = following[0] if following else none
        if data is None:
            entries.append(_entry(name, 1, right, _first(tree, name), 0, 0))
        else:
            entries.append(_entry(name, 2, right, none, places[storage, name], len(data)))
    directory = b"".join(entries).ljust(directory_sectors * 512, b"\0")
    table = struct.pack(f"<{len(links)}I", *links).ljust(512, b"\xff")
    assert len(table) == 512, "one sector of links is enough for tests"
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory + bodies


def _first(tree: list[tuple[str, str, bytes | None]], storage: str) -> int:
    return next((number + 1 for number, entry in enumerate(tree) if entry[0] == storage), 0xFFFFFFFF)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    word = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    front = word.ljust(64, b"\0") + struct.pack("<HBBIII", len(word), kind, 1, none, right, child)
    return front + bytes(16) + struct.pack("<I", 0) + bytes(16) + struct.pack("<IQ", start, size)


def word(**streams: bytes) -> bytes:
    """An old Word file."""
    return old_office({"WordDocument": b"\xec\xa5" + bytes(10), **streams})


def excel(*records: tuple[int, bytes]) -> bytes:
    """An old Excel file with these records in its workbook."""
    body = b"".join(
        struct.pack("<HH", kind, len(data)) + data for kind, data in ((0x0809, bytes(16)), *records)
    )
    return old_office({"Workbook": body})


def rar(entries: Mapping[str, int], *, packed: int = 4, locked: bool = False) -> bytes:
    """A RAR 5 archive that lists entries of these sizes."""
    parts = [b"Rar!\x1a\x07\x01\x00"]
    if locked:
        parts.append(_block(bytes([4, 0, 0, 0, 15]) + bytes(16)))
        return b"".join(parts) + bytes(64)
    parts.append(_block(bytes([1, 0, 0])))
    for name, size in entries.items():
        raw = name.encode()
        front = bytes([2, 2]) + _vint(packed) + bytes([0]) + _vint(size) + bytes([0]) + bytes([0, 1])
        parts += [_block(front + _vint(len(raw)) + raw), bytes(packed)]
    parts.append(_block(bytes([5, 0, 0])))
    return b"".join(parts)


def _block(body: bytes) -> bytes:
    data = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(data)) + data


def _vint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])
