"""What the file says of itself, so that it is PDF/A-2a and PDF/UA-1 at once: identifiers, heads of tables, signature.

WeasyPrint writes one variant; this writes the metadata of both, with the schema that PDF/A asks for before it allows
the PDF/UA identifier (ISO 19005-2, 6.6.2.3; ISO 14289-1, 5).
Belongs here: changes to the PDF just before it is written.
Does not belong here: layout and fonts.
"""

from typing import Any
from xml.sax.saxutils import escape

SIGNATURE_PLACE = "signature"
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
    _scope_heads(pdf)


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


def _scope_heads(pdf: Any) -> None:
    """Say of every head of a table that it stands over a column, which WeasyPrint leaves open."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("S") == "/TH":
            thing["A"]["Scope"] = "/Column"
