"""Where on the document the signature goes, and its entry in the tags of the document.

The layout names the place by an anchor: the upper left corner of the room that it keeps free. A document without
one is signed at the foot of its last page. Tags: PDF/UA asks for every form field to be an element of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports.signatures.block import BLOCK_HEIGHT, BLOCK_WIDTH

# Points from the edges of the page, where nothing is printed.
_EDGE = 28
_FOOT = 62


@dataclass(frozen=True)
class Box:
    """A box on a page; the page counts from 0, the corners are points."""

    page: int
    corners: tuple[int, int, int, int]


def find_box(writer: IncrementalPdfFileWriter, name: str) -> Box:
    """The box below the named place, moved into the page when it would leave it."""
    pages = list(_pages(writer.root["/Pages"]))
    for target, left, top in _named(writer, name):
        for number, page in enumerate(pages):
            if page.reference == target.reference:
                return _within(page, number, left, top - BLOCK_HEIGHT)
    last = pages[-1]
    right = _media(last)[2] - BLOCK_WIDTH - 2 * _EDGE
    return _within(last, len(pages) - 1, right, _FOOT)


def add_tag(writer: IncrementalPdfFileWriter, field: Any, page: Any) -> None:
    """Enter a field into the tags of a tagged document; an untagged one is left as it is."""
    root = _value(writer.root, "/StructTreeRoot")
    if root is None:
        return
    parent = _first_element(root)
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): parent,
                pdf_name("/Pg"): page,
                pdf_name("/K"): generic.DictionaryObject(
                    {
                        pdf_name("/Type"): pdf_name("/OBJR"),
                        pdf_name("/Obj"): field,
                        pdf_name("/Pg"): page,
                    }
                ),
            }
        )
    )
    _append_kid(writer, parent.get_object(), element)
    key = _next_key(root)
    nums = _last_leaf(root["/ParentTree"])
    nums["/Nums"] += [generic.NumberObject(key), element]
    if "/Limits" in nums:
        nums["/Limits"] = generic.ArrayObject([nums["/Limits"][0], generic.NumberObject(key)])
    writer.update_container(nums)
    root["/ParentTreeNextKey"] = generic.NumberObject(key + 1)
    writer.update_container(root)
    field.get_object()["/StructParent"] = generic.NumberObject(key)
    page.get_object()["/Tabs"] = pdf_name("/S")
    writer.mark_update(page)


def _value(holder: Any, key: str) -> Any:
    """The entry itself, wherever it lies in the file; None without one."""
    return holder[key] if key in holder else None  # noqa: SIM401 (`get` gives references unread)


def _first_element(root: Any) -> Any:
    """Reference of the element that holds the whole document."""
    kids = root["/K"]
    return kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else root.raw_get("/K")


def _append_kid(writer: IncrementalPdfFileWriter, parent: Any, element: Any) -> None:
    kids = _value(parent, "/K")
    if isinstance(kids, generic.ArrayObject):
        kids.append(element)
        writer.update_container(kids)
        return
    old = [] if kids is None else [parent.raw_get("/K")]
    parent["/K"] = generic.ArrayObject([*old, element])
    writer.update_container(parent)


def _next_key(root: Any) -> int:
    named = _value(root, "/ParentTreeNextKey")
    nums = _last_leaf(root["/ParentTree"])["/Nums"]
    after = int(nums[len(nums) - 2]) + 1 if len(nums) else 0
    return max(int(named), after) if named is not None else after


def _last_leaf(tree: Any) -> Any:
    while "/Nums" not in tree:
        kids = tree["/Kids"]
        tree = kids[len(kids) - 1]
    return tree


def _named(writer: IncrementalPdfFileWriter, name: str) -> Iterator[tuple[Any, float, float]]:
    """Page and point of the named place, if the document has it."""
    names = _value(writer.root, "/Names")
    tree = _value(names, "/Dests") if names is not None else None
    for key, entry in _entries(tree) if tree is not None else ():
        target = entry["/D"] if isinstance(entry, generic.DictionaryObject) else entry
        if key == name and len(target) >= 4 and target[1] == "/XYZ":
            yield target.raw_get(0), float(target[2]), float(target[3])


def _entries(tree: Any) -> Iterator[tuple[str, Any]]:
    for kid in _value(tree, "/Kids") or ():
        yield from _entries(kid)
    names = _value(tree, "/Names") or generic.ArrayObject()
    for at in range(0, len(names) - 1, 2):
        yield str(names[at]), names[at + 1]


def _pages(node: Any) -> Iterator[Any]:
    """References of all pages in order."""
    kids = node["/Kids"]
    for at in range(len(kids)):
        reference = kids.raw_get(at)
        if "/Kids" in reference.get_object():
            yield from _pages(reference.get_object())
        else:
            yield reference


def _media(page: Any) -> list[float]:
    node = page.get_object()
    while "/MediaBox" not in node:
        node = node["/Parent"]
    return [float(value) for value in node["/MediaBox"]]


def _within(page: Any, number: int, left: float, bottom: float) -> Box:
    x0, y0, x1, y1 = _media(page)
    left = min(max(left, x0 + _EDGE), x1 - _EDGE - BLOCK_WIDTH)
    bottom = min(max(bottom, y0 + _EDGE), y1 - _EDGE - BLOCK_HEIGHT)
    return Box(number, (round(left), round(bottom), round(left) + BLOCK_WIDTH, round(bottom) + BLOCK_HEIGHT))
