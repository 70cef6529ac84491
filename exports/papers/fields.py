"""All kinds of papers with their fields, and invented sample data for previews.

Belongs here: looking up fields by kind and by name, and the values every paper has.
Does not belong here: the fields themselves (`form_fields`, `office_fields`, `field_groups`).
"""

from exports.papers.field_types import Field, day, number, text
from exports.papers.form_fields import FORM_FIELDS
from exports.papers.model import N_, PaperError
from exports.papers.office_fields import OFFICE_FIELDS

FIELDS: dict[str, tuple[Field, ...]] = FORM_FIELDS | OFFICE_FIELDS
CITIZEN_KINDS = frozenset(FORM_FIELDS)

# Filled from the heading and the signature; a template may name them, callers never give them.
COMMON_FIELDS: tuple[Field, ...] = (
    text("agency_name", ("Tên cơ quan ban hành", "Name of the issuing agency"), None),
    text("parent_agency_name", ("Tên cơ quan chủ quản", "Name of the parent agency"), None),
    number("paper_number", ("Số văn bản", "Number of the paper"), None),
    text("paper_symbol", ("Ký hiệu văn bản", "Symbol of the paper"), None),
    text("paper_place", ("Địa danh", "Place of issue"), None),
    day("issued_on", ("Ngày ban hành", "Date of issue"), None),
    text(
        "issuer_position",
        ("Chức danh người có thẩm quyền ban hành", "Position of whoever has the power to issue"),
        None,
    ),
    text("signer_position", ("Chức vụ người ký", "Position of the signer"), None),
    text("signer_name", ("Họ tên người ký", "Name of the signer"), None),
)


def fields_of(kind: str) -> dict[str, Field]:
    """Return every field that a template of the kind may name; PaperError when there is no such kind."""
    if kind not in FIELDS:
        raise PaperError(N_("There is no kind of document “%(kind)s”."), kind=kind)
    return {found.name: found for found in (*FIELDS[kind], *COMMON_FIELDS)}


def sample_data(kind: str) -> dict[str, object]:
    """Return invented values for every field of the kind, fresh at every call; some optional ones are None."""
    if kind not in FIELDS:
        raise PaperError(N_("There is no kind of document “%(kind)s”."), kind=kind)
    return {found.name: _copy(found.sample) for found in FIELDS[kind]}


def _copy(sample: object) -> object:
    return [dict(row) for row in sample] if isinstance(sample, list) else sample
