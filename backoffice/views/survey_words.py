"""Words and column labels of the survey. Not here: those of other tables (`words`, `labels`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.views.notice_words import PROCEDURE_WORDS

SURVEY_LABELS: Mapping[str, Any] = {
    "edition": _l("Version"),
    "options": _l("Options"),
    "position": _l("Place in the form"),
    "question_text": _l("Question"),
    "text_en": _l("Question in English"),
    "text_vi": _l("Question in Vietnamese"),
}
# Without the empty word, which stands for all of them.
PROCEDURES: Mapping[str, Any] = {code: word for code, word in PROCEDURE_WORDS.items() if code}
