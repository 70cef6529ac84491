"""The form of attaching documents. Not here: judging the files (`services.document_check`)."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, SelectField, StringField

from backoffice.forms.base import StaffForm, at_most, clean
from backoffice.models.document import TITLE_LENGTH
from backoffice.models.states import DocumentKind


class DocumentForm(StaffForm):
    """Files with a title and a kind; the files have to be chosen again after a refusal, the rest stays."""

    columns: ClassVar[tuple[str, ...]] = ("files", "title", "kind", "is_sensitive")
    # There is no row yet, and so no version that was seen.
    version = None  # type: ignore[assignment]

    files = MultipleFileField(_l("Files"))
    title = StringField(
        _l("Title of the document"),
        filters=[clean],
        validators=[at_most(TITLE_LENGTH)],
        description=_l("Leave empty to use the name of the file."),
    )
    kind = SelectField(_l("Kind"), default=DocumentKind.OTHER.value)
    is_sensitive = BooleanField(
        _l("Sensitive"),
        description=_l(
            "Only people who work on this file may open it. Identity papers are always sensitive."
        ),
    )
