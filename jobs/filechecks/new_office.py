"""Word and Excel files of today: XML parts in a ZIP, without macros, embedded objects or reaching for other places."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from jobs.filechecks.verdict import RefusedError

_TYPES = "[Content_Types].xml"
_MAIN = {"docx": "wordprocessingml.document.main+xml", "xlsx": "spreadsheetml.sheet.main+xml"}
_MACRO_PARTS = re.compile(r"(vbaproject|vbadata|macrosheets|dialogsheets)", re.IGNORECASE)
_CARRIED_PARTS = re.compile(r"(^|/)(embeddings|activex|ctrlprops|afchunks)/", re.IGNORECASE)
# An ordinary link that a reader may click is no danger; everything else outside is fetched without asking.
_HARMLESS = ("/hyperlink",)
_FETCHING_FIELD = re.compile(r"\b(DDE|DDEAUTO)\b")


def check(archive: zipfile.ZipFile, extension: str) -> None:
    """Raise RefusedError for an Office file that is another one, active, stuffed or reaches outside."""
    names = archive.namelist()
    if _TYPES not in names:
        raise RefusedError("content_differs", extension=f".{extension}")
    if any(_MACRO_PARTS.search(name) for name in names):
        raise RefusedError("macros")
    if any(_CARRIED_PARTS.search(name) for name in names):
        raise RefusedError("carries_files")
    _check_types(archive, extension)
    for name in names:
        if name.endswith(".rels"):
            _check_relations(archive, name)
        elif name.endswith((".xml", ".vml")) and name != _TYPES:
            _check_fields(archive, name)


def _check_types(archive: zipfile.ZipFile, extension: str) -> None:
    declared = [element.get("ContentType", "") for element in _elements(archive, _TYPES)]
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in declared):
        raise RefusedError("macros")
    if not any(kind.endswith(_MAIN[extension]) for kind in declared):
        raise RefusedError("content_differs", extension=f".{extension}")


def _check_relations(archive: zipfile.ZipFile, name: str) -> None:
    for element in _elements(archive, name):
        kind = element.get("Type", "")
        if kind.endswith(("/oleObject", "/package", "/aFChunk", "/control", "/vbaProject")):
            raise RefusedError("carries_files")
        if kind.endswith(("/externalLink", "/attachedTemplate")) and _is_outside(element):
            raise RefusedError("outside_links")
        if element.get("TargetMode", "").lower() == "external" and not kind.endswith(_HARMLESS):
            raise RefusedError("outside_links")


def _is_outside(element: Any) -> bool:
    kind: str = element.get("Type", "")
    mode: str = element.get("TargetMode", "")
    return kind.endswith("/externalLink") or mode.lower() == "external"


def _check_fields(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse fields that start another program when the document is opened."""
    words = []
    for element in _elements(archive, name):
        tag = str(element.tag).rsplit("}", 1)[-1]
        if tag == "instrText":
            words.append(element.text or "")
        elif tag == "fldSimple":
            words.extend(value for key, value in element.attrib.items() if key.endswith("instr"))
        elif tag in {"ddeLink", "oleLink"}:
            raise RefusedError("outside_links")
    if _FETCHING_FIELD.search("".join(words)):
        raise RefusedError("outside_links")


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[Any]:
    """Every element of a part, one after another; a document type or an entity is refused."""
    try:
        with archive.open(name) as part:
            for _event, element in iterparse(
                part, events=("end",), forbid_dtd=True, forbid_entities=True, forbid_external=True
            ):
                yield element
                element.clear()
    except DefusedXmlException as error:
        raise RefusedError("outside_links") from error
    except ParseError as error:
        raise RefusedError("broken") from error
