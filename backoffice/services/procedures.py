"""The procedures and their fields as they come with the program. Not here: their shape (`workflow.procedures`)."""

from __future__ import annotations

import csv
import json
from functools import cache

from backoffice.workflow.messages import Name
from backoffice.workflow.procedures import ProcedureBook, read_book
from config import ROOT

_DATA = ROOT / "backoffice" / "data"


@cache
def procedure_book() -> ProcedureBook:
    """The book of all procedures. Raises RuleDataError when the files contradict each other."""
    return read_book(_rows("procedures"), _rows("procedure_fields"), {"obligation_code": _obligations()})


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _obligations() -> tuple[tuple[str, Name], ...]:
    """The published kinds of obligation."""
    path = ROOT / "schemas" / "codes" / "obligation_code.json"
    codes = json.loads(path.read_text(encoding="utf-8"))["codes"]
    return tuple((code["code"], Name(code["label"], code["label_en"])) for code in codes)
