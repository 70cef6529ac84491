"""What the file says of itself, so that it is PDF/A-2a and PDF/UA-1 at once: identifiers, heads of tables, signature.

WeasyPrint writes one variant; this writes the metadata of both, with the schema that PDF/A asks for before it allows
the PDF/UA identifier (ISO 19005-2, 6.6.2.3; ISO 14289-1, 5).
Belongs here: changes to the PDF just before it is written.
Does not belong here: layout and fonts.
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pydyf

_COUNTING = {"numbers": "/Decimal", "letters": "/LowerAlpha"}
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
{author}{created}</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def say_what_it_is(document: Any, pdf: Any) -> None:
    """Write the identifiers of both standards into the PDF and complete its tags."""
    _write_metadata(document.metadata, pdf)
    tags = [thing for thing in pdf.objects if isinstance(thing, dict) and thing.get("Type") == "/StructElem"]
    _mark_page_numbers(tags, pdf)
    _scope_heads(tags)
    _count_lists(tags, document)


def _write_metadata(metadata: Any, pdf: Any) -> None:
    authors = "".join(f"<rdf:li>{escape(name)}</rdf:li>" for name in metadata.authors)
    xmp = _XMP.format(
        title=escape(metadata.title or ""),
        producer=escape(pdf.info["Producer"].string),
        author=f"<dc:creator><rdf:Seq>{authors}</rdf:Seq></dc:creator>\n" if authors else "",
        created=f"<xmp:CreateDate>{metadata.created}</xmp:CreateDate>\n" if metadata.created else "",
    )
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number]
    stream.stream, stream.compress = [xmp.encode("utf-8")], False


def _mark_page_numbers(tags: list[Any], pdf: Any) -> None:
    """Make what stands in the margins an artifact: its tags hang outside the tree, which no reader expects."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    nums = pdf.objects[_number(root["ParentTree"])]["Nums"]
    places = {number: place for place, number in enumerate(pdf.pages["Kids"][::3])}
    reached = _reached(root, pdf)
    for tag in tags:
        marks = [kid for kid in tag["K"] if isinstance(kid, int)]
        if tag.number in reached or not marks:
            continue
        page = _number(tag["Pg"])
        for mark in marks:
            nums[2 * places[page] + 1][mark] = "null"
            _make_artifact(pdf.objects[_number(pdf.objects[page]["Contents"])].stream, mark)


def _reached(root: Any, pdf: Any) -> set[int]:
    found: set[int] = set()
    waiting = [_number(kid) for kid in root["K"]]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += [_number(kid) for kid in pdf.objects[number].get("K", ()) if not isinstance(kid, int)]
    return found


def _make_artifact(stream: list[Any], mark: int) -> None:
    for place, piece in enumerate(stream):
        if isinstance(piece, dict) and piece.get("MCID") == mark:
            stream[place - 1] = "/Artifact"
            piece.clear()
            piece["Type"] = "/Pagination"


def _scope_heads(tags: list[Any]) -> None:
    """Say of every head of a table that it stands over a column; names of cells without an index go away."""
    for tag in tags:
        if tag["S"] == "/TH":
            tag["A"]["Scope"] = "/Column"
            tag.pop("ID", None)
        elif tag["S"] == "/TD":
            tag.get("A", {}).pop("Headers", None)
            if tag.get("A") == {"O": "/Table"}:
                del tag["A"]


def _count_lists(tags: list[Any], document: Any) -> None:
    """Say of every list how it counts; WeasyPrint makes the tags in the order of the boxes, page by page."""
    lists = [tag for tag in tags if tag["S"] == "/L"]
    kinds = [kind for page in document.pages for kind in _list_kinds(page._page_box)]
    for tag, kind in zip(lists, kinds, strict=True):
        tag["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": kind})


def _list_kinds(box: Any) -> Iterator[str]:
    if box.element_tag in ("ul", "ol"):
        yield _COUNTING.get(box.element.get("class"), "/None")
    for child in getattr(box, "children", ()):
        yield from _list_kinds(child)


def _number(reference: Any) -> int:
    return int(reference.split()[0])
