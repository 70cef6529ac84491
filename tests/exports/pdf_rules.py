"""An own checker of PDF files: the clauses of PDF/A-2a and PDF/UA-1 that a program can judge, by pikepdf alone.

It stands in for veraPDF, a Java program that no package source of the project offers. Here: reading a finished file
and naming each broken clause. Not here: making files, and the clauses that only a person can judge.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pikepdf

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}schemas"
PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "b", "B*", "b*", "Do", "sh", "BI"}
STANDARD_TAGS = {
    *(
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "NonStruct",
        "P",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
    ),
    *(
        "Lbl",
        "LBody",
        "Table",
        "THead",
        "TBody",
        "TFoot",
        "TR",
        "TH",
        "TD",
        "Span",
        "Link",
        "Figure",
        "Caption",
    ),
}
PARENTS = {
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
}


def broken_clauses(data: bytes) -> list[str]:
    """Return what is wrong with the file, in words; empty when nothing was found."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            *_file(pdf, data),
            *_catalog(pdf),
            *_pages(pdf),
            *_metadata(pdf),
            *_fonts(pdf),
            *_content(pdf),
            *_tree(pdf),
        ]


def _file(pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}", data):
        yield "header, A-2 6.1.2"
    if "/ID" not in pdf.trailer:
        yield "no file identifier, A-2 6.1.3"
    if pdf.is_encrypted:
        yield "encrypted, A-2 6.1.3"
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield from _forbidden(thing)


def _forbidden(thing: pikepdf.Object) -> Iterator[str]:
    if isinstance(thing, pikepdf.Stream):
        filters = thing.get("/Filter", [])
        names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
        if "/LZWDecode" in map(str, names) or "/F" in thing:
            yield "stream by LZW or in another file, A-2 6.1.7"
        if thing.get("/Subtype") == "/Image" and thing.get("/Interpolate", False):
            yield "interpolated image, A-2 6.2.8"
    for key in ("/AA", "/JS", "/OPI", "/TR", "/HTP"):
        if key in thing:
            yield f"{key}, A-2 6.2.5, 6.5"
    if str(thing.get("/S", "")) in (
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/Sound",
        "/Movie",
    ):
        yield f"action {thing.S}, A-2 6.5.1"
    if (
        float(thing.get("/CA", 1)) != 1
        or float(thing.get("/ca", 1)) != 1
        or thing.get("/SMask", "/None") != "/None"
    ):
        yield "transparency, A-2 6.2.10"


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if str(root.get("/Lang", "")) != "vi":
        yield "language of the file, UA-1 7.2"
    if not root.get("/MarkInfo", {}).get("/Marked", False) or root.MarkInfo.get("/Suspects", False):
        yield "not marked as tagged, UA-1 7.1"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "viewers show the file name, UA-1 7.1"
    yield from _colours(root)
    for key in ("/OpenAction", "/AcroForm", "/OCProperties", "/Perms", "/NeedsRendering"):
        if key in root:
            yield f"{key} in the catalog"
    if "/EmbeddedFiles" in root.get("/Names", {}):
        yield "files inside, A-2 6.8"


def _colours(root: pikepdf.Object) -> Iterator[str]:
    intents = [intent for intent in root.get("/OutputIntents", []) if intent.S == "/GTS_PDFA1"]
    if len(intents) != 1 or b"acsp" not in intents[0].DestOutputProfile.read_bytes()[:128]:
        yield "output intent with a colour profile, A-2 6.2.3"


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        if page.get("/Tabs") != "/S":
            yield "order of tabs, UA-1 7.18.3"
        if "/Annots" in page:
            yield "annotations, which need more checks"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if stream is None or "/Filter" in stream:
        yield "no plain metadata, A-2 6.6.2"
        return
    tree = ElementTree.fromstring(stream.read_bytes().strip(b"\x00"))  # noqa: S314 - our own file
    found = {element.tag: (element.text or "") for element in tree.iter()}
    if (found.get(f"{PDFA}part"), found.get(f"{PDFA}conformance"), found.get(f"{PDFUA}part")) != (
        "2",
        "A",
        "1",
    ):
        yield "identifiers of the standards, A-2 6.6.4, UA-1 5"
    if len(tree.findall(f"{RDF}RDF")) != 1 or EXTENSION not in found:
        yield "schema of the PDF/UA identifier, A-2 6.6.2.3"
    title = tree.find(f".//{DC_TITLE}/{RDF}Alt/{RDF}li")
    if title is None or not title.text or title.text != str(pdf.docinfo.get("/Title", "")):
        yield "title, UA-1 7.1"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != "/Font":
            continue
        if thing.Subtype == "/Type0" and "/ToUnicode" not in thing:
            yield "font without Unicode, A-2 6.2.11.7"
        if thing.Subtype in ("/CIDFontType2", "/TrueType", "/Type1") and not _is_embedded(thing):
            yield f"font {thing.get('/BaseFont')} is not embedded, A-2 6.2.11.4"
        if thing.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in thing:
            yield "map of glyphs, A-2 6.2.11.3.2"


def _is_embedded(font: pikepdf.Object) -> bool:
    return any(key in font.get("/FontDescriptor", {}) for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every mark on a page is an artifact or belongs to an element that hangs in the tree."""
    parents = _parents(pdf)
    reached = {element.objgen for element, _parent in _elements(pdf)}
    for number, page in enumerate(pdf.pages):
        listed = parents.get(int(page.get("/StructParents", -1)), [])
        opened: list[object] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            word = str(operator)
            if word in ("BDC", "BMC"):
                mark = operands[1].get("/MCID") if len(operands) > 1 else None
                opened.append("artifact" if operands[0] == "/Artifact" else mark)
                if mark is not None and not _hangs(listed, int(mark), reached):
                    yield f"page {number + 1}: mark {mark} has no element, UA-1 7.1"
            elif word == "EMC":
                opened.pop()
            elif word in PAINTING and not any(entry is not None for entry in opened):
                yield f"page {number + 1}: {word} is neither artifact nor tagged, UA-1 7.1"


def _hangs(listed: object, mark: int, reached: set[tuple[int, int]]) -> bool:
    entries = list(listed)  # type: ignore[call-overload]
    return mark < len(entries) and entries[mark] is not None and entries[mark].objgen in reached


def _parents(pdf: pikepdf.Pdf) -> dict[int, object]:
    nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(nums[place]): nums[place + 1] for place in range(0, len(nums), 2)}


def _elements(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, str]]:
    """Return every element of the tree in reading order, with the tag of its parent."""
    waiting = [(kid, "") for kid in reversed(list(pdf.Root.StructTreeRoot.K))]
    while waiting:
        element, parent = waiting.pop()
        yield element, parent
        kids = [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary)]
        waiting += [(kid, str(element.S)[1:]) for kid in reversed(kids)]


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    level = 0
    for element, parent in _elements(pdf):
        tag = str(element.S)[1:]
        if tag not in STANDARD_TAGS:
            yield f"tag {tag} is not standard, A-2 6.7.3.4"
        if parent not in PARENTS.get(tag, {parent}):
            yield f"{tag} below {parent}, UA-1 7.5, 7.6"
        yield from _attributes(tag, element)
        if re.fullmatch("H[1-6]", tag):
            if int(tag[1]) > level + 1:
                yield f"heading {tag} after level {level}, UA-1 7.4.2"
            level = int(tag[1])


def _attributes(tag: str, element: pikepdf.Object) -> Iterator[str]:
    if tag == "Figure" and not str(element.get("/Alt", "")):
        yield "figure without words, UA-1 7.3"
    if tag == "TH" and element.A.get("/Scope") not in ("/Column", "/Row"):
        yield "head of a table without scope, UA-1 7.5"
    if tag == "L" and "/ListNumbering" not in element.get("/A", {}):
        yield "list that does not say how it counts, UA-1 7.6"
