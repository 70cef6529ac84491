"""The form of a draft of a template. Not here: checking it (`exports.papers`), approving it."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from backoffice.forms.base import StaffForm, at_most
from backoffice.forms.fields import NEEDED, day_field, text_field

# As long as the language of templates allows, and then some: a longer text is kept in the form and refused there.
LONGEST_BODY = 90_000


class DocumentTemplateForm(StaffForm):
    """Everything that an edition says; its kind, level and rule set are fixed when it is drafted."""

    columns: ClassVar[tuple[str, ...]] = (
        "body",
        "title_vi",
        "title_en",
        "heading",
        "abstract",
        "symbol_pattern",
        "recipients",
        "signer_position",
        "legal_basis",
        "valid_from",
        "valid_to",
    )
    body = TextAreaField(
        _l("Text of the template"),
        validators=[InputRequired(NEEDED), at_most(LONGEST_BODY)],
        render_kw={"rows": "24", "spellcheck": "false", "class": "code-text", "wrap": "off"},
    )
    title_vi = text_field(_l("Title in Vietnamese"), 400)
    title_en = text_field(_l("Title in English"), 400)
    heading = text_field(
        _l("Name above the text"), 200, required=False, description=_l("Empty for an official letter.")
    )
    abstract = text_field(_l("Abstract"), 500, required=False)
    symbol_pattern = text_field(
        _l("Symbol"), 60, required=False, description=_l("{agency} stands for the short name of the office.")
    )
    recipients = TextAreaField(
        _l("Recipients"), validators=[at_most(2000)], description=_l("One a line."), render_kw={"rows": "4"}
    )
    signer_position = text_field(_l("Who signs a form"), 120, required=False)
    legal_basis = text_field(_l("Legal basis"), 600)
    valid_from = day_field(_l("Valid from"))
    valid_to = day_field(_l("Valid to"), required=False)
