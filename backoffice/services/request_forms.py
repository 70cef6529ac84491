"""The forms of citizens that are in force on a day, read once from their files.

Not here: the shape of a form (`workflow.request_form`), reading what was typed (`workflow.request_values`).
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from backoffice.errors import NotFoundError
from backoffice.workflow.request_form import RequestForm, load_form
from config import ROOT

FOLDER = ROOT / "backoffice" / "data" / "request_forms"
_SHARED = "shared.json"
_CODES = ROOT / "schemas" / "codes"
_CODE_LISTS = ("obligation_code",)
# In the order in which people need them.
FORMS = (
    "enforcement_request",
    "result_confirmation",
    "feedback",
    "complaint_first",
    "complaint_second",
    "denunciation",
    "officer_change",
    "coercion_cost_relief",
    "enforcement_fee_relief",
)


@cache
def all_forms() -> tuple[RequestForm, ...]:
    """Every version of every form. Raises FormDataError for a file that cannot be used."""
    shared = {**_read(FOLDER / _SHARED), "choices": {name: _codes(name) for name in _CODE_LISTS}}
    files = sorted(path for path in FOLDER.glob("*.json") if path.name != _SHARED)
    return tuple(load_form(_read(path), shared) for path in files)


def forms_in_force(day: date) -> list[RequestForm]:
    """Each form that citizens fill in on the day, in the order of the first page."""
    valid = {form.code: form for form in all_forms() if form.is_in_force(day)}
    return [valid[code] for code in FORMS if code in valid]


def form_in_force(code: str, day: date) -> RequestForm:
    """The version of one form that holds on the day. Raises NotFoundError when there is none."""
    form = next((form for form in forms_in_force(day) if form.code == code), None)
    if form is None:
        raise NotFoundError
    return form


def form_of(code: str, version: str) -> RequestForm:
    """One version of a form, in force or not: a request keeps the form it was begun with. Raises NotFoundError."""
    form = next((form for form in all_forms() if (form.code, form.version) == (code, version)), None)
    if form is None:
        raise NotFoundError
    return form


def _codes(name: str) -> list[dict[str, Any]]:
    """A published list of codes as choices."""
    codes = _read(_CODES / f"{name}.json")["codes"]
    return [{"value": code["code"], "label": {"vi": code["label"], "en": code["label_en"]}} for code in codes]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
